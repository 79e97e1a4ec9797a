/**
 * Finds what is missing in a session's audio, and the gaps that report it.
 *
 * @module
 */

import {
  type LoggedChunk,
  repeatedIn,
  type Span,
  sum,
  TIME_LIMIT,
} from "./timeline.ts";
import type { Truth } from "./truth.ts";

/** What {@linkcode holesIn} looks at. */
interface Recorded {
  readonly chunks: readonly LoggedChunk[];
  readonly session: Span;
  readonly truth: Truth;
  readonly isScattered?: boolean;
  readonly segment?: number;
}

/** Audio that is missing. */
export interface Hole extends Span {
  /**
   * A gap is only expected when it is longer than this, at the start and the
   * end; otherwise `null`.
   */
  readonly allowance: number | null;
  /** By how much its place is unknown, in seconds. */
  readonly blur: number;
}

/** How gaps and holes belong together. */
export interface Matched {
  /** Largest error, in seconds. */
  readonly error: number;
  /** Total length of the holes that count. */
  readonly missing: number;
  /** What is wrong, in words. */
  readonly problems: readonly string[];
}

/** Shorter holes are the imprecision of the observer. */
const MIN_HOLE = 0.03;
/** The same of a source that loses packets. */
const MIN_PACKET = 0.001;
/** A session may take this long to start and to stop. */
const EDGE_ALLOWANCE = 1.1;

/** Returns the holes of a session, in order. */
export function holesIn(
  { chunks, session, truth, segment = 0, isScattered = false }: Recorded,
): Hole[] {
  const points = pointsOf(chunks, truth);
  const holes: Hole[] = [];
  for (const [index, { at, came, isJoined }] of points.entries()) {
    const before = points[index - 1];
    if (before === undefined) continue;
    const length = came - before.came - (at - before.at);
    if (length < (isScattered ? MIN_PACKET : MIN_HOLE)) continue;
    const blur = before.isJoined || isJoined ? 0 : at - before.at;
    // After the last mark before it, the audio continues up to the hole.
    holes.push({ start: came - length, end: came, allowance: null, blur });
  }
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return holes;
  const audio = chunks.reduce(
    (total, chunk) => total + chunk.length - repeatedIn(chunk),
    0,
  );
  return [
    {
      start: session.start,
      end: first.came - first.at,
      allowance: EDGE_ALLOWANCE,
      blur: 0,
    },
    ...holes,
    {
      start: last.came + audio - last.at,
      end: session.end,
      // The next segment has not come.
      allowance: EDGE_ALLOWANCE + segment,
      blur: 0,
    },
  ];
}

/**
 * All marks of a session, by their place in its audio and in time. What came a
 * second time has no place of its own.
 */
function pointsOf(chunks: readonly LoggedChunk[], truth: Truth) {
  let offset = 0;
  return chunks.flatMap((chunk) => {
    const repeated = repeatedIn(chunk);
    const start = offset - repeated;
    offset = start + chunk.length;
    return chunk.marks.filter(({ position }) => position >= repeated)
      .map(({ position, source, isJoined }) => ({
        at: start + position,
        came: truth.cameAt(source),
        isJoined,
      }));
  });
}

/** What {@linkcode matchGaps} tolerates. */
interface Tolerance {
  /** Whether only the sum of all gaps counts. */
  readonly isScattered?: boolean;
  /** By how much segments come at different times. */
  readonly truth: Pick<Truth, "spread">;
  /** To how many seconds gaps are right. */
  readonly tolerance?: number;
}

/** Compares logged gaps with holes. */
export function matchGaps(
  gaps: readonly Span[],
  holes: readonly Hole[],
  { isScattered = false, truth: { spread }, tolerance = TIME_LIMIT }: Tolerance,
): Matched {
  const inner = holes.filter(({ allowance }) => allowance === null);
  const outer = holes.filter(({ allowance }) => allowance !== null);
  const edges = outer.filter((hole) =>
    hole.end - hole.start > (hole.allowance ?? 0) ||
    gaps.some((gap) => errorOf(gap, hole) < tolerance)
  );
  const missing = sum([...inner, ...edges]);
  if (isScattered) {
    const error = Math.abs(sum(gaps) - missing);
    const problems = error > tolerance ? ["gaps are wrong in total"] : [];
    return { error, missing, problems };
  }
  const problems: string[] = [];
  let error = 0;
  const left = new Set(gaps);
  const counted = new Set<Hole>();
  for (const hole of [...inner, ...outer]) {
    const gap = nearest(hole, left, tolerance);
    const length = hole.end - hole.start;
    if (gap !== null) {
      left.delete(gap);
      counted.add(hole);
      error = Math.max(error, errorOf(gap, hole) - spread);
    } else if (length > (hole.allowance ?? tolerance)) {
      counted.add(hole);
      error = Math.max(error, length);
      problems.push(`${length.toFixed(3)} s are missing without a gap`);
    } else if (hole.allowance === null) counted.add(hole);
  }
  for (const { start, end } of left) {
    error = Math.max(error, end - start);
    if (end - start <= tolerance) continue;
    problems.push(`a gap of ${(end - start).toFixed(3)} s misses nothing`);
  }
  if (error > tolerance && problems.length === 0) {
    problems.push("gaps are wrong");
  }
  return { error, missing: sum([...counted]), problems };
}

/** Returns the gap that overlaps a hole most closely, or `null` when none does. */
function nearest(
  hole: Hole,
  gaps: Iterable<Span>,
  tolerance: number,
): Span | null {
  let best: Span | null = null;
  for (const gap of gaps) {
    const reach = hole.blur + tolerance;
    if (gap.start > hole.end + reach || gap.end < hole.start - reach) continue;
    if (best === null || errorOf(gap, hole) < errorOf(best, hole)) best = gap;
  }
  return best;
}

function errorOf(gap: Span, hole: Hole): number {
  if (hole.blur > 0) {
    return Math.abs(gap.end - gap.start - (hole.end - hole.start));
  }
  return Math.max(
    Math.abs(gap.start - hole.start),
    Math.abs(gap.end - hole.end),
  );
}
