/**
 * The figures of sessions of different lengths, and their table.
 *
 * @module
 */

import { median } from "../statistics.ts";
import { PER_HOUR, PER_RUN, type Played } from "./session.ts";
import type { Sample } from "./tally.ts";

/** What is left out at the beginning of a session: V8 is cold, its heap small. */
export const WARM_UP = PER_RUN;
/** Sizes of the last part of a session that is also looked at alone. */
const LAST_SHARE = 0.1;
const MIN_WINDOWS = 4;

/** What chunks cost between two samples. */
export interface Window {
  /** Number of its last chunk. */
  readonly chunks: number;
  /** Processor time of echolog for a chunk, in milliseconds. */
  readonly cpu: number;
  /** That of the programs that it runs. */
  readonly helpers: number;
  /** Wall time for a chunk, with that of the stand-in, in milliseconds. */
  readonly wall: number;
  /** Bytes written for a chunk. */
  readonly written: number;
  /** Resident memory at its end, in MiB. */
  readonly rss: number;
}

/** A stretch of recording. */
export interface Figures extends Omit<Window, "chunks"> {
  /** Most memory that was resident, in MiB. */
  readonly peak: number;
}

/** The windows of a session: one for each run. */
export function windowsOf(samples: readonly Sample[]): Window[] {
  return samples.slice(1).map((sample, index) =>
    between(samples[index] ?? sample, sample)
  );
}

function between(from: Sample, to: Sample): Window {
  const chunks = to.chunks - from.chunks;
  return {
    chunks: to.chunks,
    cpu: 1000 * (to.cpu - from.cpu) / chunks,
    helpers: 1000 * (to.helpers - from.helpers) / chunks,
    wall: 1000 * (to.time - from.time) / chunks,
    written: (to.written - from.written) / chunks,
    rss: to.rss,
  };
}

/** The figures of sessions after their warm-up, all together; `null` when they are no longer than that. */
export function figuresOf(sessions: readonly Played[]): Figures | null {
  return stretch(sessions.flatMap(warmWindows), sessions);
}

/** The last tenth of a session, and the time of day when it began, in seconds. */
export function lastTenthOf(
  session: Played,
): { figures: Figures; since: number } | null {
  const windows = warmWindows(session);
  const count = Math.max(MIN_WINDOWS, Math.ceil(windows.length * LAST_SHARE));
  const figures = stretch(windows.slice(-count), [session]);
  const since = session.samples.at(-1 - count)?.time;
  return figures === null || since === undefined ? null : { figures, since };
}

function warmWindows({ samples }: Played): Window[] {
  return windowsOf(samples.filter(({ chunks }) => chunks >= WARM_UP));
}

/**
 * Times are the lower quartile of the windows: whatever else runs on the
 * machine or writes to its disk only ever makes them longer. Memory is the
 * median, because V8 lets it swing.
 */
function stretch(
  windows: readonly Window[],
  sessions: readonly Played[],
): Figures | null {
  if (windows.length === 0) return null;
  const all = (value: (window: Window) => number) => windows.map(value);
  return {
    cpu: quartile(all(({ cpu }) => cpu)),
    wall: quartile(all(({ wall }) => wall)),
    helpers: mean(all(({ helpers }) => helpers)),
    written: mean(all(({ written }) => written)),
    rss: median(all(({ rss }) => rss)),
    peak: median(sessions.map(({ samples }) => samples.at(-1)?.peak ?? NaN)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function quartile(values: readonly number[]): number {
  return atShare(values, 1 / 4);
}

function atShare(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * share)] ?? NaN;
}

/** Bytes of log for an hour of audio. */
export function logPerHour({ logBytes, samples }: Played): number {
  return logBytes * PER_HOUR / (samples.at(-1)?.chunks ?? NaN);
}

/** Columns of numbers, flush right below their heads. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths =
    rows[0]?.map((_, column) =>
      Math.max(...rows.map((row) => row[column]?.length ?? 0))
    ) ?? [];
  return rows.map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd()
  ).join("\n");
}
