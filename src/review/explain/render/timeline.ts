/**
 * Draws a session as one line of audio and gaps.
 *
 * @module
 */

import type { EpochMs } from "../../../events.ts";
import type { Span } from "../../history.ts";

/** Audio. */
const AUDIO = "█";
/** Audio that retention deleted. */
const DELETED = "░";
/** A gap, however short. */
const GAP = "·";
/** Nothing is known. */
const UNKNOWN = " ";

/** What is drawn. */
export interface TimelineSpans {
  /** Spans with audio. */
  readonly audio: readonly Span[];
  /** Spans of audio that retention deleted. */
  readonly deleted: readonly Span[];
  /**
   * Spans without audio; a gap is visible even if it is far shorter than a cell.
   */
  readonly gaps: readonly Span[];
}

/**
 * Draws the line.
 *
 * @param whole The session.
 * @param cells Number of characters.
 */
export function drawTimeline(
  whole: Span,
  { audio, deleted, gaps }: TimelineSpans,
  cells: number,
): string {
  const timeline: string[] = Array.from({ length: cells }, () => UNKNOWN);
  const length = Math.max(1, whole.end - whole.start);
  const cellOf = (time: EpochMs) =>
    Math.min(
      cells - 1,
      Math.max(0, Math.floor((time - whole.start) / length * cells)),
    );
  for (
    const [spans, mark] of [
      [audio, AUDIO],
      [deleted, DELETED],
      [gaps, GAP],
    ] as const
  ) {
    for (const { start, end } of spans) {
      // A span that ends where a cell begins is not in it.
      const last = Math.max(cellOf(start), cellOf(end - length / cells / 1000));
      for (let cell = cellOf(start); cell <= last; cell++) {
        timeline[cell] = mark;
      }
    }
  }
  return timeline.join("").trimEnd();
}
