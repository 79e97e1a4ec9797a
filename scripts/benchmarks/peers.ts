/**
 * The same faults for echolog and for what people record with unattended:
 * shell loops around `ffmpeg -f segment`, arecord and SoX's rec. All record
 * the same sound, whose samples are numbered, so that what is lost can be
 * counted.
 *
 * Needs Linux, PulseAudio, ffmpeg, flac, alsa-utils with ALSA's pulse plug-in
 * and SoX with its pulse plug-in, and root for the full disk, which is left out
 * elsewhere. Run: `scripts/bench peers [--rounds N] [--seconds N]`; ends with 1
 * where echolog is behind for no known reason.
 *
 * @module
 */

import { median } from "./statistics.ts";
import { readNumbers } from "./options.ts";
import {
  fullDisk,
  kills,
  type Measured,
  processorCost,
  stopped,
  unplugged,
} from "./peer_faults.ts";
import { LOW, type Peer, peersWith } from "./peer_programs.ts";
import {
  head,
  judge,
  type KnownReason,
  renderRow,
  type Row,
} from "./peer_report.ts";

const LOOPS = ["ffmpeg", "arecord", "rec"];

const REASONS: readonly KnownReason[] = [{
  row: "lost: capture killed",
  peers: ["arecord", "rec"],
  why: "an ffmpeg takes 0.1 s to start, an arecord 0.01 s",
  upTo: 0.4,
}, {
  row: "lost: capture killed again 2 s later",
  peers: LOOPS,
  why: "an ffmpeg takes 0.1 s to start",
  upTo: 1.6,
}, {
  row: "lost: all killed, started again",
  peers: LOOPS,
  why:
    "its program takes 0.1 s to start, asks ffmpeg what it can do, and syncs the new session",
  upTo: 1.5,
}, {
  row: "lost: supervisor killed, started again",
  peers: LOOPS,
  why:
    "its start stops the recorder that was left; the loops leave it and record twice",
  upTo: 1.5,
}, {
  row: "lost: after it was back",
  peers: LOOPS,
  why:
    "it looks four times a second whether the server is back, and lets it settle",
  upTo: 1,
}, {
  row: "lost: of 3 s with room again",
  peers: LOOPS,
  why:
    "it looks for room four times a second, and then tries the disk; ffmpeg alone tries without a pause",
  upTo: 3.1,
}, {
  row: "processor, flac, s per minute",
  peers: LOOPS,
  why:
    "its ffmpeg measures peaks, and at low latency cuts frames of 20 ms; its start is in these seconds, too",
  upTo: 3,
}, {
  row: "processor, wav, s per minute",
  peers: LOOPS,
  why: "as above; arecord copies what it gets",
  upTo: 3,
}];

/** Values up to this much worse count as equal: a frame of audio. */
const TOLERANCE = 0.02;

const [binary = "", ...words] = Deno.args;
const { rounds, seconds } = readNumbers("peers", words, {
  rounds: { defaultValue: 2, least: 1 },
  seconds: { defaultValue: 30, least: 5, mayBeBroken: true },
});

const all = peersWith(binary);
const contenders = all.filter(({ name }) => name !== "echolog, wav");
const names = contenders.map(({ name }) => name);
const seen = new Map<string, Map<string, number[]>>();

function add(peer: string, measured: Measured): void {
  for (const [row, value] of measured) {
    const values = seen.get(row) ?? new Map<string, number[]>();
    values.set(peer, [...values.get(peer) ?? [], value]);
    seen.set(row, values);
  }
}

function spreadOf(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

const FAULTS: readonly ((peer: Peer) => Promise<Measured>)[] = [
  kills,
  unplugged,
  (peer) => stopped(peer, "SIGINT"),
  (peer) => stopped(peer, "SIGTERM"),
];

for (const fault of FAULTS) {
  for (let round = 0; round < rounds; round++) {
    for (const peer of contenders) add(peer.name, await fault(peer));
  }
}
const courses = new Map<string, string>();
for (const peer of contenders) {
  const result = await fullDisk(peer);
  if (result === null) break;
  add(peer.name, result.measured);
  courses.set(peer.name, result.course);
}
const cost = await processorCost(all, seconds);
const rows: Row[] = [...seen].map(([name, values]) => ({
  name,
  values: new Map([...values].map(([peer, all]) => [peer, median(all)])),
  spread: spreadOf(values.get("echolog") ?? []),
}));
rows.push({
  name: "processor, flac, s per minute",
  values: new Map([...cost].filter(([name]) => !/arecord|wav/.test(name))),
  spread: 0,
}, {
  name: "processor, wav, s per minute",
  values: new Map([
    ["echolog", cost.get("echolog, wav") ?? NaN],
    ["arecord", cost.get("arecord") ?? NaN],
  ]),
  spread: 0,
});

for (const { name, form } of contenders) console.log(`${name}: ${form}`);
console.log(
  `\nMedians of ${rounds} rounds (full disk and processor: one); audio in seconds\n`,
);
console.log(head(names));
let isMissed = false;
for (const row of rows) {
  console.log(renderRow(row, names));
  for (const contender of ["echolog", LOW]) {
    if (!row.values.has(contender)) continue;
    const verdict = judge(row, contender, REASONS, TOLERANCE);
    isMissed ||= verdict.isMissed;
    console.log(`    ${contender}: ${verdict.text}`);
  }
}
if (courses.size > 0) console.log("\nA full disk:");
for (const [name, course] of courses) console.log(`  ${name}: ${course}`);
if (isMissed) Deno.exitCode = 1;
