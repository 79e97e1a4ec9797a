import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import { readState, type SessionState } from "../../src/sessions/state_file.ts";
import { echolog, onlySession, startEcholog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

/** A recording that lost the lines of its first chunks and a gap, and whose echolog was killed. */
async function crashedAfterRotation(home: string, options: readonly string[]) {
  await using running = startEcholog([
    ...["record", "--device", "test", "--segment-duration", "1s"],
    ...["--log-backup-count", "0", ...options],
  ], { home });
  const session = await onlySession(join(home, "recordings"));
  const until = (what: string, holds: (state: SessionState) => boolean) =>
    waitFor(what, () => {
      const state = readState(session.folder);
      return state !== null && holds(state) ? state : null;
    });
  const { ffmpeg_pid } = await until("chunks", ({ chunks }) => chunks >= 2);
  assert(ffmpeg_pid !== null);
  Deno.kill(ffmpeg_pid, "SIGKILL");
  const { chunks } = await until("a gap", ({ gaps }) => gaps > 0);
  await until("chunks of a second run", (state) => state.chunks >= chunks + 4);
  await waitFor(
    "an open chunk",
    () => session.files(".part").length > 0 ? true : null,
  );
  running.signal("SIGKILL");
  await running.finished;
  return session;
}

for (
  const [where, options] of [
    ["names some chunks only", ["--log-max-bytes", "2500"]],
    ["names no chunk any more", ["--log-max-bytes", "1000"]],
    ["was kept at level error", ["--log-level", "error"]],
  ] as const
) {
  Deno.test(`repair: finishes a dead session whose log ${where} from its state`, async () => {
    using home = tempFolder();
    const session = await crashedAfterRotation(home.path, options);
    const dead = readState(session.folder);
    assert(dead !== null);
    const { code, stdout } = await echolog(["repair"], { home: home.path });
    assertEquals(code, 0, stdout);
    const [stop] = session.eventsOf("session_stop");
    const state = readState(session.folder);
    assert(stop !== undefined && state !== null);
    assertEquals([stop.gaps, stop.retries], [dead.gaps, dead.retries]);
    assertEquals([state.gaps, state.retries], [dead.gaps, dead.retries]);
    // Both are rounded, one from rounded figures.
    assertAlmostEquals(state.gap_total, dead.gap_total, 0.002);
    const recovered = session.eventsOf("chunk_created")
      .filter((chunk) => chunk.recovered);
    assert(recovered.length > 0);
    // Where no line names chunks, the times of their files only tell so much.
    if (where !== "was kept at level error") {
      assert(stop.wall > 5 && stop.audio + stop.gap_total <= stop.wall + 0.1);
      assert(recovered.every(({ run, seq }) => run === 2 && seq > dead.chunks));
    }
    const files = session.files(".flac");
    assertEquals([stop.chunks, state.chunks], [files.length, files.length]);
    assert(stop.chunks > dead.chunks, "its open chunk was closed");
    assert(stop.audio > dead.audio && (stop.coverage ?? 0) <= 100);
    assertEquals(
      state.bytes,
      files.map((name) => Deno.statSync(join(session.folder, name)).size)
        .reduce((sum, size) => sum + size, 0),
    );
    const id = basename(session.folder);
    const verified = await echolog(["verify", id], { home: home.path });
    assertEquals(verified.code, 0, verified.stdout);
  });
}
