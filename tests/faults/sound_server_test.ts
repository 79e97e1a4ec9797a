import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { onlySession } from "../support/echolog.ts";
import { SoundServer } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import {
  assertSound,
  configured,
  gapCauses,
  gapsOf,
  startRecording,
  waitForGaps,
} from "./support.ts";
import { assertExplained } from "./explained.ts";

const DEVICE = ["--device", "pulse:loop.monitor"];

Deno.test("recovery: logs one gap with its cause when the sound server is killed and restarted", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  server.playNumbers(50);
  await server.waitForSound();
  await using recording = await startRecording(
    home.path,
    DEVICE,
    server.clientEnv,
  );
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  const pulled = Date.now();
  await server.pullThePlug();
  await session.waitForEvent("recovery", 3);
  await server.plugIn();
  server.playNumbers(50);
  await waitForGaps(session);
  const back = Date.now();
  await session.waitForEvent("chunk_created", 4);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted");
  await assertExplained(session, "sound server restarted");
  const [gap] = gapsOf(session);
  assertEquals(gapCauses(session), ["device_gone"]);
  assert(gap !== undefined);
  assertAlmostEquals(gap.start, pulled, 500);
  assert(gap.end > pulled && gap.end <= back);
});

Deno.test("recovery: resumes within 10 s when the sound server returns after a long absence", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  server.playNumbers(50);
  await server.waitForSound();
  using settings = tempFolder();
  const patient = configured(settings.path, '[recovery]\nbackoff_max = "1h"\n');
  await using recording = await startRecording(
    home.path,
    [...DEVICE, "--segment-duration", "2s"],
    { ...server.clientEnv, ...patient },
  );
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  await server.pullThePlug();
  // It would now wait for 12 s and more.
  await session.waitForEvent("recovery", 6);
  await server.plugIn();
  const back = Date.now();
  server.playNumbers(50);
  await waitForGaps(session);
  await session.waitForEvent("chunk_created", 4);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted");
  await assertExplained(session, "sound server away for long");
  const [gap] = gapsOf(session);
  assert(gap !== undefined && gap.end < back + 10_000, `${gap?.end} ${back}`);
});

Deno.test("recovery: logs a gap up to the end when the sound server does not return", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  server.playNumbers(50);
  await server.waitForSound();
  await using recording = await startRecording(
    home.path,
    DEVICE,
    server.clientEnv,
  );
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  await server.pullThePlug();
  await session.waitForEvent("recovery", 3);
  running.signal("SIGTERM");
  assertEquals((await running.finished).code, 0);
  const stop = await assertSound(session, "terminated");
  await assertExplained(session, "sound server gone for good");
  assertEquals(gapCauses(session), ["device_gone"]);
  assert(stop.retries >= 3);
});

Deno.test("recovery: accounts for all lost audio when the sound server restarts repeatedly", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  await using recording = await startRecording(
    home.path,
    DEVICE,
    server.clientEnv,
  );
  const { running, session } = recording;
  for (let round = 1; round <= 5; round++) {
    server.playNumbers(50);
    await session.waitForEvent("ffmpeg_started", round);
    await server.pullThePlug();
    await session.waitForEvent("recovery", round);
    await server.plugIn();
  }
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted");
});

Deno.test("recovery: records a device that appears late and logs the wait as a gap", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  await server.pullThePlug();
  const started = startRecording(home.path, DEVICE, server.clientEnv);
  const waiting = await onlySession(join(home.path, "recordings"));
  await waiting.waitForEvent("recovery", 5);
  await server.plugIn();
  server.playNumbers(50);
  await using recording = await started;
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted");
  await assertExplained(session, "device came late");
  const [gap] = gapsOf(session);
  assertEquals(gap?.cause, "device_missing");
  assert((gap?.duration ?? 0) > 3);
});
