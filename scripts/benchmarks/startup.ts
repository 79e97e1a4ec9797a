/**
 * What the compiled binary costs against a compiled program of one line, made
 * with the same Deno: time to start, memory while recording, size; and whether
 * memory stays flat over thirty days, which pass in a minute or two: an ffmpeg
 * that plays its part gives 8,640 chunks, with failures and floods among them.
 *
 * Needs Linux and ffmpeg. Run: `scripts/bench startup [--rounds N]`; ends with
 * 1 when a limit is missed.
 *
 * @module
 */

import { piecesOf } from "../../src/ffmpeg/command/pieces.ts";
import { endedOnInterrupt } from "./interrupt.ts";
import { join } from "@std/path";
import { tempFolder } from "../../tests/support/temp.ts";
import { readNumbers } from "./options.ts";
import { costOf } from "./process_cost.ts";
import { median } from "./statistics.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { makeStandIn } from "./stand_in.ts";

const CHUNKS = 8_640;
/** After so many chunks the stand-in fails, and is restarted. */
const CHUNKS_PER_RUN = 432;

const [binary = "", oneLine = "", ...words] = Deno.args;
const { rounds } = readNumbers("startup", words, {
  rounds: { defaultValue: 21, least: 1 },
});

let isMissed = false;

function row(what: string, value: string, ratio: number, limit: number): void {
  const isKept = ratio <= limit;
  isMissed ||= !isKept;
  console.log(
    `${what.padEnd(34)} ${value.padStart(10)}  ${
      ratio.toFixed(2)
    } times, at most ${limit}: ${isKept ? "kept" : "MISSED"}`,
  );
}

async function timeOf(
  program: string,
  args: readonly string[],
  home: string,
): Promise<number> {
  const startedAt = performance.now();
  await new Deno.Command(program, {
    args: [...args],
    // The program of one line keeps compiled code there, which speeds it up.
    env: { HOME: home, TMPDIR: home },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return performance.now() - startedAt;
}

async function memoryOfOneLine(): Promise<number> {
  const child = new Deno.Command(oneLine, {
    args: ["wait"],
    env: { TMPDIR: home.path },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  const peak = (await costOf(child.pid)).peak;
  await child.stdin.close();
  await reader.cancel();
  await child.status;
  return peak;
}

/** Peak memory while a tone is recorded for ten seconds. */
async function memoryOfRecording(home: string): Promise<number> {
  const child = new Deno.Command(binary, {
    args: [
      ...["record", "--device", "test", "--segment-duration", "2s"],
      ...["--session-id", "real"],
    ],
    env: { HOME: home },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const chunk = join(home, "recordings", "real", "chunk_00004.flac");
  await waitFor("four chunks", () => exists(chunk));
  const peak = (await costOf(child.pid)).peak;
  child.kill("SIGINT");
  await child.status;
  return peak;
}

function exists(path: string): true | null {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return null;
  }
}

/** Frames of the test tone in a second. */
const { perSecond: FRAMES } = piecesOf({
  ...{ device: { kind: "test" }, inputArgs: [] },
});

/** A stand-in that gives the chunks of a month. */
async function standIn(home: string): Promise<string> {
  const folder = join(home, "stand-in");
  await Deno.mkdir(folder);
  const flood = Array.from(
    { length: 3_000 },
    (_, index) => `[warning] flood ${index} of a bad night\n`,
  ).join("");
  return await makeStandIn({
    folder,
    chunks: [join(home, "recordings", "real", "chunk_00001.flac")],
    length: 2,
    perRun: CHUNKS_PER_RUN,
    total: CHUNKS,
    report: (begin) =>
      `frame:${FRAMES * (begin + 2) - 1}    pts:0    pts_time:0\n` +
      "lavfi.astats.Overall.Peak_level=-18.1\n",
    lastWords: flood +
      "[error] loop.monitor: Generic error in an external library\n",
    tally: null,
  });
}

/** Resident memory as the chunks come, in MiB. */
async function memoryOverMonth(home: string, ffmpeg: string) {
  const config = join(home, "month.conf");
  await Deno.writeTextFile(config, '[recovery]\nbackoff_max = "1s"\n');
  const child = new Deno.Command(binary, {
    args: [
      ...["record", "--device", "test", "--ffmpeg", ffmpeg],
      ...["--session-id", "month", "--config", config],
    ],
    env: { HOME: home },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const samples: { chunk: number; mib: number }[] = [];
  for (let part = 1; part <= 10; part++) {
    const seq = Math.floor(CHUNKS * part / 10);
    const name = `chunk_${String(seq).padStart(5, "0")}.flac`;
    const path = join(home, "recordings", "month", name);
    await waitFor(name, () => exists(path), { limit: 300_000 });
    samples.push({ chunk: seq, mib: (await costOf(child.pid)).memory });
  }
  const peak = (await costOf(child.pid)).peak;
  child.kill("SIGINT");
  await child.status;
  return { samples, peak };
}

using home = endedOnInterrupt(tempFolder());
const times = {
  line: [] as number[],
  version: [] as number[],
  status: [] as number[],
};
for (let round = 0; round < rounds; round++) {
  times.line.push(await timeOf(oneLine, [], home.path));
  times.version.push(await timeOf(binary, ["--version"], home.path));
  times.status.push(await timeOf(binary, ["status"], home.path));
}
const [line, version, status] = [times.line, times.version, times.status]
  .map(median);
console.log(`program of one line: ${line?.toFixed(1)} ms, median of ${rounds}`);
const base = line ?? NaN;
row("--version", `${version?.toFixed(1)} ms`, (version ?? NaN) / base, 1.5);
row("status", `${status?.toFixed(1)} ms`, (status ?? NaN) / base, 2.5);

const small = await memoryOfOneLine();
console.log(`program of one line: ${small.toFixed(1)} MiB at most`);
const recording = await memoryOfRecording(home.path);
row(
  "memory while recording, peak",
  `${recording.toFixed(1)} MiB`,
  recording / small,
  1.6,
);

const ffmpeg = await standIn(home.path);
const { samples, peak } = await memoryOverMonth(home.path, ffmpeg);
console.log(
  `thirty days, ${CHUNKS} chunks: ${
    samples.map(({ mib }) => mib.toFixed(0)).join(", ")
  } MiB at each tenth`,
);
row(
  "memory over thirty days, peak",
  `${peak.toFixed(1)} MiB`,
  peak / small,
  1.6,
);
// V8 has its caches and compiled code after a while; what comes then is growth.
const mib = samples.map((sample) => sample.mib);
const early = median(mib.slice(3, 6));
const late = median(mib.slice(-3));
row(
  "the same, end against middle",
  `${late.toFixed(1)} MiB`,
  late / early,
  1.1,
);

const sizes = [oneLine, binary].map((path) => Deno.statSync(path).size);
const extra = ((sizes[1] ?? 0) - (sizes[0] ?? 0)) / 1e6;
console.log(`size: ${extra.toFixed(2)} MB more than the program of one line`);
// Deno.exit would leave the folder behind.
if (isMissed) Deno.exitCode = 1;
