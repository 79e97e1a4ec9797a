/**
 * Chunks that could not be closed, kept to be tried again: a folder that is
 * read-only or away may be back a moment later.
 *
 * @module
 */

import type { MonotonicMs } from "../../platform/clock.ts";

/**
 * Closes a chunk. Settles with the end of its audio, or `null` when it holds
 * none; rejects when it cannot be closed.
 */
export type Attempt = () => Promise<MonotonicMs | null>;

/** The chunks of a session that are to be tried again. */
export class CloseRetryQueue {
  #attempts: Attempt[] = [];
  #lastTry: Promise<MonotonicMs | null> = Promise.resolve(null);

  /** Keeps a chunk that could not be closed. */
  add(attempt: Attempt): void {
    this.#attempts.push(attempt);
  }

  /** Tries each of them once; settles with the last end of audio that was won, or `null`. */
  tryAgain(): Promise<MonotonicMs | null> {
    this.#lastTry = this.#lastTry.then(() => this.#tryAll());
    return this.#lastTry;
  }

  async #tryAll(): Promise<MonotonicMs | null> {
    const attempts = this.#attempts;
    this.#attempts = [];
    let last: MonotonicMs | null = null;
    for (const attempt of attempts) {
      try {
        const end = await attempt();
        if (end !== null) last = Math.max(end, last ?? end);
      } catch {
        // That was told the first time.
        this.#attempts.push(attempt);
      }
    }
    return last;
  }
}
