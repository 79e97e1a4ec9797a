import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readChunkIndex } from "../../src/sessions/chunks/chunk_index.ts";
import { FORMAT_NAMES } from "../../src/audio/format.ts";
import { echolog } from "../support/echolog.ts";
import { decodeFiles, RATE, SoundServer } from "../support/sound_server.ts";
import { wasBusy } from "../support/load.ts";
import { tempFolder } from "../support/temp.ts";
import { ffmpegPid, startRecording, waitForGaps } from "./support.ts";

const CLOCK_TOLERANCE = 0.1;

/** Exports all of the session, and returns what was printed, and the path. */
async function exportAll(home: string, name: string) {
  const path = join(home, name);
  const { code, stdout, stderr } = await echolog(
    ["export", "--json", "-o", path],
    { home },
  );
  assertEquals(code, 0, stderr);
  return { ...JSON.parse(stdout), path };
}

/** What is missing behind the first sample: a busy machine may start late. */
function afterStart(
  { missing_list }: { missing_list: { at: number; duration: number }[] },
): { at: number; duration: number }[] {
  return missing_list.filter(({ at }) => at > 0);
}

/** The numbers of a file; 0 is silence. */
async function numbersOf(path: string): Promise<number[]> {
  const samples = await decodeFiles([path]);
  return Array.from(
    { length: samples.length / 2 },
    (_, index) =>
      (samples[2 * index + 1] ?? 0) * 32_768 + (samples[2 * index] ?? 0),
  );
}

/** Stretches of consecutive numbers, with their places. */
function stretchesOf(numbers: readonly number[]) {
  const found: { at: number; number: number; length: number }[] = [];
  for (const [at, number] of numbers.entries()) {
    const last = found.at(-1);
    if (number === 0) continue;
    const follows = last !== undefined && at === last.at + last.length &&
      number === last.number + last.length;
    if (follows) last.length++;
    else found.push({ at, number, length: 1 });
  }
  return found;
}

/** Reports that the rest of a test was not run. */
function heldUp(stretches: readonly unknown[]): void {
  console.log(
    `not run to its end: the player was held up, ${stretches.length} stretches`,
  );
}

Deno.test("export: of a recording with a killed ffmpeg, every sample is in its place, also while it is recorded", async () => {
  await using server = await SoundServer.start();
  server.playNumbers(500, 40_000);
  await server.waitForSound();
  using home = tempFolder();
  await using recording = await startRecording(home.path, [
    ...["--device", "pulse:loop.monitor"],
  ], server.clientEnv);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  const during = await exportAll(home.path, "during.flac");
  const closed = session.eventsOf("chunk_created");
  const early = stretchesOf(await numbersOf(during.path));
  // A busy machine holds up the player: what it left out is no fault of echolog.
  if (early.length !== 1 && wasBusy()) return heldUp(early);
  assertEquals(early.length, 1, JSON.stringify(early));
  // The open chunk is in it, too.
  const [chunk] = closed;
  assert(during.duration > (chunk?.duration ?? 0), `${during.duration} s`);
  assertEquals(during.damage_list, []);

  Deno.kill(ffmpegPid(session), "SIGKILL");
  await waitForGaps(session, 1);
  const count = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", count + 1);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const after = await exportAll(home.path, "after.flac");
  const stretches = stretchesOf(await numbersOf(after.path));
  if (stretches.length !== 2 && wasBusy()) return heldUp(stretches);
  assertEquals(stretches.length, 2, JSON.stringify(stretches));
  const [one, other] = stretches;
  assert(one !== undefined && other !== undefined);
  assertEquals(one.at, 0);
  assertEquals(one.number, early[0]?.number);
  // Silence is as long as what is missing, by the clock.
  const silence = other.at - one.length;
  const lost = other.number - one.number - one.length;
  assertAlmostEquals(silence / RATE, lost / RATE, CLOCK_TOLERANCE);
  const missing = afterStart(after);
  assertEquals(missing.length, 1);
  assertAlmostEquals(missing[0]?.at ?? 0, one.length / RATE, 0.002);
  // Start and end are whole milliseconds.
  assertAlmostEquals(missing[0]?.duration ?? 0, silence / RATE, 0.0025);
  // Every sample that is in a chunk is in the file.
  // The log has lengths in milliseconds, the index in samples.
  const audio = [...readChunkIndex(session.folder).made.values()]
    .reduce((sum, { samples }) => sum + (samples ?? 0), 0);
  assertEquals(one.length + other.length, audio);
  assertAlmostEquals(after.audio, audio / RATE, 0.001);
});

for (const format of FORMAT_NAMES) {
  Deno.test(`export: gives the open chunk of a recording in ${format}, and of one whose recorder died`, async () => {
    using home = tempFolder();
    await using recording = await startRecording(home.path, [
      ...["--device", "test", "--format", format, "--segment-duration", "1h"],
    ]);
    const { running } = recording;
    const exported = async () => {
      const { code, stdout } = await echolog(
        ["export", "--json", "--force", "-o", join(home.path, "x.wav")],
        { home: home.path },
      );
      return code === 0 ? JSON.parse(stdout) : null;
    };
    let first = await exported();
    while (first === null) first = await exported();
    assertEquals(first.damage_list, []);
    assertEquals(afterStart(first), []);
    let more = await exported();
    while (more.audio <= first.audio) more = await exported();
    assertEquals([more.damage_list, more.start], [[], first.start]);
    running.signal("SIGKILL");
    await running.finished;
    const dead = await exported();
    assert(dead.audio >= more.audio);
    assertEquals(dead.damage_list, []);
    assertEquals((await echolog(["repair"], { home: home.path })).code, 0);
    const repaired = await exported();
    assert(repaired.audio >= dead.audio - 0.001);
    assertEquals([repaired.damage_list, afterStart(repaired)], [[], []]);
  });
}
