import { assert, assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import { crashed, IMPATIENT, startRecording } from "../faults/support.ts";
import { echolog, echologCommand, onlySession } from "../support/echolog.ts";
import { faultsIn } from "../support/json_schema.ts";
import { type TempFolder, tempFolder } from "../support/temp.ts";

/** A source that cannot be opened. */
const ABSENT = "pulse:none";
const NO_SERVER = { PULSE_SERVER: "unix:/dev/null/none" };

/** Runs a command with `--json`, whose schema `echolog` checks, and reads it. */
async function printed(home: TempFolder, ...args: string[]) {
  const { stdout, stderr } = await echolog([...args, "--json"], {
    home: home.path,
  });
  assert(stdout !== "", stderr);
  return JSON.parse(stdout);
}

/** What the commands print about the only session. */
async function about(home: TempFolder) {
  return {
    listed: (await printed(home, "sessions"))[0],
    status: (await printed(home, "status"))[0] ?? null,
    explained: await printed(home, "explain"),
  };
}

/** Checks the files of a session. */
function assertFiles(folder: string): void {
  const read = (name: string) => Deno.readTextFileSync(join(folder, name));
  assertEquals(faultsIn(JSON.parse(read("session.json")), "session"), []);
  let index = "";
  try {
    index = read("chunks.jsonl");
  } catch (error) {
    // A session without audio has none.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  for (const line of index.split("\n").slice(0, -1)) {
    assertEquals(faultsIn(JSON.parse(line), "chunks"), []);
  }
}

/** Checks that values with one name are the same in two documents. */
function assertSame(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
  names: readonly string[],
): void {
  for (const name of names) assertEquals(one[name], other[name], name);
}

const IDENTITY = ["session_id", "log", "start", "state"];
const FIGURES = ["wall", "chunks", "audio", "gaps", "outage", "coverage"];

Deno.test("json: a clean session has the same values in every command", async () => {
  using home = tempFolder();
  await echolog(["record", "--device", "test", "--duration", "2s"], {
    home: home.path,
  });
  const { folder } = await onlySession(join(home.path, "recordings"));
  const { listed, status, explained } = await about(home);
  assertEquals(status, null);
  assertEquals([listed.state, listed.outage], ["ended", null]);
  assertSame(listed, explained, [...IDENTITY, ...FIGURES]);
  assertEquals(listed.reason, explained.ending.reason);
  const verified = await printed(home, "verify");
  assertEquals([verified.ok, verified.chunks], [true, listed.chunks]);
  const state = JSON.parse(
    Deno.readTextFileSync(join(folder, "session.json")),
  );
  assertSame(state, listed, [...IDENTITY, ...FIGURES.slice(0, 4), "reason"]);
  assertFiles(folder);
});

Deno.test("json: a crashed session and a repaired one match the schemas", async () => {
  using home = tempFolder();
  const { folder } = await crashed(home.path);
  const dead = await about(home);
  assertEquals(dead.status.state, "crashed");
  assertSame(
    dead.listed,
    dead.status,
    [...IDENTITY, "outage", "reason"]
      .filter((name) => name in dead.status),
  );
  assertSame(dead.listed, dead.explained, [...IDENTITY, "outage"]);
  assertEquals(dead.explained.ending.reason, null);
  await printed(home, "verify");
  assertFiles(folder);
  await echolog(["repair"], { home: home.path });
  const { listed, explained } = await about(home);
  assertEquals([listed.state, listed.reason], ["ended", "crashed"]);
  assertSame(listed, explained, [...IDENTITY, ...FIGURES]);
  assert(explained.recovered_chunks > 0);
  assertEquals((await printed(home, "verify")).ok, true);
  assertFiles(folder);
});

Deno.test("json: a session that records has one state and one length in all commands", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, [
    ...["--device", "test", "--segment-duration", "1s"],
  ]);
  await recording.session.waitForEvent("chunk_created");
  const { listed, status, explained } = await about(home);
  assertSame(listed, status, [...IDENTITY, "outage", "gaps"]);
  assertSame(listed, explained, [...IDENTITY, "outage"]);
  assertEquals([listed.state, explained.ending], ["recording", null]);
  assert(status.wall >= listed.wall && explained.wall >= status.wall);
  assert(status.free_time > 0, status.free_time);
  await printed(home, "verify");
  assertFiles(recording.session.folder);
});

