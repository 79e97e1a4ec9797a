/**
 * The faults that each program meets, and what is measured of them.
 *
 * @module
 */

import { endedOnInterrupt } from "./interrupt.ts";
import { join } from "@std/path";
import { smallDisk } from "../../tests/support/small_disk.ts";
import { tempFolder } from "../../tests/support/temp.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { missingBetween, numbersIn } from "./numbered_audio.ts";
import {
  audioFiles,
  isValid,
  type Peer,
  processorTime,
  textsOf,
  tryToKill,
} from "./peer_programs.ts";
import { pause, SECOND_SOUND, Stage } from "./peer_stage.ts";
import { factsNamed } from "./peer_traces.ts";

/** What was measured, by the name of its row. */
export type Measured = ReadonlyMap<string, number>;

/** Seconds for which the sound server is away. */
const OUTAGE = 3;

/** The capturing process is killed twice, then all of it, then its supervisor alone. */
export async function kills(peer: Peer): Promise<Measured> {
  using home = endedOnInterrupt(tempFolder());
  await using stage = await Stage.open(peer, home.path);
  const marks = [await stage.mark()];
  const at = Date.now();
  for (let kill = 0; kill < 2; kill++) {
    const pids = await stage.recorders();
    for (const pid of pids) tryToKill(pid, "SIGKILL");
    await stage.recorderOtherThan(pids);
    marks.push(await stage.mark());
  }

  const all = await stage.recorders();
  stage.running.signal("SIGKILL");
  for (const pid of all) tryToKill(pid, "SIGKILL");
  stage.start();
  await stage.recorderOtherThan(all);
  marks.push(await stage.mark());

  const orphans = await stage.recorders();
  tryToKill(stage.running.pid, "SIGKILL");
  stage.start();
  await stage.recorderOtherThan(orphans);
  marks.push(await stage.mark());
  const left = await stage.recorders();
  await stage.end("SIGTERM");

  const files = audioFiles(stage.place.output);
  const numbers = await numbersIn(files);
  const lost = marks.slice(1).map((to, index) =>
    missingBetween(numbers, marks[index] ?? 0, to)
  );
  const length = lost[0] ?? NaN;
  const facts = factsNamed(textsOf(stage.place), {
    at,
    length,
    cause: /kill/i,
  });
  return new Map([
    ["lost: capture killed", length],
    ["lost: capture killed again 2 s later", lost[1] ?? NaN],
    ["lost: all killed, started again", lost[2] ?? NaN],
    ["lost: supervisor killed, started again", lost[3] ?? NaN],
    ["recorders at work after that", left.length],
    ["files not valid after the kills", await countInvalid(files)],
    ["kill: start, length, cause not logged", 3 - facts],
  ]);
}

/** The sound server is killed, and back after a while. */
export async function unplugged(peer: Peer): Promise<Measured> {
  using home = endedOnInterrupt(tempFolder());
  await using stage = await Stage.open(peer, home.path);
  const start = await stage.mark();
  const before = await stage.recorders();
  const at = Date.now();
  const last = await stage.pullThePlug();
  const spent = await processorTime([stage.running.pid, ...before]);
  await pause(OUTAGE);
  const cpu = await processorTime([stage.running.pid]) - spent;
  await stage.plugIn();
  const away = (Date.now() - at) / 1000;
  await stage.recorderOtherThan(before);
  const end = await stage.mark();
  await stage.end("SIGTERM");
  const files = audioFiles(stage.place.output);
  const numbers = await numbersIn(files);
  const late = missingBetween(numbers, SECOND_SOUND + 1, end);
  const facts = factsNamed(textsOf(stage.place), {
    at,
    length: away + late,
    cause: /device_gone|error|terminated|refused/i,
  });
  return new Map([
    [
      "lost: before the sound server went",
      missingBetween(numbers, start, last),
    ],
    ["lost: after it was back", late],
    [
      "processor while it is away, s per minute",
      Math.max(0, cpu) * 60 / OUTAGE,
    ],
    ["outage: start, length, cause not logged", 3 - facts],
  ]);
}

/** Recording is stopped as Ctrl-C or a service manager does. */
export async function stopped(
  peer: Peer,
  signal: "SIGINT" | "SIGTERM",
): Promise<Measured> {
  using home = endedOnInterrupt(tempFolder());
  await using stage = await Stage.open(peer, home.path);
  const start = await stage.mark();
  const end = stage.heard;
  await stage.end(signal);
  const files = audioFiles(stage.place.output);
  const numbers = await numbersIn(files);
  return new Map([
    [`lost: at ${signal}`, missingBetween(numbers, start, end)],
    [`files not valid after ${signal}`, await countInvalid(files)],
  ]);
}

/** What recording costs the processor, for all at the same time. */
export async function processorCost(
  peers: readonly Peer[],
  seconds: number,
): Promise<Map<string, number>> {
  return new Map(
    await Promise.all(peers.map(async (peer): Promise<[string, number]> => {
      using home = endedOnInterrupt(tempFolder());
      await using stage = await Stage.open(peer, home.path);
      const pids = [stage.running.pid, ...await stage.recorders()];
      const before = await processorTime(pids);
      const startedAt = performance.now();
      await pause(seconds);
      const minutes = (performance.now() - startedAt) / 60_000;
      return [peer.name, (await processorTime(pids) - before) / minutes];
    })),
  );
}

/** What came of a full disk. */
export interface FullDisk {
  /** What is counted, by the name of its row. */
  readonly measured: Measured;
  /** What happened next, in words. */
  readonly course: string;
}

/** The disk fills up, and there is room again later; `null` where no disk can be made. */
export async function fullDisk(peer: Peer): Promise<FullDisk | null> {
  using home = endedOnInterrupt(tempFolder());
  const output = join(home.path, "out");
  await using disk = await smallDisk(output, "size=8m");
  if (disk === null) return null;
  await using stage = await Stage.open(peer, home.path, output);
  const start = await stage.mark();
  const ballast = join(output, "ballast");
  Deno.writeFileSync(
    ballast,
    new Uint8Array(await available(output) - 48 * 1024),
  );
  await waitFor("a full disk", async () => {
    const isFull = await available(output) < 4_096;
    return isFull || stage.running.code !== null ? true : null;
  });
  const full = stage.heard;
  await pause(2);
  const { code } = stage.running;
  Deno.removeSync(ballast);
  const room = stage.heard;
  await pause(3);
  const end = stage.heard;
  await stage.end("SIGTERM");
  const files = audioFiles(output);
  const numbers = await numbersIn(files);
  const texts = textsOf(stage.place);
  const isReported = /no space|disk.full/i.test(texts);
  const later = missingBetween(numbers, room, end);
  return {
    measured: new Map([
      ["lost: before the disk was full", missingBetween(numbers, start, full)],
      ["lost: of 3 s with room again", later],
      ["files not valid after a full disk", await countInvalid(files)],
      ["full disk: not logged", isReported ? 0 : 1],
    ]),
    course: [
      code === null ? "runs on" : `ends with exit code ${code}`,
      later < 2.9
        ? "records again when there is room"
        : "does not record again",
      `${files.length} files`,
      `says ${Math.round(texts.length / 1024)} kB`,
    ].join(", "),
  };
}

async function available(folder: string): Promise<number> {
  const { stdout } = await new Deno.Command("df", {
    args: ["--output=avail", "-B1", folder],
  }).output();
  return Number(new TextDecoder().decode(stdout).split("\n")[1]);
}

async function countInvalid(paths: readonly string[]): Promise<number> {
  let count = 0;
  for (const path of paths) if (!await isValid(path)) count++;
  return count;
}
