/**
 * Whether a session continues, and if not, why.
 *
 * @module
 */

import { EXIT_CODES } from "../errors.ts";
import type { FailureCode, StopReason } from "../events.ts";
import { NO_AUDIO } from "./cause.ts";

/** How a session ended. */
export interface Outcome {
  /** Why it ended. */
  readonly reason: StopReason;
  /** Exit code of echolog. */
  readonly exitCode: number;
  /** What failed, or `null` if it was stopped as requested. */
  readonly problem: string | null;
}

/** Returns the exit code of a session that ended because of a failure. */
function exitCodeOf(code: FailureCode): number {
  return code === "ffmpeg_unusable"
    ? EXIT_CODES.ffmpeg_unusable
    : EXIT_CODES.failed;
}

/** Ends a session once: the first reason counts, later ones change nothing. */
export class EndController {
  readonly #controller = new AbortController();
  #outcome: Outcome | null = null;

  /** Aborted when the session is to end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** How the session ends. */
  get outcome(): Outcome {
    return this.#outcome ??
      {
        reason: "fatal_error",
        exitCode: 1,
        problem: "It ended for an unknown reason",
      };
  }

  /** Ends the session on request. */
  stop(reason: StopReason): void {
    this.#end({ reason, exitCode: 0, problem: null });
  }

  /** Ends the session because something failed. */
  fail(reason: StopReason, code: FailureCode, problem: string): void {
    this.#end({ reason, exitCode: exitCodeOf(code), problem });
  }

  /**
   * The session ends without a chunk. That is a failure, unless it was stopped
   * before there was audio.
   *
   * @param problem What failed, or `null`.
   * @param wasCaptured Whether ffmpeg reported audio.
   */
  keptNothing(problem: string | null, wasCaptured: boolean): void {
    const { reason, exitCode } = this.outcome;
    const isDue = reason === "duration_reached";
    if (exitCode !== 0 || !isDue && !(wasCaptured && problem !== null)) return;
    this.#outcome = {
      reason: isDue ? "start_failed" : reason,
      exitCode: EXIT_CODES.failed,
      problem: `Nothing was recorded: ${problem ?? NO_AUDIO}`,
    };
  }

  #end(outcome: Outcome): void {
    this.#outcome ??= outcome;
    this.#controller.abort();
  }
}
