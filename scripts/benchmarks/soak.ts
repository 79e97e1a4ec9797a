/**
 * Hours of real recording with a random fault every 20 to 40 seconds, and an
 * audit at its end: every second is audio or a gap that the log names, every
 * chunk is whole, and memory and open files have not grown.
 *
 * Needs Linux, PulseAudio, ffmpeg and flac.
 * Run: `scripts/bench soak [--minutes N] [--seed N]`; two hours by default. Ends
 * with 1 when the audit finds something.
 *
 * @module
 */

import { join } from "@std/path";
import { readState } from "../../src/sessions/state_file.ts";
import { assertSound, startRecording } from "../../tests/faults/support.ts";
import { echolog, type SessionOnDisk } from "../../tests/support/echolog.ts";
import { SoundServer } from "../../tests/support/sound_server.ts";
import { tempFolder } from "../../tests/support/temp.ts";
import { endedOnInterrupt } from "./interrupt.ts";
import { readNumbers } from "./options.ts";
import { costOf, type ProcessCost } from "./process_cost.ts";
import { median } from "./statistics.ts";

/** How exact a gap is: by so much audio and gaps may miss the wall clock for each. */
const SECONDS_A_GAP = 0.02;

const { minutes, seed } = readNumbers("soak", Deno.args, {
  minutes: { defaultValue: 120, least: 1, mayBeBroken: true },
  seed: { defaultValue: 1, least: 0 },
});

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

using home = endedOnInterrupt(tempFolder());
await using server = endedOnInterrupt(await SoundServer.start());
server.playNumbers(50);
await server.waitForSound();
await using recording = await startRecording(
  home.path,
  ["--device", "pulse:loop.monitor", "--segment-duration", "10s"],
  server.clientEnv,
);
const { running, session } = recording;
endedOnInterrupt({
  // Asked to stop: a recorder that is killed leaves its ffmpeg.
  async [Symbol.asyncDispose]() {
    running.signal("SIGINT");
    await running.finished;
  },
});

/** Signals the ffmpeg of the moment; none runs while the fault before is not over. */
function signalFfmpeg(signal: Deno.Signal): void {
  const pid = readState(session.folder)?.ffmpeg_pid ?? null;
  if (pid !== null) Deno.kill(pid, signal);
}

async function suspendSource(isSuspended: boolean): Promise<void> {
  await new Deno.Command("pactl", {
    args: ["suspend-source", "loop.monitor", isSuspended ? "1" : "0"],
    env: server.env,
    stdout: "null",
    stderr: "null",
  }).output();
}

/** Logs that were taken away; the audit reads them with those made in their place. */
function setLogAside(folder: string): void {
  const kept = join(folder, `kept.${Date.now()}`);
  Deno.renameSync(join(folder, "session.log"), kept);
}

const FAULTS: ReadonlyMap<string, () => void | Promise<void>> = new Map([
  ["ffmpeg killed", () => signalFfmpeg("SIGKILL")],
  ["ffmpeg terminated", () => signalFfmpeg("SIGTERM")],
  ["ffmpeg stands still", () => signalFfmpeg("SIGSTOP")],
  ["sound server gone", async () => {
    await server.pullThePlug();
    await pause(1 + chance() * 5);
    await server.plugIn();
    server.playNumbers(50);
  }],
  ["source suspended", async () => {
    await suspendSource(true);
    await pause(0.5 + chance() * 6);
    await suspendSource(false);
  }],
  ["echolog stands still", async () => {
    running.signal("SIGSTOP");
    await pause(1 + chance() * 5);
    running.signal("SIGCONT");
  }],
  ["log taken away", () => setLogAside(session.folder)],
]);

const counts = new Map<string, number>();

async function doSomethingBad(): Promise<void> {
  const names = [...FAULTS.keys()];
  const name = names[Math.floor(chance() * names.length)] ?? "";
  counts.set(name, (counts.get(name) ?? 0) + 1);
  console.log(new Date().toISOString(), name);
  try {
    await FAULTS.get(name)?.();
  } catch (error) {
    // No ffmpeg runs at the moment: the fault before is not over.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

const costs: ProcessCost[] = [];
const end = Date.now() + minutes * 60_000;
for (;;) {
  const wait = 20 + chance() * 20;
  if (Date.now() + wait * 1000 > end) break;
  await pause(wait);
  costs.push(await costOf(running.pid));
  await doSomethingBad();
}
await pause(15);
costs.push(await costOf(running.pid));
running.signal("SIGINT");
const { code, stderr } = await running.finished;
gatherLog(session);

console.log(`seed ${seed}, ${minutes} minutes, exit code ${code}`);
if (stderr !== "") console.log(stderr.trim());
for (const [name, count] of counts) console.log(`${count} × ${name}`);
const gaps = session.eventsOf("gap").length;
const stop = await assertSound(
  session,
  "interrupted",
  0.5 + SECONDS_A_GAP * gaps,
);
const unnamed = stop.wall - stop.audio - stop.gap_total;
console.log(
  `wall ${stop.wall} s = audio ${stop.audio} s + gaps ${stop.gap_total} s + ${
    unnamed.toFixed(3)
  } s at start and stop; ${stop.gaps} gaps, ${stop.retries} retries`,
);
const verified = await echolog(["verify", session.folder], { home: home.path });
// The faults of chunks, and the sum.
console.log(
  verified.stdout.trim().split("\n")
    .filter((line) => !/^FILE | {2}ok$/.test(line)).join("\n").trim(),
);
const isFlat = [
  flat("memory", "MiB", ({ memory }) => memory),
  flat("handles", "", ({ handles }) => handles),
  flat("threads", "", ({ threads }) => threads),
].every((kept) => kept);
if (!isFlat || verified.code !== 0) Deno.exitCode = 1;

/** Puts the logs that were taken away back in front of the last one. */
function gatherLog(session: SessionOnDisk): void {
  const kept = session.files("").filter((name) => name.startsWith("kept."))
    .map((name) => join(session.folder, name));
  const path = join(session.folder, "session.log");
  const texts = [...kept, path].map((name) => Deno.readTextFileSync(name));
  Deno.writeTextFileSync(path, texts.join(""));
  for (const name of kept) Deno.removeSync(name);
}

/** Compares the second quarter of the time with the last. */
function flat(
  what: string,
  unit: string,
  of: (cost: ProcessCost) => number,
): boolean {
  const values = costs.map(of);
  const quarter = Math.ceil(values.length / 4);
  const early = median(values.slice(quarter, 2 * quarter));
  const late = median(values.slice(-quarter));
  // Deno keeps some threads for a while after they were of use.
  const isKept = late <= Math.max(early * 1.1, early + 3);
  console.log(
    `${what}: ${early.toFixed(0)} ${unit} in the second quarter, ${
      late.toFixed(0)
    } ${unit} in the last, ${(late / early).toFixed(2)} times: ${
      isKept ? "flat" : "GROWN"
    }`,
  );
  return isKept;
}
