/**
 * How much of what should have been recorded was.
 *
 * @module
 */

import type { EpochMs, Seconds } from "../events.ts";

/** What {@linkcode coverageOf} compares. */
export interface Recorded {
  /** Length of all audio. */
  readonly audio: Seconds;
  /** Length of the audio that was recorded twice. */
  readonly overlap: Seconds;
  /** Number of gaps. */
  readonly gaps: number;
  /** Length of all gaps. */
  readonly gapTotal: Seconds;
}

/** Starting and stopping take less than this. */
const UNACCOUNTED: Seconds = 2;

/** Highest coverage of a recording with a gap, in per cent. */
const MAX_WITH_GAP = 99.99;

/**
 * Returns the audio's share of audio and gaps, in per cent: 100 when nothing is
 * missing, `null` without both. Audio that was recorded twice counts once.
 */
export function coverageOf(
  { audio, overlap, gaps, gapTotal }: Recorded,
): number | null {
  const once = Math.max(0, audio - overlap);
  const due = once + gapTotal;
  if (due <= 0) return null;
  // Rounding may give more than the whole: 100 * 0.007 / 0.007.
  const share = Math.min(100, 100 * once / due);
  return gaps > 0 ? Math.min(MAX_WITH_GAP, share) : share;
}

/**
 * Returns the coverage of a session whose log may lack gaps: what is neither
 * audio nor a gap in it is missing, too.
 *
 * @param wall Seconds from the session's start to its end.
 */
export function coverageWithin(
  recorded: Recorded,
  wall: Seconds,
): number | null {
  const { audio, overlap, gapTotal, gaps } = recorded;
  const rest = wall - (audio - overlap) - gapTotal;
  return rest < UNACCOUNTED ? coverageOf(recorded) : coverageOf({
    ...recorded,
    gaps: gaps + 1,
    gapTotal: gapTotal + rest,
  });
}

/**
 * Seconds without audio in a file that mean nothing: ffmpeg writes about once a
 * second.
 */
const WRITES_WITHIN: Seconds = 4;

/**
 * Returns for how long a session that is being recorded has written no audio,
 * or `null` while it writes.
 */
export function silenceSince(
  lastAudio: EpochMs,
  now: EpochMs,
): Seconds | null {
  const seconds = (now - lastAudio) / 1000;
  return seconds < WRITES_WITHIN ? null : seconds;
}
