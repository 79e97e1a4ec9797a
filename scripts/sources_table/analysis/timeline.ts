/**
 * What a session's log says about the time of each sample.
 *
 * @module
 */

import type { Mark } from "./marks.ts";

/** Times and gaps are right to this many seconds. */
export const TIME_LIMIT = 0.1;

/** A span of time, in seconds since 1970. */
export interface Span {
  /** Its beginning. */
  readonly start: number;
  /** Its end. */
  readonly end: number;
}

/** How the run of a chunk begins when it repeats audio. */
export interface Repeated {
  /** When its first sample came the first time. */
  readonly begin: number;
  /** How much is repeated, in seconds. */
  readonly length: number;
  /** Where the chunk is in the run, in seconds. */
  readonly offset: number;
}

/** A chunk of a session by its log, and what is in its file. */
export interface LoggedChunk extends Span {
  /** Length of the decoded audio in seconds. */
  readonly length: number;
  /** Where its samples are from. */
  readonly marks: readonly Mark[];
  /** How its run begins, if that repeats audio. */
  readonly repeated?: Repeated | undefined;
}

/** Where a gap begins is not known better than this, in seconds. */
const BLUR = 0.15;

/**
 * Returns when a sample was captured according to the log. Close to the beginning
 * of a gap the log does not say whether the sample was before or after it: both
 * times are returned.
 *
 * @param position Where the sample is in the chunk, in seconds.
 */
export function loggedTimes(
  chunk: LoggedChunk,
  position: number,
  gaps: readonly Span[],
): number[] {
  const { repeated } = chunk;
  if (repeated !== undefined) {
    const place = repeated.offset + position;
    if (place < repeated.length) return [repeated.begin + place];
  }
  const inside = gaps.filter(({ start, end }) =>
    start > chunk.start - BLUR && end < chunk.end + BLUR &&
    // A gap that only touches the chunk lies before or after it.
    Math.min(end, chunk.end) - Math.max(start, chunk.start) > (end - start) / 2
  );
  const missing = sum(inside);
  // A slow source makes a chunk longer than its audio.
  const plain = chunk.end - chunk.start - missing;
  // Where old audio came again, the samples count back from the end.
  if (repeated !== undefined && plain < chunk.length - BLUR) {
    return [chunk.end - chunk.length + position];
  }
  const pace = plain < chunk.length + BLUR ? 1 : plain / chunk.length;
  let times = [chunk.start + position * pace];
  for (const { start, end } of inside) {
    times = [
      ...new Set(times.flatMap((time) => {
        if (Math.abs(time - start) < BLUR) return [time, time + end - start];
        return [time < start ? time : time + end - start];
      })),
    ];
  }
  return times;
}

/**
 * Leaves out the marks of the first audio of a session, which may be in more
 * than one chunk.
 *
 * @param skip How much audio that is, in seconds.
 * @param isSlow Whether the source is slower than time. The log says when a
 * chunk of it begins and ends, but not that it began in another speed: all of
 * the chunk in which the first audio ends is left out.
 */
export function withoutBeginning(
  chunks: readonly LoggedChunk[],
  skip: number,
  isSlow: boolean,
): LoggedChunk[] {
  let begin = 0;
  return chunks.map((chunk) => {
    const left = skip - begin;
    begin += chunk.length;
    const marks = chunk.marks.filter(({ position }) =>
      left <= 0 || !isSlow && position >= left
    );
    return { ...chunk, marks };
  });
}

/** Returns how much of a chunk, at its beginning, was recorded before, in seconds. */
export function repeatedIn(
  { repeated, length }: Pick<LoggedChunk, "repeated" | "length">,
): number {
  return repeated === undefined
    ? 0
    : Math.max(0, Math.min(length, repeated.length - repeated.offset));
}

/** Returns the total length of spans. */
export function sum(spans: readonly Span[]): number {
  return spans.reduce((total, { start, end }) => total + end - start, 0);
}

/** Returns by how much chunks overlap each other, at most, in seconds. */
export function overlapOf(chunks: readonly Span[]): number {
  let most = 0;
  for (const [index, { start }] of chunks.entries()) {
    const before = chunks[index - 1];
    if (before !== undefined) most = Math.max(most, before.end - start);
  }
  return most;
}
