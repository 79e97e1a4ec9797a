/**
 * What ffmpeg said last, kept for the case that it fails.
 *
 * @module
 */

import type { EpochMs, FfmpegStderr } from "../events.ts";
import { ownLevel, signalIn } from "../ffmpeg/stderr.ts";

/** How many lines that were not shown are kept. */
const TAIL_LINES = 50;
/** How many lines of severity error are kept to tell the cause from. */
const ERROR_LINES = 10;

/** The last lines of a run. */
export class LastWords {
  readonly #hidden: FfmpegStderr[] = [];
  readonly #errors: string[] = [];
  #wasSignalled = false;

  /**
   * Takes a line.
   *
   * @param isShown whether it is in the log already.
   */
  hear(event: FfmpegStderr, isShown: boolean): void {
    if (signalIn(event.line) !== null) this.#wasSignalled = true;
    if (ownLevel(event.severity) === "ERROR") {
      keepLast(this.#errors, event.line, ERROR_LINES);
    }
    if (!isShown) keepLast(this.#hidden, event, TAIL_LINES);
  }

  /** Whether ffmpeg said that a signal made it end. */
  get wasSignalled(): boolean {
    return this.#wasSignalled;
  }

  /** Lines of severity error or worse, oldest first. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  /** Lines that are not in the log, oldest first. */
  get hidden(): readonly FfmpegStderr[] {
    return this.#hidden;
  }
}

function keepLast<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.shift();
}

/** The events that add lines to the log afterwards, at their own severity and with the time each came. */
export function toldLate(
  lines: readonly FfmpegStderr[],
  now: EpochMs,
): FfmpegStderr[] {
  return lines.map((event) => ({
    ...event,
    time: now,
    at: event.time,
    level: ownLevel(event.severity),
  }));
}
