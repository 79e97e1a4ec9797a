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
  readonly #waiting = new Set<() => void>();
  #outcome: Outcome | null = null;

  /** Whether the session is to stop. */
  get isMade(): boolean {
    return this.#outcome !== null;
  }

  /** Settles when the session is to stop. */
  get made(): Promise<void> {
    return this.#stopped.promise;
  }

  /**
   * Calls back when the session is to stop, at once if it is; disposing of it
   * takes that back. For what is waited for often: a promise would keep each
   * of its callbacks until the session ends.
   */
  onMade(callback: () => void): Disposable {
    if (this.isMade) callback();
    else this.#waiting.add(callback);
    return { [Symbol.dispose]: () => void this.#waiting.delete(callback) };
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
    for (const callback of this.#waiting) callback();
    this.#waiting.clear();
  }
}
