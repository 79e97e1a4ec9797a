import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { echolog } from "../support/echolog.ts";
import { type Part, serveNumbers } from "../support/http_source.ts";
import { wasBusy } from "../support/load.ts";
import { probeDuration } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { startRecording } from "../faults/support.ts";
import { encode, servePaced } from "./paced.ts";
import { assertTruth, QUICK, recordNumbers, recordSource } from "./support.ts";

/** A short stall timeout. */
const IMPATIENT = `${QUICK}stall_timeout = "2s"\n`;

Deno.test("a stream that changes its format: a new run begins, and lengths are right", async () => {
  using home = tempFolder();
  const codec = "libmp3lame";
  const pieces = [
    await encode({ seconds: 6, rate: 48_000, channels: 2, codec }),
    await encode({ seconds: 60, rate: 44_100, channels: 1, codec }),
  ];
  await using server = servePaced(
    "audio/mpeg",
    (connection) => connection === 0 ? pieces : pieces.slice(1),
  );
  const { session, stop: end } = await recordSource(home.path, server.url, [
    ...["--duration", "12s"],
  ]);
  const causes = session.eventsOf("recovery").map(({ cause }) => cause);
  assertEquals(causes, ["format_changed"], session.logText());
  const messages = session.eventsOf("warning")
    .filter(({ code }) => code === "format_changed")
    .map(({ message }) => message);
  assertEquals(messages, [
    "The source changed its format from mp3, 48000 Hz, stereo to mp3, 44100 Hz, mono",
  ]);
  for (const { file, duration } of session.eventsOf("chunk_created")) {
    const path = join(session.folder, file);
    assertAlmostEquals(await probeDuration(path), duration, 0.001);
  }
  assertEquals(end.reason, "duration_reached");
  const verified = await echolog(["verify", "latest"], { home: home.path });
  assertEquals(verified.code, 0, verified.stdout);
});

Deno.test("segments longer than stall_timeout: ffmpeg is not restarted", async () => {
  using home = tempFolder();
  await using source = serveNumbers(() => [
    { burst: 12 },
    ...Array.from({ length: 9 }, () => [{ pause: 4 }, { burst: 4 }]).flat(),
  ]);
  const { session, stop } = await recordNumbers(home.path, source, [
    "--duration",
    "15s",
  ], IMPATIENT);
  assertEquals(stop.retries, 0, session.logText());
  await assertTruth(session, source);
});

Deno.test("a stream of segments that dies is restarted", async () => {
  using home = tempFolder();
  await using source = serveNumbers((connection): Part[] =>
    connection === 0
      ? [{ burst: 4 }, { pause: 2 }, { burst: 2 }, { pause: 60 }]
      : [{ flow: 60 }]
  );
  const { session } = await recordNumbers(home.path, source, [
    "--duration",
    "16s",
  ], IMPATIENT);
  const causes = session.eventsOf("recovery").map(({ cause }) => cause);
  assertEquals(causes, ["stall"], session.logText());
  const [stopped] = session.eventsOf("ffmpeg_stopped");
  assertEquals(stopped?.stopped_by, "SIGTERM");
});

Deno.test("a source that ends is named as such, and its audio counts once", async () => {
  using home = tempFolder();
  await using source = serveNumbers(() => [{ burst: 6 }]);
  const { session, stop } = await recordNumbers(home.path, source, [
    ...["--duration", "9s"],
  ]);
  const recoveries = session.eventsOf("recovery");
  assert(recoveries.length >= 2, session.logText());
  assert(recoveries.every(({ cause }) => cause === "source_ended"));
  // The first restart is at once, the others wait.
  const waits = recoveries.slice(1).filter(({ delay }) => delay > 0.5);
  assertEquals(waits.length, recoveries.length - 1);
  const repeats = session.eventsOf("warning")
    .filter(({ code }) => code === "audio_repeated");
  // The last run may end before there is a second to compare.
  const again = session.eventsOf("ffmpeg_started").length - 1;
  assert(repeats.length >= again - 1, session.logText());
  const once = 100 * 6 / (6 + stop.gap_total);
  assertAlmostEquals(stop.coverage ?? 0, once, 5, session.logText());
});

Deno.test("stop: a stream that sends nothing more is stopped at once", async () => {
  using home = tempFolder();
  await using source = serveNumbers(() => [{ flow: 3 }, { pause: 60 }]);
  const config = join(home.path, "patient.conf");
  Deno.writeTextFileSync(config, QUICK);
  await using recording = await startRecording(
    home.path,
    ["--device", source.url],
    { ECHOLOG_CONFIG: config },
  );
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  await session.waitForEvent("ffmpeg_started");
  const log = session.logText();
  assert(!log.includes("stall"), log);
  // The pause has lasted longer than a report takes.
  await session.waitFor("a silent source", () => {
    const connected = source.connected.at(-1) ?? Infinity;
    return Date.now() - connected > 6_000 || null;
  });
  const asked = performance.now();
  running.signal("SIGTERM");
  assertEquals((await running.finished).code, 0);
  const took = performance.now() - asked;
  assert(took < 4_000 || wasBusy(), `${took} ms\n${session.logText()}`);
  const [stopped] = session.eventsOf("ffmpeg_stopped");
  assertEquals(stopped?.stopped_by, "SIGTERM");
  const audio = session.eventsOf("chunk_created")
    .reduce((sum, { duration }) => sum + duration, 0);
  assertAlmostEquals(audio, 3, 0.2);
});
