import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { gapsOf, startRecording } from "../faults/support.ts";
import { decodeFiles, RATE, SoundServer } from "../support/sound_server.ts";
import { numbersIn } from "../support/http_source.ts";
import { tempFolder } from "../support/temp.ts";
import { delay } from "../support/pace.ts";
import { jumpsIn } from "./support.ts";

/**
 * Seconds for which the recorder stands still. Within a second ffmpeg fills the
 * pipe of its messages and waits; then the sound server keeps 22 s of audio.
 */
const ASLEEP = 30;

Deno.test("a recorder that was suspended: the hole is where the samples are missing", async () => {
  await using server = await SoundServer.start(undefined, "norewinds=1");
  using home = tempFolder();
  const config = join(home.path, "trace.conf");
  Deno.writeTextFileSync(
    config,
    '[ffmpeg]\ninput_args = ["-loglevel", "+level+trace"]\n[recording]\nsegment_duration = "10s"\n',
  );
  server.playNumbers();
  await server.waitForSound();
  await using recording = await startRecording(
    home.path,
    ["--device", "pulse:loop.monitor"],
    { ...server.clientEnv, ECHOLOG_CONFIG: config },
  );
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  running.signal("SIGSTOP");
  // This is what is tested: nothing else makes the pipes run full.
  await delay(ASLEEP * 1000, new AbortController().signal);
  running.signal("SIGCONT");
  await session.waitForEvent("gap", 1);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);

  const log = session.logText();
  const gaps = gapsOf(session);
  assertEquals(gaps.map(({ cause }) => cause), ["audio_lost"], log);
  const chunks = session.eventsOf("chunk_created");
  const paths = chunks.map(({ file }) => join(session.folder, file));
  const numbers = numbersIn(await decodeFiles(paths));
  // A player that the busy machine made late leaves small holes of its own.
  const step = (index: number) =>
    (numbers[index] ?? 0) - (numbers[index - 1] ?? 0);
  const jumps = jumpsIn(numbers).filter((index) => step(index) > 1);
  const holes = jumps.filter((index) => step(index) > RATE / 10);
  const secondsOf = (all: readonly number[]) =>
    all.reduce((sum, index) => sum + step(index) - 1, 0) / RATE;
  const [gap] = gaps;
  // The player's own holes may be near enough to count.
  assert((gap?.duration ?? 0) >= secondsOf(holes) - 0.1, log);
  assert((gap?.duration ?? 0) <= secondsOf(jumps) + 0.1, log);
  // All before the hole was captured without a pause. On a busy machine there
  // are two, since ffmpeg empties the buffer slowly.
  const at = (index: number) => (chunks[0]?.start ?? 0) + 1000 * index / RATE;
  assert((gap?.start ?? 0) >= at(holes.at(0) ?? 0) - 100, log);
  assert((gap?.start ?? 0) <= at(holes.at(-1) ?? 0) + 100, log);
  for (const [index, { start }] of chunks.entries()) {
    const before = chunks[index - 1];
    assert(before === undefined || start >= before.end - 1, log);
  }
});
