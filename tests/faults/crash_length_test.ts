import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { echolog, onlySession, startEcholog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

/** Records at a level until there are two chunks, then kills the recorder and its ffmpeg. */
async function crashed(home: string, level: string) {
  await using running = startEcholog([
    ...["record", "--device", "test", "--segment-duration", "1s"],
    ...["--log-level", level],
  ], { home });
  const session = await onlySession(join(home, "recordings"));
  const pid = await waitFor("two chunks and a pid", () => {
    const text = (() => {
      try {
        return Deno.readTextFileSync(join(session.folder, "session.json"));
      } catch {
        // The first state is not written yet.
        return "{}";
      }
    })();
    const { chunks, ffmpeg_pid } = JSON.parse(text);
    return chunks >= 2 && ffmpeg_pid !== null ? Number(ffmpeg_pid) : null;
  });
  running.signal("SIGKILL");
  Deno.kill(pid, "SIGKILL");
  await running.finished;
  return session;
}

Deno.test("crash: status, sessions and explain report one duration", async () => {
  using home = tempFolder();
  await crashed(home.path, "info");
  const json = async (command: string) => {
    const { stdout } = await echolog([command, "--json"], { home: home.path });
    const parsed = JSON.parse(stdout);
    return Array.isArray(parsed) ? parsed[0] : parsed;
  };
  const [status, listed, explained] = await Promise.all(
    ["status", "sessions", "explain"].map(json),
  );
  assert(listed.wall > 2, String(listed.wall));
  assertEquals([status.wall, explained.wall], [listed.wall, listed.wall]);
});

Deno.test("crash: explain and verify know the chunks that repair logged at level warning", async () => {
  using home = tempFolder();
  await crashed(home.path, "warning");
  const options = { home: home.path };
  const repaired = await echolog(["repair"], options);
  assertMatch(repaired.stdout, /^Finished /);
  const { stdout } = await echolog(["explain"], options);
  const text = stdout.replaceAll(/\s+/g, " ");
  assertMatch(
    text,
    /kept at level warning: it names only the chunks that echolog repair added\./,
  );
  assertMatch(text, /that it had not logged (?:was|were) recovered afterwards/);
  assertEquals(/left open|names no chunks/.test(text), false, text);
  const verified = await echolog(["verify"], options);
  assertEquals(verified.code, 0, verified.stdout);
  assertEquals(/names no chunks/.test(verified.stdout), false);
});

Deno.test("explain: says how long nothing was recorded after a crash", async () => {
  using home = tempFolder();
  const { folder } = await crashed(home.path, "info");
  const options = { home: home.path };
  await echolog(["repair"], options);
  // The machine was off for an hour.
  const path = join(folder, "session.json");
  const state = JSON.parse(Deno.readTextFileSync(path));
  const start = Date.parse(state.start) - 3_600_000;
  Deno.writeTextFileSync(
    path,
    JSON.stringify({
      ...state,
      start: new Date(start).toISOString(),
      last_audio: null,
      audio_before: null,
    }),
  );
  const recorded = await echolog(
    ["record", "--device", "test", "--duration", "1s"],
    options,
  );
  assertEquals(recorded.code, 0, recorded.stderr);
  const { unrecorded_before: before } = JSON.parse(
    (await echolog(["explain", "--json"], options)).stdout,
  );
  assertEquals(before.session_id, state.session_id);
  assertEquals(Date.parse(before.since), start + state.wall * 1000);
  assert(before.duration > 3_590 && before.duration < 3_700, before.duration);
  const { stdout } = await echolog(["explain"], options);
  assertMatch(
    stdout.replaceAll(/\s+/g, " "),
    new RegExp(
      `Before it, from .* nothing was recorded for \\S.*: session ${state.session_id} had failed; see echolog explain ${state.session_id}\\.`,
    ),
  );
  const page = join(home.path, "page.html");
  const made = await echolog(["report", "-o", page], options);
  assertEquals(made.code, 0, made.stderr);
  assertMatch(
    Deno.readTextFileSync(page),
    new RegExp(`nothing was recorded for [^<]*session ${state.session_id}`),
  );
  // Nothing had failed before that one.
  const first = await echolog(
    ["explain", state.session_id, "--json"],
    options,
  );
  assertEquals(JSON.parse(first.stdout).unrecorded_before, null);
});
