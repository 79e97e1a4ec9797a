/**
 * Trying again, less and less often, and complaining once.
 *
 * @module
 */

import type { Clock } from "../../platform/clock.ts";

/** Most milliseconds between two tries: what was lost is noticed soon after it is back. */
const MAX_WAIT = 10_000;
const FIRST_WAIT = 1_000;

/** Follows one thing that can fail for a while. */
export class Retry {
  readonly #clock: Clock;
  readonly #complain: (message: string) => void;
  #wait = 0;
  #next = 0;

  /**
   * Begins as if all were well.
   *
   * @param clock Tells when the next try is due.
   * @param complain Is told at the first failure after a success.
   */
  constructor(clock: Clock, complain: (message: string) => void) {
    this.#clock = clock;
    this.#complain = complain;
  }

  /** True from a failure to the next success. */
  get failing(): boolean {
    return this.#wait > 0;
  }

  /** True when it may be tried: always, but for the time after a failure. */
  get due(): boolean {
    return this.#wait === 0 || this.#clock.monotonic() >= this.#next;
  }

  /** Notes that it failed: the next try is due in a second, then in two, four … */
  failed(message: string): void {
    const first = this.#wait === 0;
    this.#wait = first ? FIRST_WAIT : Math.min(2 * this.#wait, MAX_WAIT);
    this.#next = this.#clock.monotonic() + this.#wait;
    if (first) this.#complain(message);
  }

  /** Notes that it worked. */
  succeeded(): void {
    this.#wait = 0;
  }
}
