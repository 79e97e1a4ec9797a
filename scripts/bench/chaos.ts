/**
 * A recording with a random fault every 20 to 40 seconds, and an audit at its
 * end: every second is audio or a gap that the log names.
 *
 * Needs PulseAudio, ffmpeg and flac.
 * Run: `scripts/bench/chaos [--minutes N] [--seed N]`
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import { readState } from "../../src/session/state.ts";
import { assertSound, startRecording } from "../../tests/faults/support.ts";
import type { SessionOnDisk } from "../../tests/support/echolog.ts";
import { SoundServer } from "../../tests/support/sound_server.ts";
import { tempFolder } from "../../tests/support/temp.ts";

const flags: Record<string, unknown> = parseArgs(Deno.args, {
  string: ["minutes", "seed"],
});
const minutes = Number(flags.minutes ?? 15);
const seed = Number(flags.seed ?? 1);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error("chaos: --minutes takes a positive number, --seed a whole one");
  Deno.exit(2);
}

/** A generator of numbers from 0 to 1 that a seed repeats: mulberry32. */
let state = seed;
function chance(): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

async function pause(seconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** Signals the ffmpeg of the moment; none runs while the fault before is not over. */
function signalFfmpeg(session: SessionOnDisk, signal: Deno.Signal): void {
  const pid = readState(session.folder)?.ffmpeg_pid ?? null;
  if (pid !== null) Deno.kill(pid, signal);
}

type Fault = (session: SessionOnDisk, server: SoundServer) => Promise<void>;

const FAULTS: ReadonlyMap<string, Fault> = new Map<string, Fault>([
  ["ffmpeg killed", (session) => {
    signalFfmpeg(session, "SIGKILL");
    return Promise.resolve();
  }],
  ["ffmpeg terminated", (session) => {
    signalFfmpeg(session, "SIGTERM");
    return Promise.resolve();
  }],
  ["ffmpeg stands still", (session) => {
    signalFfmpeg(session, "SIGSTOP");
    return Promise.resolve();
  }],
  ["sound server gone", async (_, server) => {
    await server.pullThePlug();
    await pause(1 + chance() * 5);
    await server.plugIn();
    server.playNumbers(50);
  }],
  ["log deleted", (session) => {
    Deno.renameSync(
      join(session.folder, "session.log"),
      join(session.folder, `kept.${Date.now()}`),
    );
    return Promise.resolve();
  }],
]);

await using server = await SoundServer.start();
using home = tempFolder();
server.playNumbers(50);
await server.waitForSound();
await using recording = await startRecording(
  home.path,
  ["--device", "pulse:loop.monitor", "--segment-duration", "10s"],
  server.clientEnv,
);
const { running, session } = recording;
const end = Date.now() + minutes * 60_000;
const counts = new Map<string, number>();
let kept = "";
for (;;) {
  const wait = 20 + chance() * 20;
  if (Date.now() + wait * 1000 > end) break;
  await pause(wait);
  const names = [...FAULTS.keys()];
  const name = names[Math.floor(chance() * names.length)] ?? "";
  counts.set(name, (counts.get(name) ?? 0) + 1);
  console.log(new Date().toISOString(), name);
  try {
    await FAULTS.get(name)?.(session, server);
  } catch (error) {
    // No ffmpeg runs at the moment: the fault before is not over.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
await pause(15);
running.signal("SIGINT");
const { code } = await running.finished;
// A log that was renamed is read with the one that was made in its place.
for (const name of session.files("").filter((name) => /^kept/.test(name))) {
  kept += Deno.readTextFileSync(join(session.folder, name));
}
const path = join(session.folder, "session.log");
Deno.writeTextFileSync(path, kept + Deno.readTextFileSync(path));
const stop = await assertSound(session, "interrupted");
console.log(`seed ${seed}, ${minutes} minutes, exit code ${code}`);
for (const [name, count] of counts) console.log(`${count} × ${name}`);
const unnamed = stop.wall - stop.audio - stop.gap_total;
console.log(
  `wall ${stop.wall} s = audio ${stop.audio} s + gaps ${stop.gap_total} s + ${
    unnamed.toFixed(3)
  } s at start and stop; ${stop.gaps} gaps, ${stop.retries} retries`,
);
