import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readState } from "../../src/sessions/state_file.ts";
import { gapsOf, startRecording } from "../faults/support.ts";
import {
  echolog,
  onlySession,
  SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import { serveNumbers } from "../support/http_source.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { exists } from "../../src/platform/fs.ts";
import { assertTruth, recordNumbers, recordSource } from "./support.ts";

/** A machine that is busy makes everything late by this much, in seconds. */
const LATE = 2;

Deno.test("--duration: is exact to the sample for a stream in real time", async () => {
  using home = tempFolder();
  await using source = serveNumbers(() => [{ flow: 60 }]);
  const { session, stop } = await recordNumbers(home.path, source, [
    ...["--duration", "5s"],
  ]);
  assertEquals([stop.reason, stop.exit_code], ["duration_reached", 0]);
  // On a busy machine the stream may be opened more than a second late.
  assert(Math.abs(stop.audio - 5) < 0.001 || stop.audio > 3, session.logText());
  await assertTruth(session, source);
});

Deno.test("--duration: ends by the clock when a stream begins with old audio", async () => {
  using home = tempFolder();
  await using source = serveNumbers(() => [{ burst: 10 }, { flow: 60 }]);
  const { session, stop } = await recordNumbers(home.path, source, [
    ...["--duration", "8s"],
  ]);
  assertEquals([stop.reason, stop.retries], ["duration_reached", 0]);
  assert(stop.wall > 7.9 && stop.wall < 8 + LATE, session.logText());
  assertAlmostEquals(stop.audio, stop.wall + 10, 1);
  assertEquals(gapsOf(session), []);
});

Deno.test("--duration: a run that reaches the end after an outage is complete", async () => {
  using home = tempFolder();
  await using source = serveNumbers((connection) =>
    connection === 0 ? [{ flow: 3 }] : [{ flow: 60 }]
  );
  const { session, stop, code } = await recordNumbers(home.path, source, [
    ...["--duration", "8s"],
  ]);
  assertEquals([stop.reason, code, stop.retries], ["duration_reached", 0, 1]);
  assert(stop.wall > 7.5 && stop.wall < 8 + LATE, session.logText());
  const causes = session.eventsOf("recovery").map(({ cause }) => cause);
  assertEquals(causes, ["source_ended"]);
});

Deno.test("--duration: a missing source ends on time and fails", async () => {
  using home = tempFolder();
  const { stop, code, stderr } = await recordSource(
    home.path,
    "http://127.0.0.1:9/none",
    ["--duration", "4s"],
  );
  assertEquals([stop.reason, code], ["start_failed", 1]);
  assertAlmostEquals(stop.wall, 4, 0.9);
  assert(stderr.includes("Connection refused"), stderr);
});

Deno.test("--until: ends at that time", async () => {
  using home = tempFolder();
  const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 5_000);
  const { stop, session } = await recordSource(home.path, "test", [
    ...["--until", until.toISOString().replace(".000", "")],
  ]);
  assertEquals(stop.reason, "duration_reached");
  const end = session.eventsOf("chunk_created").at(-1)?.end ?? 0;
  assertAlmostEquals(end / 1000, until.getTime() / 1000, 1);
  assertEquals(readState(session.folder)?.ends_at, until.toISOString());
});

Deno.test("--duration: session.json and status have the end that it will have", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, [
    ...["--device", "test", "--duration", "1h"],
  ]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created");
  const HOUR = 3_600_000;
  const endsAt = Date.parse(readState(session.folder)?.ends_at ?? "");
  const first = session.eventsOf("chunk_created")[0]?.start ?? 0;
  const start = session.eventsOf("session_start")[0]?.start ?? 0;
  // It counts from the start when the first sample comes a second later.
  const ends = first - start < 1_000 ? [first] : [first, start];
  assert(
    ends.some((from) => Math.abs(endsAt - from - HOUR) < 100),
    session.logText(),
  );
  const { stdout } = await echolog(["status", "--json"], { home: home.path });
  const [status] = JSON.parse(stdout);
  assertEquals(Date.parse(status.ends_at), endsAt);
  running.signal("SIGINT");
  await running.finished;
});

Deno.test("--duration: a session ends when session.json says that it will", async () => {
  using home = tempFolder();
  const { session } = await recordSource(home.path, "test", [
    ...["--duration", "3s"],
  ]);
  const endsAt = Date.parse(readState(session.folder)?.ends_at ?? "");
  const end = session.eventsOf("chunk_created").at(-1)?.end ?? 0;
  assertAlmostEquals(end / 1000, endsAt / 1000, 0.3, session.logText());
});

Deno.test("session.json has no end for a recording without one", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  assertEquals(readState(session.folder)?.ends_at, null);
  running.signal("SIGINT");
  await running.finished;
});

Deno.test("--until: refuses a time that has passed, and --duration beside it", async () => {
  using home = tempFolder();
  const record = ["record", "--device", "test"];
  const past = await echolog([...record, "--until", "2020-01-01T00:00Z"], {
    home: home.path,
  });
  assertEquals([past.code, past.stderr], [
    2,
    "echolog: Cannot use --until 2020-01-01T00:00Z; that time has passed\n",
  ]);
  const both = await echolog(
    [...record, "--until", "06:00", "--duration", "1h"],
    { home: home.path },
  );
  assertEquals([both.code, both.stderr], [
    2,
    "echolog: Cannot use --until 06:00 together with --duration; give one of them\n",
  ]);
});

Deno.test("--wait: a start waits for a session that is about to end", async () => {
  using home = tempFolder();
  const args = ["record", "--device", "test", "--session-id"];
  await using first = startEcholog([...args, "one", "--duration", "6s"], {
    home: home.path,
  });
  const one = await onlySession(join(home.path, "recordings"));
  await one.waitForEvent("ffmpeg_started");
  const second = await echolog([...args, "two", "--duration", "8s"], {
    home: home.path,
  });
  assertEquals(second.code, 0, second.stderr);
  assertEquals((await first.finished).code, 0);
  const two = new SessionOnDisk(join(home.path, "recordings", "two"));
  const [before, after] = [one, two].map((session) => session.events().at(-1));
  assert(before?.event === "session_stop" && after?.event === "session_stop");
  assertEquals(before.reason, "duration_reached");
  // What it waited is part of the duration.
  assert(after.audio < 7.5, two.logText());
});

Deno.test("--wait: a start does not wait for a session without an end, unless --wait asks for it", async () => {
  using home = tempFolder();
  const args = ["record", "--device", "test"];
  await using first = startEcholog(args, { home: home.path });
  const one = await onlySession(join(home.path, "recordings"));
  await one.waitForEvent("ffmpeg_started");
  const refused = await echolog(args, { home: home.path });
  assertEquals(refused.code, 75);
  assert(refused.stderr.includes("wait for it with --wait"), refused.stderr);
  await using second = startEcholog(
    [...args, "--wait", "1m", "--session-id", "two"],
    { home: home.path },
  );
  // One that does not wait ends later than the other begins to.
  assertEquals((await echolog(args, { home: home.path })).code, 75);
  first.signal("SIGTERM");
  assertEquals((await first.finished).code, 0);
  const log = join(home.path, "recordings", "two", "session.log");
  await waitFor(
    "the second session's audio",
    () =>
      exists(log) && Deno.readTextFileSync(log).includes("ffmpeg_started") ||
      null,
  );
  second.signal("SIGINT");
  const { stdout } = await second.finished;
  assert(stdout.startsWith("Logging to"), stdout);
});
