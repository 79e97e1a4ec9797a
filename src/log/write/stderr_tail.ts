/**
 * Keeps the last lines of ffmpeg's stderr that are not in the log. They are
 * logged when its run fails.
 *
 * @module
 */

import type { EpochMs, FfmpegStderr } from "../../events.ts";
import { levelOfSeverity } from "../../ffmpeg/stderr.ts";

/** Maximum number of lines kept, and logged when a run fails. */
const MAX_LINES = 50;

/** Why a line is not in the log. */
export type Withheld =
  /** It is below the level of the log. */
  | "level"
  /** It is over the budget of the hour and counted as omitted. */
  | "budget";

/** The last lines of a run that are not in the log. */
export class StderrTail {
  #lines: { readonly event: FfmpegStderr; readonly reason: Withheld }[] = [];

  /** Keeps a line that is not logged. */
  keep(event: FfmpegStderr, reason: Withheld): void {
    this.#lines.push({ event, reason });
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
  }

  /** Drops all lines: a new run begins. */
  clear(): void {
    this.#lines = [];
  }

  /** Drops the lines over the budget, whose number was reported. */
  forgetCounted(): void {
    this.#lines = this.#lines.filter(({ reason }) => reason !== "budget");
  }

  /**
   * Removes and returns the lines, each with its time; lines below the level
   * get the level of their severity.
   *
   * @param now The time.
   * @param fits Whether there is room for a line; called for the last lines
   * first.
   * @returns The lines to log, oldest first, and those of them that were counted.
   */
  take(
    now: EpochMs,
    fits: (line: FfmpegStderr) => boolean,
  ): { readonly lines: FfmpegStderr[]; readonly counted: FfmpegStderr[] } {
    const lines: FfmpegStderr[] = [];
    const counted: FfmpegStderr[] = [];
    for (const { event, reason } of this.#lines.toReversed()) {
      const line: FfmpegStderr = {
        ...event,
        time: now,
        at: event.at ?? event.time,
        ...(reason === "budget"
          ? {}
          : { level: levelOfSeverity(event.severity, "own") }),
      };
      if (!fits(line)) break;
      lines.unshift(line);
      if (reason === "budget") counted.push(event);
    }
    this.clear();
    return { lines, counted };
  }
}