Deno.test("json: a session that recovers has its outage in all commands, and in a log that was mailed", async () => {
  using home = tempFolder();
  await using recording = await startRecording(
    home.path,
    ["--device", ABSENT],
    { ...withTimeout(home, "60s"), ...NO_SERVER },
    "recovery",
  );
  const { session } = recording;
  await session.waitForEvent("recovery", 2);
  const { listed, status, explained } = await about(home);
  assertSame(listed, status, [...IDENTITY, "gaps"]);
  assertSame(listed, explained, [...IDENTITY, "gaps"]);
  assertEquals(listed.state, "recovering");
  for (const { outage } of [status, explained]) {
    assertEquals(Object.keys(outage), Object.keys(listed.outage));
    assertSame(outage, listed.outage, ["since", "cause"]);
    assert(outage.duration >= listed.outage.duration);
  }
  assertEquals(explained.gap_list.at(-1).over, false);
  assertFiles(session.folder);

  const mailed = join(home.path, "ticket-4711.log");
  Deno.copyFileSync(join(session.folder, "session.log"), mailed);
  const alone = await printed(home, "explain", mailed);
  assertEquals([alone.state, alone.ending.reason], ["unknown", null]);
  assertEquals(alone.session_id, basename(session.folder));
  assertEquals(alone.outage.cause, listed.outage.cause);

  recording.running.signal("SIGINT");
  await recording.running.finished;
  const ended = await printed(home, "explain");
  assertEquals([ended.state, ended.outage], ["ended", null]);
});

Deno.test("json: a session that never began matches the schemas", async () => {
  using home = tempFolder();
  const { code } = await echolog(["record", "--device", ABSENT], {
    home: home.path,
    env: { ...withTimeout(home, "2s"), ...NO_SERVER },
  });
  assertEquals(code, 1);
  const { folder } = await onlySession(join(home.path, "recordings"));
  const { listed, explained } = await about(home);
  assertEquals(listed.reason, "start_failed");
  assertSame(listed, explained, [...IDENTITY, ...FIGURES]);
  await printed(home, "verify");
  assertFiles(folder);
});

Deno.test("json: devices, doctor and config show match the schemas", async () => {
  using home = tempFolder();
  const devices = await printed(home, "devices");
  assertEquals(devices.at(-1).device, "test");
  const { check_list } = await printed(home, "doctor", "--device", "test");
  assertEquals(check_list[0].name, "config");
  const { settings } = await printed(home, "config", "show");
  assertEquals(settings["recording.segment_duration"].value, 300);
});

Deno.test("status --watch --json: prints one document per line", async () => {
  using home = tempFolder();
  await using _recording = await startRecording(home.path, [
    ...["--device", "test"],
  ]);
  const [program, ...args] = echologCommand();
  await using watching = new Deno.Command(program, {
    args: [...args, "status", "--watch", "--json"],
    clearEnv: true,
    env: { ...Deno.env.toObject(), HOME: home.path },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  for await (
    const part of watching.stdout.pipeThrough(new TextDecoderStream())
  ) {
    text += part;
    if (text.split("\n").length > 3) watching.kill("SIGINT");
  }
  const lines = text.split("\n");
  assertEquals(lines.pop(), "");
  assert(lines.length >= 3, text);
  for (const line of lines) {
    assertEquals(faultsIn(JSON.parse(line), "status"), []);
  }
  assertEquals((await watching.status).code, 0);
});

/** Settings with another `start_timeout`. */
function withTimeout(home: TempFolder, timeout: string) {
  const path = join(home.path, "timeout.conf");
  Deno.writeTextFileSync(
    path,
    IMPATIENT.replace(/start_timeout = .*/, `start_timeout = "${timeout}"`),
  );
  return { ECHOLOG_CONFIG: path };
}
