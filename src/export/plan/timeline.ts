/**
 * When each sample of a session was captured, from its chunks and its log.
 *
 * @module
 */

import type { EpochMs, Seconds } from "../../events.ts";

/** A chunk of a session. */
export interface DatedChunk {
  /** Path of its file. */
  readonly path: string;
  /** Number of the run that captured it, 0 when unknown. */
  readonly run: number;
  /** Samples of each channel. */
  readonly samples: number;
  /** When its first sample was captured. */
  readonly start: EpochMs;
  /** When its last sample was captured. */
  readonly end: EpochMs;
  /** Why its file is missing, or `null`. */
  readonly absent: "deleted" | "lost" | null;
  /** Whether it is still being written. */
  readonly isOpen: boolean;
  /** Whether its times are those of a repair, which are right to some seconds. */
  readonly isRecovered: boolean;
}

/** A gap by the log. */
export interface LoggedGap {
  /** End of the audio before it. */
  readonly start: EpochMs;
  /** Start of the audio after it. */
  readonly end: EpochMs;
  /** Its length. */
  readonly duration: Seconds;
  /** Why there is no audio. */
  readonly cause: string;
}

/** What is known of a session. */
export interface SessionTimes {
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** Its chunks by number. */
  readonly chunks: readonly DatedChunk[];
  /** Its gaps in the order of the log. */
  readonly gaps: readonly LoggedGap[];
  /** How much of a run's beginning was recorded before, by its number. */
  readonly repeated: ReadonlyMap<number, Seconds>;
}

/** Samples of one chunk that follow each other. */
export interface Part {
  /** Their chunk. */
  readonly chunk: DatedChunk;
  /** Samples of the chunk before them. */
  readonly first: number;
  /** Their number. */
  readonly samples: number;
  /** When the first was captured. */
  readonly start: EpochMs;
  /** When the last was captured. */
  readonly end: EpochMs;
  /**
   * Samples that are missing between the part before and this one, when both
   * are of one run: 0 when they follow each other. `null` when only the clock
   * tells.
   */
  readonly missing: number | null;
}

/** Chunks of a run follow each other when the log puts them at most this far apart. */
const JOIN_MS = 30;
/**
 * A recorder names every loss of this length: a shorter hole without a name is a
 * clock that was set or slewed between two chunks.
 */
const NAMED_MS = 100;
/** Times in the log are rounded to milliseconds. */
const ROUNDING_MS = 2;

/**
 * Cuts the chunks of a session into parts whose samples follow each other.
 * Audio that was recorded twice is left out the second time: the log says how
 * much of a run that is.
 */
export function partsOf(
  { sampleRate, chunks, gaps, repeated }: SessionTimes,
): Part[] {
  const parts: Part[] = [];
  let before: DatedChunk | null = null;
  /** Samples of the current run that were recorded before. */
  let twice = 0;
  /** Whether there is a part of the current run. */
  let hasBegun = false;
  for (const chunk of chunks) {
    const continues = before !== null && isContinued(before, chunk);
    if (!continues) {
      twice = Math.round((repeated.get(chunk.run) ?? 0) * sampleRate);
      hasBegun = false;
    }
    const skipped = Math.min(twice, chunk.samples);
    twice -= skipped;
    const hole = continues && before !== null ? chunk.start - before.end : 0;
    const missing = !hasBegun
      ? null
      : hole >= NAMED_MS || hole > JOIN_MS && gaps.some(isIn(before, chunk))
      ? samplesIn(hole, sampleRate)
      : 0;
    const inside = gaps.filter((gap) => isInside(gap, chunk));
    const own = cut(chunk, { skipped, missing, inside, sampleRate });
    parts.push(...own);
    hasBegun ||= own.length > 0;
    before = chunk;
  }
  return parts;
}

/** Whether a chunk is of the same run as the one before it. */
function isContinued(before: DatedChunk, chunk: DatedChunk): boolean {
  // A repair of a log without commands does not know the run.
  if (chunk.run === 0 || before.run === 0) {
    return Math.abs(chunk.start - before.end) <= JOIN_MS;
  }
  return chunk.run === before.run;
}

/** Whether a gap is between a chunk and the one before it. */
function isIn(before: DatedChunk | null, chunk: DatedChunk) {
  return (gap: LoggedGap): boolean =>
    before !== null && gap.start >= before.end - ROUNDING_MS &&
    gap.end <= chunk.start + ROUNDING_MS;
}

/** Whether audio was lost within a chunk. */
function isInside(gap: LoggedGap, { start, end }: DatedChunk): boolean {
  return gap.start >= start - ROUNDING_MS && gap.start < end - ROUNDING_MS &&
    gap.end <= end + ROUNDING_MS;
}

interface Cut {
  readonly skipped: number;
  readonly missing: number | null;
  readonly inside: readonly LoggedGap[];
  readonly sampleRate: number;
}

/** Cuts a chunk at its gaps. */
function cut(
  chunk: DatedChunk,
  { skipped, missing, inside, sampleRate }: Cut,
): Part[] {
  const { samples } = chunk;
  if (skipped >= samples) return [];
  const parts: Part[] = [];
  let first = skipped;
  // What was recorded before takes no time in the log.
  let start = chunk.start;
  let lead = missing;
  for (const gap of inside) {
    const at = Math.min(
      samples,
      first + Math.max(0, samplesIn(gap.start - start, sampleRate)),
    );
    if (at > first) {
      const count = at - first;
      parts.push({
        ...{ chunk, first, samples: count, start, missing: lead },
        end: gap.start,
      });
      lead = 0;
    }
    first = at;
    start = gap.start + gap.duration * 1000;
    lead = lead === null ? null : lead + Math.round(gap.duration * sampleRate);
  }
  if (samples > first) {
    parts.push({
      ...{ chunk, first, samples: samples - first, start, missing: lead },
      end: Math.max(start, chunk.end),
    });
  }
  return parts;
}

function samplesIn(milliseconds: number, sampleRate: number): number {
  return Math.round(milliseconds * sampleRate / 1000);
}
