/**
 * ffmpeg's own time of a report as a moment of the monotonic clock.
 *
 * @module
 */

import type { EpochMs } from "../../events.ts";
import type { Clock, MonotonicMs } from "../../platform/clock.ts";

/** Milliseconds by which the wall clock may change between two reports without having been set. */
const SET_MS = 20;
/** Clock synchronization makes the wall clock this much faster or slower. */
const SLEW_PER_MS = 0.0006;

/**
 * Turns the wall-clock times that ffmpeg gives its reports into moments. A
 * report is often read late, since pipes hold what a stopped reader does not
 * take.
 */
export class Stamps {
  readonly #clock: Clock;
  #difference: number;
  #checkedAt: MonotonicMs;
  #validFrom: EpochMs = -Infinity;

  /** Reads both clocks. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#checkedAt = clock.monotonic();
    this.#difference = clock.now() - this.#checkedAt;
  }

  /**
   * Returns the moment of a time that ffmpeg read from the wall clock; the
   * present for `null`, and for a time from before the clock was set.
   */
  momentOf(stamp: EpochMs | null): MonotonicMs {
    const now = this.#clock.monotonic();
    this.#check(now);
    return stamp === null || stamp < this.#validFrom
      ? now
      : Math.min(now, stamp - this.#difference);
  }

  #check(now: MonotonicMs): void {
    const wall = this.#clock.now();
    const change = Math.abs(wall - now - this.#difference);
    const allowed = SET_MS + (now - this.#checkedAt) * SLEW_PER_MS;
    if (change > allowed) this.#validFrom = wall;
    this.#difference = wall - now;
    this.#checkedAt = now;
  }
}
