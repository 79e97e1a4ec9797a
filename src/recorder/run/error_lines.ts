/**
 * Keeps the last errors of ffmpeg's stderr, from which the cause of a gap is
 * found. What the log shows of them is decided in `log/write/`.
 *
 * @module
 */

import type { FfmpegStderr } from "../../events.ts";
import { isOwnStop } from "../../ffmpeg/known_errors.ts";
import { levelOfSeverity, signalIn } from "../../ffmpeg/stderr.ts";
import type { MonotonicMs } from "../../platform/clock.ts";

/** Lines of severity error that are kept. */
const MAX_ERRORS = 10;
/** Milliseconds: ffmpeg recovered from errors that are older than this when it ends. */
const RECENT_MS = 10_000;

/** The last errors of a run. */
export class ErrorLines {
  readonly #errors: { readonly line: string; readonly moment: MonotonicMs }[] =
    [];
  #last: string | null = null;
  #wasSignalled = false;

  /** Adds a line that came at `moment`. */
  add({ line, severity }: FfmpegStderr, moment: MonotonicMs): void {
    this.#last = line;
    if (signalIn(line) !== null) this.#wasSignalled = true;
    if (levelOfSeverity(severity) !== "ERROR" || isOwnStop(line)) return;
    this.#errors.push({ line, moment });
    if (this.#errors.length > MAX_ERRORS) this.#errors.shift();
  }

  /** The very last line, or `null`. */
  get last(): string | null {
    return this.#last;
  }

  /** Whether ffmpeg reported that a signal ended it. */
  get wasSignalled(): boolean {
    return this.#wasSignalled;
  }

  /** Lines of severity error or worse that came shortly before `moment`, oldest first. */
  errorsBefore(moment: MonotonicMs): readonly string[] {
    return this.#errors.filter((error) => moment - error.moment <= RECENT_MS)
      .map(({ line }) => line);
  }
}
