/**
 * Chunks that could not be closed, kept for another attempt: a read-only or
 * missing folder may be back a moment later.
 *
 * @module
 */

import type { MonotonicMs } from "../../platform/clock.ts";

/**
 * Closes a chunk. Resolves to the end of its audio, or `null` when it holds
 * none; rejects when it cannot be closed.
 */
export type Attempt = () => Promise<MonotonicMs | null>;

/** The chunks of a session that wait for another attempt. */
export class CloseRetryQueue {
  #attempts: Attempt[] = [];
  #lastTry: Promise<MonotonicMs | null> = Promise.resolve(null);

  /** Keeps a chunk that could not be closed. */
  add(attempt: Attempt): void {
    this.#attempts.push(attempt);
  }

  /** Tries each chunk once; resolves to the latest end of recovered audio, or `null`. */
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
        // The first failure was reported already.
        this.#attempts.push(attempt);
      }
    }
    return last;
  }
}
