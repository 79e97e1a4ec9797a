/**
 * Retries with growing waits and a single error message.
 *
 * @module
 */

import type { Clock } from "../../platform/clock.ts";

/** Maximum milliseconds between two attempts, so that a recovery is noticed soon. */
const MAX_WAIT = 10_000;
const FIRST_WAIT = 1_000;

/** Tracks one operation that can fail for some time. */
export class Retry {
  readonly #clock: Clock;
  readonly #complain: (message: string) => void;
  #wait = 0;
  #next = 0;

  /**
   * Starts in the state after a success.
   *
   * @param clock Clock for the time of the next attempt.
   * @param complain Takes a message at the first failure after a success.
   */
  constructor(clock: Clock, complain: (message: string) => void) {
    this.#clock = clock;
    this.#complain = complain;
  }

  /** True from a failure to the next success. */
  get failing(): boolean {
    return this.#wait > 0;
  }

  /**
   * True when an attempt is due: always, except for some time after a failure.
   */
  get due(): boolean {
    return this.#wait === 0 || this.#clock.monotonic() >= this.#next;
  }

  /** Records a failure: the next attempt is due in 1, then 2, 4 … seconds. */
  failed(message: string): void {
    const first = this.#wait === 0;
    this.#wait = first ? FIRST_WAIT : Math.min(2 * this.#wait, MAX_WAIT);
    this.#next = this.#clock.monotonic() + this.#wait;
    if (first) this.#complain(message);
  }

  /** Records a success. */
  succeeded(): void {
    this.#wait = 0;
  }
}
