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

/** A chunk that waits for another attempt. */
interface Waiting {
  readonly attempt: Attempt;
  /** Whether its run has begun, as far as the log is concerned. */
  isReady(): boolean;
}

/** The chunks of a session that wait for another attempt. */
export class CloseRetryQueue {
  #waiting: Waiting[] = [];
  #lastTry: Promise<void> = Promise.resolve();
  #recovered: MonotonicMs | null = null;

  /**
   * Keeps a chunk that could not be closed. It is passed over until it is ready:
   * the start of its run waits for the tries of older ones, and must not wait
   * for a chunk that waits for that start.
   */
  add(attempt: Attempt, isReady: () => boolean): void {
    this.#waiting.push({ attempt, isReady });
  }

  /** Tries each chunk that is ready once. */
  tryAgain(): Promise<void> {
    this.#lastTry = this.#lastTry.then(() => this.#tryAll());
    return this.#lastTry;
  }

  /**
   * Tries each chunk that is ready once; resolves to the latest end of the audio that was
   * recovered since the last call, or `null`.
   */
  async recover(): Promise<MonotonicMs | null> {
    await this.tryAgain();
    const recovered = this.#recovered;
    this.#recovered = null;
    return recovered;
  }

  async #tryAll(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) {
      if (!one.isReady()) {
        this.#waiting.push(one);
        continue;
      }
      try {
        const end = await one.attempt();
        if (end !== null) {
          this.#recovered = Math.max(end, this.#recovered ?? end);
        }
      } catch {
        // The first failure was reported already.
        this.#waiting.push(one);
      }
    }
  }
}
