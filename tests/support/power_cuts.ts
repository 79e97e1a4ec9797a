/**
 * Cuts the power of sessions at random moments, checks the promise of the
 * documentation, and measures what is missing.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import { join } from "@std/path";
import { findOrphans } from "../../src/repair/orphans.ts";
import { configured } from "../faults/support.ts";
import {
  echolog,
  onlySession,
  type SessionOnDisk,
  startEcholog,
} from "./echolog.ts";

import { cuttableDisk } from "./power_cut.ts";
import type { Random } from "./random.ts";
import { passesFlacTest } from "./sound_server.ts";
import { tempFolder } from "./temp.ts";
import { waitFor } from "./wait.ts";

/** What happens in a session before the power is cut. */
const HAPPENINGS = ["nothing", "rotation", "recovery", "stop"] as const;
/** Milliseconds that a sync and the latency of the audio may take. */
const SLACK_MS = 1_000;
/** Bytes of a log that is rotated within seconds. */
const SMALL_LOG = "3000";

/** A session, and the moment of its power cut. */
export interface Cut {
  readonly segment: "5s" | "5m";
  readonly happening: typeof HAPPENINGS[number];
  /** Milliseconds from the first audio to the cut. */
  readonly after: number;
}

/** What a power cut took. */
export interface CutLoss extends Cut {
  readonly interval: string;
  /** Seconds of audio that are missing. */
  readonly audio: number;
  /** Age of the youngest lifecycle line that is missing, and older lines; 0 without one. */
  readonly lines: number;
  /** Whether `verify` finds fault with what was repaired. */
  readonly isWrong: boolean;
}

/** Makes random cuts. */
export function randomCuts(random: Random, count: number): Cut[] {
  return Array.from({ length: count }, (_, index) => ({
    segment: index % 2 === 0 ? "5s" : "5m",
    happening: HAPPENINGS[Math.floor(index / 2) % HAPPENINGS.length] ??
      "nothing",
    after: random.int(500, 45_000),
  }));
}

/** Returns why power cannot be cut here, or `null`. */
export async function whyNoPowerCuts(): Promise<string | null> {
  using home = tempFolder();
  await using disk = await cuttableDisk(home.path);
  return disk === null ? "no disk can be made" : null;
}

/**
 * Records with each interval at the same time, and cuts the power of all at the
 * same moment.
 *
 * @throws {AssertionError} where an interval that is not zero does not hold
 * what is promised.
 */
export async function tryCut(
  cut: Cut,
  intervals: readonly string[],
): Promise<CutLoss[]> {
  const moment = Promise.withResolvers<void>();
  const audio = intervals.map(() => Promise.withResolvers<void>());
  const sessions = intervals.map((interval, index) =>
    tryOne(cut, interval, moment.promise, () => audio[index]?.resolve())
  );
  const begun = Promise.all(audio.map(({ promise }) => promise))
    .then(() => delay(cut.after)).then(() => moment.resolve());
  const [losses] = await Promise.all([Promise.all(sessions), begun]);
  return losses;
}

async function tryOne(
  cut: Cut,
  interval: string,
  moment: Promise<void>,
  onAudio: () => void,
): Promise<CutLoss> {
  using home = tempFolder();
  await using disk = await cuttableDisk(home.path);
  assert(disk !== null);
  const outputDir = join(home.path, "disk", "recordings");
  const settings = `[recording]
segment_duration = "${cut.segment}"
sync_interval = "${interval}"
[logging]
max_bytes = ${cut.happening === "rotation" ? SMALL_LOG : "5242880"}
level = "${cut.happening === "rotation" ? "debug" : "info"}"
backup_count = 30`;
  const options = {
    home: home.path,
    env: configured(home.path, settings),
  };
  const place = ["--output-dir", outputDir];
  await using running = startEcholog(
    ["record", "--device", "test", ...place],
    options,
  );
  const session = await onlySession(outputDir);
  await waitFor(
    "first audio",
    () =>
      allLines(session).some((line) => line.includes(": ffmpeg_started ")) ||
      null,
  );
  onAudio();
  const happened = happen(cut, session, () => running.signal("SIGTERM"));
  await moment;
  const before = allLines(session);
  const cutAt = Date.now();
  await disk.cut();
  await running[Symbol.asyncDispose]();
  await happened;
  await endOrphans(session);
  await disk.boot();
  const loss = await audit(session, before, cutAt, {
    isPromised: interval !== "0s",
    interval: Number.parseInt(interval) * 1000,
    run: (command) => echolog([command, ...place], options),
  });
  return { ...cut, interval, ...loss };
}

/** Lets happen in the middle of the time before the cut what is to happen. */
async function happen(
  { happening, after }: Cut,
  session: SessionOnDisk,
  stop: () => void,
): Promise<void> {
  await delay(after / 2);
  if (happening === "stop") return stop();
  if (happening !== "recovery") return;
  for (const pid of findOrphans(session.folder)) Deno.kill(pid, "SIGKILL");
}

async function endOrphans({ folder }: SessionOnDisk): Promise<void> {
  for (const pid of findOrphans(folder)) Deno.kill(pid, "SIGKILL");
  await waitFor(
    "end of ffmpeg",
    () => findOrphans(folder).length === 0 || null,
  );
}

