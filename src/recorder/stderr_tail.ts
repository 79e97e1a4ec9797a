/**
 * What ffmpeg said last, kept for the case that it fails.
 *
 * @module
 */

import type { EpochMs, FfmpegStderr } from "../events.ts";
import { ownLevel, signalIn } from "../ffmpeg/stderr.ts";
import type { MonotonicMs } from "../platform/clock.ts";

/** How many lines that were not shown are kept. */
const TAIL_LINES = 50;
/** How many lines of severity error are kept to tell the cause from. */
const ERROR_LINES = 10;
/** What was said longer ago was got over, and is not why ffmpeg ended, in milliseconds. */
const RECENT_MS = 10_000;

/** The last lines of a run. */
export class StderrTail {
  readonly #hidden: FfmpegStderr[] = [];
  readonly #errors: { readonly line: string; readonly moment: MonotonicMs }[] =
    [];
  #last: string | null = null;
  #wasSignalled = false;

  /**
   * Takes a line that came at `moment`.
   *
   * @param isShown whether it is in the log already.
   */
  hear(event: FfmpegStderr, isShown: boolean, moment: MonotonicMs): void {
    this.#last = event.line;
    if (signalIn(event.line) !== null) this.#wasSignalled = true;
    if (ownLevel(event.severity) === "ERROR") {
      keepLast(this.#errors, { line: event.line, moment }, ERROR_LINES);
    }
    if (!isShown) keepLast(this.#hidden, event, TAIL_LINES);
  }

  /** The very last line, or `null`. */
  get last(): string | null {
    return this.#last;
  }

  /** Whether ffmpeg said that a signal made it end. */
  get wasSignalled(): boolean {
    return this.#wasSignalled;
  }

  /** Lines of severity error or worse that came shortly before `moment`, oldest first. */
  errorsBefore(moment: MonotonicMs): readonly string[] {
    return this.#errors.filter((error) => moment - error.moment <= RECENT_MS)
      .map(({ line }) => line);
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
export function backfill(
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
