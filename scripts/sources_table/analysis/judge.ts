/**
 * Compares a session with the truth.
 *
 * @module
 */

import { holesIn, matchGaps } from "./holes.ts";
import {
  type LoggedChunk,
  loggedTimes,
  overlapOf,
  type Span,
  TIME_LIMIT,
} from "./timeline.ts";
import type { Truth } from "./truth.ts";

/** What is compared. */
export interface Evidence {
  /** The chunks of the session. */
  readonly chunks: readonly LoggedChunk[];
  /** The gaps that it logged. */
  readonly gaps: readonly Span[];
  /** The session from its start to its end. */
  readonly session: Span;
  /** Its coverage in per cent, or `null`. */
  readonly coverage: number | null;
  /** Lengths of audio that came twice according to the log, in seconds. */
  readonly repeats?: readonly number[];
  /** When the samples came. */
  readonly truth: Truth;
  /** Whether the source loses audio in pieces too short for a gap each. */
  readonly isScattered?: boolean;
  /** Length of the segments in which it sends, in seconds. */
  readonly segment?: number;
  /** Whether the source is slower than time. */
  readonly isSlow?: boolean;
  /** Seconds to which times and gaps have to be right in the place of 0.1. */
  readonly tolerance?: number;
}

/** What the comparison shows. */
export interface Findings {
  /** Largest error of a sample's time, in seconds. */
  readonly timeError: number;
  /** Largest error of a gap, in seconds. */
  readonly gapError: number;
  /** Number of logged gaps. */
  readonly gaps: number;
  /** By how much chunks overlap, in seconds. */
  readonly overlap: number;
  /** Difference between the logged and the true coverage, in points, or `null`. */
  readonly coverageError: number | null;
  /** What is wrong, in words; empty when nothing is. */
  readonly problems: readonly string[];
}

/** Log times have whole milliseconds. */
const OVERLAP_LIMIT = 0.0015;
/** Coverage is right to this many points. */
const COVERAGE_LIMIT = 0.1;

/** Compares a session with the truth. */
export function judge(evidence: Evidence): Findings {
  const { chunks, gaps, coverage } = evidence;
  const timeError = worstTime(evidence);
  const { isSlow = false, tolerance = TIME_LIMIT } = evidence;
  const holes = isSlow ? [] : holesIn(evidence);
  const begun = chunks[0]?.start ?? 0;
  // A slow source is opened slowly, too.
  const counted = isSlow ? gaps.filter(({ end }) => end > begun + 0.01) : gaps;
  const matched = matchGaps(counted, holes, evidence);
  const overlap = overlapOf(chunks);
  const repeats = evidence.repeats?.reduce((total, each) => total + each, 0);
  const audio = chunks.reduce((total, { length }) => total + length, 0) -
    (repeats ?? 0);
  const missing = matched.missing;
  const coverageError = coverage === null || isSlow
    ? null
    : Math.abs(coverage - 100 * audio / (audio + missing));
  // One gap that is wrong by the limit changes the coverage of a short session,
  // and so does a hole that needs no gap.
  const count = tolerance > TIME_LIMIT ? 1 : Math.min(gaps.length, 1);
  const allowed = Math.max(
    COVERAGE_LIMIT,
    100 * (tolerance + evidence.truth.spread) * count / (audio + missing),
  );
  const problems = [
    ...(Number.isFinite(timeError) ? [] : ["no sample was recognized"]),
    ...(timeError > tolerance ? ["times are wrong"] : []),
    ...matched.problems,
    ...(overlap > OVERLAP_LIMIT ? [overlapProblem(evidence, overlap)] : []),
    ...((coverageError ?? 0) > allowed ? ["coverage is wrong"] : []),
  ];
  return {
    timeError,
    gapError: matched.error,
    gaps: gaps.length,
    overlap,
    coverageError,
    problems,
  };
}

function overlapProblem({ repeats = [] }: Evidence, overlap: number): string {
  return repeats.some((length) => Math.abs(length - overlap) < TIME_LIMIT)
    ? `${overlap.toFixed(1)} s came twice, as logged`
    : "chunks overlap";
}

function worstTime({ chunks, gaps, truth }: Evidence): number {
  let worst = chunks.some(({ marks }) => marks.length > 0) ? 0 : Infinity;
  for (const chunk of chunks) {
    for (const { position, source } of chunk.marks) {
      const came = truth.cameAt(source);
      const errors = loggedTimes(chunk, position, gaps).map((time) =>
        Math.max(came - time, time - came - truth.spread, 0)
      );
      worst = Math.max(worst, Math.min(...errors));
    }
  }
  return worst;
}