interface Audit {
  readonly isPromised: boolean;
  /** Milliseconds between two syncs. */
  readonly interval: number;
  run(command: string): ReturnType<typeof echolog>;
}

/** Checks what is on the disk, repairs it, and checks it again. */
async function audit(
  session: SessionOnDisk,
  before: readonly string[],
  cutAt: number,
  { isPromised, interval, run }: Audit,
): Promise<{ audio: number; lines: number; isWrong: boolean }> {
  const there = allLines(session);
  const about = `before the cut:\n${before.join("\n")}\nafter it:\n${
    there.join("\n")
  }`;
  const missing = before.filter((line) => !there.includes(line));
  // A line has whole seconds.
  const ages = missing.map((line) => cutAt - Date.parse(line.slice(0, 20)));
  const oldest = Math.max(0, ...ages);
  if (isPromised) {
    assert(oldest < interval + 1_000 + 1_000 + SLACK_MS, about);
  }
  for (const line of there) await assertWhole(session, line, about);

  const repaired = await run("repair");
  if (!isPromised && repaired.code !== 0) {
    // Without a log, there is nothing to repair.
    const audio = lengthOf(before, cutAt);
    return { audio, lines: oldest / 1000, isWrong: true };
  }
  assertEquals(repaired.code, 0, repaired.stderr + about);
  const verified = await run("verify");
  const isWrong = verified.code !== 0;
  assert(!isPromised || !isWrong, verified.stdout + verified.stderr + about);
  assert(!session.logText().includes("\0"), about);
  assertEquals(session.eventsOf("session_stop").length, 1, about);

  const expected = lengthOf(before, cutAt);
  const kept = allLines(session).map(durationOf)
    .reduce((sum, duration) => sum + duration, 0);
  const audio = Math.max(0, expected - kept);
  if (isPromised) {
    const most = (interval + 1_000 + SLACK_MS) / 1000;
    assert(audio < most, `${audio} s of audio are missing; ${about}`);
  }
  return { audio, lines: oldest / 1000, isWrong };
}

/** A chunk whose line is there is whole. */
async function assertWhole(
  { folder }: SessionOnDisk,
  line: string,
  about: string,
): Promise<void> {
  const [, file, size] =
    /: chunk_created file=(\S+) .*\bsize=(\d+)/.exec(line) ?? [];
  if (file === undefined) return;
  const path = join(folder, file);
  assertEquals(Deno.statSync(path).size, Number(size), about);
  assert(await passesFlacTest(path), path);
}

/** The lines of all parts of a session's log, oldest first, without zeros at its end. */
function allLines(session: SessionOnDisk): string[] {
  for (;;) {
    try {
      return linesOf(session);
    } catch (error) {
      // It was rotated meanwhile.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

function linesOf({ folder }: SessionOnDisk): string[] {
  const parts = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => /^session\.log(\.\d+)?$/.test(name))
    .sort((one, other) => numberOf(other) - numberOf(one));
  return parts.flatMap((name) =>
    Deno.readTextFileSync(join(folder, name)).split("\n")
      .filter((line) => /^\d{4}-/.test(line) && !line.includes("\0"))
  );
}

function numberOf(name: string): number {
  return Number(name.split(".")[2] ?? 0);
}

function durationOf(line: string): number {
  return Number(/: chunk_created .*\bduration=([\d.]+)/.exec(line)?.[1] ?? 0);
}

/** Seconds of audio that a session had captured when its power was cut. */
function lengthOf(lines: readonly string[], cutAt: number): number {
  const closed = lines.reduce((sum, line) => sum + durationOf(line), 0);
  const last = (word: string) =>
    lines.findLastIndex((line) => line.includes(`: ${word} `));
  const isOpen = last("ffmpeg_started") >
    Math.max(last("ffmpeg_stopped"), last("session_stop"));
  if (!isOpen) return closed;
  const begun = lines[last("ffmpeg_started")] ?? "";
  const chunk = lines[last("chunk_created")] ?? "";
  const since = last("chunk_created") > last("ffmpeg_started")
    ? /\bend=(\S+)/.exec(chunk)?.[1]
    : /^\S+/.exec(begun)?.[0];
  assertStringIncludes(since ?? "", "T");
  return closed + (cutAt - Date.parse(since ?? "")) / 1000;
}

/** Shows the losses as a table: median and worst for each interval. */
export function tableOf(losses: readonly CutLoss[]): string {
  const rows = [["sync_interval", "chunks", "cuts", "audio", "lines", "wrong"]];
  const intervals = [...new Set(losses.map(({ interval }) => interval))];
  for (const interval of intervals) {
    for (const segment of ["5s", "5m"] as const) {
      const of = losses.filter((loss) =>
        loss.interval === interval && loss.segment === segment
      );
      rows.push([
        ...[interval, segment, String(of.length)],
        medianAndWorst(of.map(({ audio }) => audio)),
        medianAndWorst(of.map(({ lines }) => lines)),
        String(of.filter(({ isWrong }) => isWrong).length),
      ]);
    }
  }
  return rows.map((row) => row.map((cell) => cell.padEnd(15)).join("").trim())
    .join("\n");
}

function medianAndWorst(values: readonly number[]): string {
  const sorted = [...values].sort((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  return `${median.toFixed(1)}, ${(sorted.at(-1) ?? NaN).toFixed(1)} s`;
}
