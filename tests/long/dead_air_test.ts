// Dead air on a sound server: what is sent, and how soon.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  names,
  notifying,
  type Received,
  waitForMessage,
} from "../faults/notified.ts";
import { type Recording, startRecording } from "../faults/support.ts";
import { runProgram } from "../support/program.ts";
import { decodeFiles, SoundServer } from "../support/sound_server.ts";
import { type TempFolder, tempFolder } from "../support/temp.ts";

const CHANNELS = 2;
/** Seconds by which a message may be late. */
const LATE = 4;
const TEXT = "This is the news at six o'clock. Tonight there will be rain.";

/** A voice that is read by a program, on both channels, as loud as can be. */
async function voice(): Promise<Int16Array<ArrayBuffer>> {
  using folder = tempFolder();
  const path = join(folder.path, "voice.wav");
  const { code } = await runProgram("espeak-ng", ["-w", path, TEXT]);
  assertEquals(code, 0);
  const loud = join(folder.path, "loud.wav");
  const made = await runProgram("ffmpeg", [
    ...["-v", "error", "-i", path, "-ar", "48000", "-ac", "2", loud],
  ]);
  assertEquals(made.code, 0, made.stderr);
  const samples = await decodeFiles([loud]);
  return atLevel(samples, 0);
}

/** Returns samples with a peak, and with dither: no block of them is zero. */
function atLevel(samples: Int16Array, dbfs: number): Int16Array<ArrayBuffer> {
  const peak = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const factor = 32_766 * 10 ** (dbfs / 20) / peak;
  return Int16Array.from(
    samples,
    (one) => Math.round(one * factor + Math.random() - Math.random()),
  );
}

interface Listener {
  readonly home: TempFolder;
  readonly recording: Recording;
}

async function listen(
  server: SoundServer,
  stack: AsyncDisposableStack,
  settings = "",
): Promise<Listener> {
  const home = stack.use(tempFolder());
  const recording = stack.use(
    await startRecording(
      home.path,
      ["--device", "pulse:loop.monitor", "--channels", String(CHANNELS)],
      { ...server.clientEnv, ...notifying(home, "", settings) },
    ),
  );
  return { home, recording };
}

async function stop({ recording: { running } }: Listener): Promise<void> {
  running.signal("SIGTERM");
  assertEquals((await running.finished).code, 0);
}

/** Seconds from the beginning of a silence to its message. */
function delayOf({ at, since }: Received): number {
  return (at - Date.parse(since ?? "")) / 1000;
}

/** Waits for the end of a silence after sound is back; returns how long it took. */
async function soundAfter(
  { home }: Listener,
  silence: Received,
  play: () => void,
): Promise<number> {
  const played = Date.now();
  play();
  const sound = await waitForMessage(home, "sound");
  const length = (played - Date.parse(silence.since ?? "")) / 1000;
  assertAlmostEquals(sound.duration ?? NaN, length, LATE);
  return (sound.at - played) / 1000;
}

function report(what: string, before: number, after?: number): void {
  const end = after === undefined ? "" : `, of its end after ${after} s`;
  console.log(`${what}: the message came after ${before} s${end}`);
}

Deno.test("dead air: a sink without a player is digital zero", async () => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await SoundServer.start());
  const listener = await listen(server, stack);
  const silence = await waitForMessage(listener.home, "silence");
  const delay = delayOf(silence);
  const after = await soundAfter(
    listener,
    silence,
    () => server.playTone(440),
  );
  report("digital zero", delay, after);
  await stop(listener);
  assertEquals(silence.code, "digital_silence");
  assert(delay >= 10 && delay < 10 + LATE, `${delay} s`);
  assert(after >= 10 && after < 10 + 2 * LATE, `${after} s`);
  assertEquals(names(listener.home), ["started", "silence", "sound", "ended"]);
});

Deno.test("dead air: a voice at -70 dBFS is below -60, and above -80", async () => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await SoundServer.start());
  const loud = await voice();
  server.playSamples(atLevel(loud, -70));
  await server.waitForSound();
  const [deaf, keen] = await Promise.all(
    [-60, -80].map((limit) =>
      listen(server, stack, `silence_dbfs = ${limit}\n`)
    ),
  );
  assert(deaf !== undefined && keen !== undefined);
  const silence = await waitForMessage(deaf.home, "silence");
  const delay = delayOf(silence);
  await server.stopPlaying();
  const after = await soundAfter(
    deaf,
    silence,
    () => server.playSamples(atLevel(loud, -20)),
  );
  report("a voice at -70 dBFS, silence_dbfs = -60", delay, after);
  await Promise.all([stop(deaf), stop(keen)]);
  assertEquals(silence.code, "silence");
  assert(delay >= 30 && delay < 30 + LATE, `${delay} s`);
  assert(after >= 29 && after < 30 + LATE, `${after} s`);
  assertEquals(names(deaf.home), ["started", "silence", "sound", "ended"]);
  assertEquals(names(keen.home), ["started", "ended"]);
  const quiet = Date.parse(silence.since ?? "") + delay * 1000;
  const peaks = keen.recording.session.eventsOf("chunk_created")
    .filter(({ end }) => end < quiet)
    .map(({ peak_dbfs }) => peak_dbfs ?? -Infinity);
  const most = Math.max(...peaks);
  console.log(`its peak: ${most} dBFS`);
  assertAlmostEquals(most, -70, 2);
});

Deno.test("dead air: one channel of two is dead", async () => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await SoundServer.start());
  const both = atLevel(await voice(), -20);
  server.playSamples(both.map((one, at) => at % CHANNELS === 0 ? one : 0));
  await server.waitForSound();
  const listener = await listen(server, stack);
  const silence = await waitForMessage(listener.home, "silence");
  const delay = delayOf(silence);
  await server.stopPlaying();
  const after = await soundAfter(
    listener,
    silence,
    () => server.playSamples(both),
  );
  report("a dead channel", delay, after);
  await stop(listener);
  assertEquals(silence.code, "channel_silence");
  assertEquals(silence.silent_channel_list, [2]);
  assert(delay >= 10 && delay < 10 + LATE, `${delay} s`);
  assert(after >= 9 && after < 10 + LATE, `${after} s`);
  assertEquals(names(listener.home), ["started", "silence", "sound", "ended"]);
});
