/**
 * How long to wait before a new run.
 *
 * @module
 */

import type { Seconds } from "../events.ts";
import type { MonotonicMs } from "../platform/clock.ts";

/** Share of a wait that chance may take away, so that many recorders do not knock at the same time. */
const JITTER = 0.2;

/**
 * The wait before an attempt: none before the first, then 1, 2, 4 … seconds,
 * at most `longest`, each shortened by up to a fifth.
 *
 * @param attempt number of the attempt since audio was last healthy, from 1.
 * @param longest the longest wait.
 * @param chance a number from 0 to 1.
 */
export function backoffDelay(
  attempt: number,
  longest: Seconds,
  chance: number,
): Seconds {
  if (attempt <= 1) return 0;
  const full = Math.min(longest, 2 ** Math.min(attempt - 2, 30));
  return full * (1 - JITTER * chance);
}

/** The return of a source makes the waits short again at most so often, in milliseconds. */
const RETURN_PAUSE_MS = 60_000;

/** Counts the attempts of a session, and says how long to wait before each. */
export class Backoff {
  readonly #longest: Seconds;
  #attempt = 0;
  #sinceReturn = 0;
  #lastReturn = -Infinity;

  /** A count that has not begun. */
  constructor(longest: Seconds) {
    this.#longest = longest;
  }

  /** Audio was healthy: the count begins anew. */
  reset(): void {
    this.#attempt = this.#sinceReturn = 0;
  }

  /**
   * What audio comes from is back, at `now`. It may need some seconds until it
   * is ready, so the waits begin anew; the count goes on.
   */
  returned(now: MonotonicMs): void {
    if (now - this.#lastReturn < RETURN_PAUSE_MS) return;
    this.#lastReturn = now;
    this.#sinceReturn = 0;
  }

  /** The next attempt: its number, and the wait before it. */
  next(chance: number): { readonly attempt: number; readonly delay: Seconds } {
    this.#attempt++;
    this.#sinceReturn++;
    return {
      attempt: this.#attempt,
      delay: backoffDelay(this.#sinceReturn, this.#longest, chance),
    };
  }
}
