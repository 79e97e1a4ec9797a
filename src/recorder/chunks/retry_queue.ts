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
  #lastTry: Promise<void> = Promise.resolve();
  #recovered: MonotonicMs | null = null;

  /** Keeps a chunk that could not be closed. */
  add(attempt: Attempt): void {
    this.#attempts.push(attempt);
  }

  /** Tries each chunk once. */
  tryAgain(): Promise<void> {
    this.#lastTry = this.#lastTry.then(() => this.#tryAll());
    return this.#lastTry;
  }

  /**
   * Tries each chunk once; resolves to the latest end of the audio that was
   * recovered since the last call, or `null`.
   */
  async recover(): Promise<MonotonicMs | null> {
    await this.tryAgain();
    const recovered = this.#recovered;
    this.#recovered = null;
    return recovered;
  }

  async #tryAll(): Promise<void> {
    const attempts = this.#attempts;
    this.#attempts = [];
    for (const attempt of attempts) {
      try {
        const end = await attempt();
        if (end !== null) {
          this.#recovered = Math.max(end, this.#recovered ?? end);
        }
      } catch {
        // The first failure was reported already.
        this.#attempts.push(attempt);
      }
    }
  }
}
