/**
 * Puts the levels of chunks in their places in time.
 *
 * @module
 */

import type { EpochMs } from "../../events.ts";
import type { DatedChunk, Part } from "../../export/plan/timeline.ts";
import type { Span } from "../../review/history.ts";
import { codeOfPower, type LevelCodes, powerOf } from "./decibels.ts";
import type { Mark } from "./marks.ts";
import type { ChunkLevels } from "./meter.ts";

/** The code of a column without audio. */
export const NO_AUDIO = 65_535;

/** Maximum number of columns: enough for zooming in, and the page stays small. */
export const MAX_COLUMNS = 36_000;
/** Milliseconds of the narrowest column: the shortest window. */
const MIN_STEP = 20;

/** Levels over time, in columns of equal length. */
export interface LevelColumns {
  /** When the first begins. */
  readonly start: EpochMs;
  /** Milliseconds of a column. */
  readonly step: number;
  /** Highest sample of each column. */
  readonly peaks: LevelCodes;
  /** Mean power of its audio (RMS). */
  readonly means: LevelCodes;
  /** Lowest mean power of 10 ms in it. */
  readonly lows: LevelCodes;
}

/** Returns columns from the beginning of a session to its end. */
export function columnsOf(
  { start, end }: Span,
  parts: readonly Part[],
  levels: ReadonlyMap<DatedChunk, ChunkLevels>,
  maxColumns = MAX_COLUMNS,
): LevelColumns {
  const length = Math.max(1, end - start);
  const step = Math.max(MIN_STEP, length / maxColumns);
  const count = Math.max(1, Math.ceil(length / step));
  const peaks = new Uint16Array(count).fill(NO_AUDIO);
  const lows = new Uint16Array(count).fill(NO_AUDIO);
  const sums = new Float64Array(count);
  const weights = new Float64Array(count);
  for (const part of parts) {
    const own = levels.get(part.chunk);
    if (own === undefined || part.samples === 0) continue;
    const { window } = own;
    const perSample = (part.end - part.start) / part.samples;
    const last = Math.ceil((part.first + part.samples) / window);
    for (let at = Math.floor(part.first / window); at < last; at++) {
      const from = Math.max(0, at * window - part.first);
      const to = Math.min(part.samples, (at + 1) * window - part.first);
      const begin = (part.start - start + from * perSample) / step;
      const stop = (part.start - start + to * perSample) / step;
      const peak = own.peaks[at] ?? 0;
      const low = own.lows[at] ?? 0;
      const power = powerOf(own.means[at] ?? 0);
      const end = Math.min(count, Math.ceil(stop - 1e-6));
      for (
        let column = Math.max(0, Math.floor(begin));
        column < end;
        column++
      ) {
        const weight = Math.min(stop, column + 1) - Math.max(begin, column);
        sums[column] = (sums[column] ?? 0) + power * weight;
        weights[column] = (weights[column] ?? 0) + weight;
        const highest = peaks[column] ?? NO_AUDIO;
        if (highest === NO_AUDIO || peak > highest) peaks[column] = peak;
        if (low < (lows[column] ?? NO_AUDIO)) lows[column] = low;
      }
    }
  }
  const means = Uint16Array.from(sums, (sum, at) => {
    const weight = weights[at] ?? 0;
    return weight > 0 ? codeOfPower(sum / weight) : NO_AUDIO;
  });
  return { start, step, peaks, means, lows };
}

/** A mark at its time. */
export interface PlacedMark extends Mark {
  /** When it begins. */
  readonly time: EpochMs;
  /** The part that it is in. */
  readonly part: Part;
}

/** Parts that are so close follow each other, in milliseconds. */
const JOIN_MS = 30;

/** Returns the marks of chunks by their time; those at a border are joined. */
export function placedMarks(
  parts: readonly Part[],
  levels: ReadonlyMap<DatedChunk, ChunkLevels>,
  sampleRate: number,
): PlacedMark[] {
  const placed: PlacedMark[] = [];
  for (const [index, part] of parts.entries()) {
    const own = levels.get(part.chunk);
    if (own === undefined) continue;
    const from = part.first / sampleRate;
    const to = (part.first + part.samples) / sampleRate;
    const before = parts[index - 1];
    const after = parts[index + 1];
    const follows = before !== undefined && isNext(before, part);
    const isFollowed = after !== undefined && isNext(part, after);
    for (const mark of own.marks) {
      if (mark.at < from - 0.01 || mark.at > to) continue;
      const time = part.start + (mark.at - from) * 1000;
      if (mark.edge === "start") {
        const last = placed.at(-1);
        const isRest = last?.edge === "end" && isNear(last, time);
        if (isRest) {
          placed[placed.length - 1] = joined(last, mark);
        } else if (follows && isLoudAtEnd(levels.get(before.chunk), mark)) {
          placed.push({ ...mark, time, part });
        }
        continue;
      }
      if (mark.edge === "end" && !isFollowed) continue;
      placed.push({ ...mark, time, part });
    }
  }
  return placed.filter((mark) => !isPause(mark))
    .sort((one, other) => one.time - other.time);
}

/** Seconds of the longest drop that is a mark. */
const MAX_LENGTH = 0.35;

function isPause({ kind, length }: PlacedMark): boolean {
  return kind === "dropout" && length > MAX_LENGTH;
}

function isNear({ time, length }: PlacedMark, other: EpochMs): boolean {
  return Math.abs(time + length * 1000 - other) < JOIN_MS;
}

function joined(one: PlacedMark, { length, score }: Mark): PlacedMark {
  return {
    ...{ kind: one.kind, at: one.at, time: one.time, power: one.power },
    part: one.part,
    length: one.length + length,
    score: Math.max(one.score, score),
  };
}

function isNext(before: Part, part: Part): boolean {
  return part.chunk.run === before.chunk.run &&
    Math.abs(part.start - before.end) < JOIN_MS;
}

/** Whether a chunk ends with as much sound as there is after a drop. */
function isLoudAtEnd(
  levels: ChunkLevels | undefined,
  { power }: Mark,
): boolean {
  const last = levels?.means.at(-1) ?? 0;
  return powerOf(last) > power / 20;
}
