/**
 * Whether a session goes on, and if not, why.
 *
 * @module
 */

import type { StopReason } from "../events.ts";
import type { Outcome } from "./options.ts";

/** Decided once: the first reason to stop counts, later ones change nothing. */
export class Decision {
  readonly #stopped = Promise.withResolvers<void>();
  #outcome: Outcome | null = null;

  /** Whether the session is to stop. */
  get isMade(): boolean {
    return this.#outcome !== null;
  }

  /** Settles when the session is to stop. */
  get made(): Promise<void> {
    return this.#stopped.promise;
  }

  /** How the session ends. */
  get outcome(): Outcome {
    return this.#outcome ??
      { reason: "fatal_error", exitCode: 1, problem: "It ended undecided" };
  }

  /** The session ends as somebody asked for. */
  stop(reason: StopReason): void {
    this.#decide({ reason, exitCode: 0, problem: null });
  }

  /** The session ends because something failed. */
  fail(reason: StopReason, exitCode: number, problem: string): void {
    this.#decide({ reason, exitCode, problem });
  }

  #decide(outcome: Outcome): void {
    this.#outcome ??= outcome;
    this.#stopped.resolve();
  }
}
