/**
 * How long a session lasts, and whether it has reached its duration.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import type { Clock, MonotonicMs } from "../../platform/clock.ts";
import type { WallClock } from "./wall_clock.ts";

/** A run that ends this close to the wanted duration has reached it. */
const TOLERANCE: Seconds = 0.05;
/** Minimum duration passed to ffmpeg. */
const MIN_RUN: Seconds = 0.1;

/** Options of {@linkcode Elapsed}. */
export interface ElapsedOptions {
  /** The clock. */
  readonly clock: Clock;
  /** Knows how long the machine slept. */
  readonly wall: WallClock;
  /** When the session began. */
  readonly startedAt: MonotonicMs;
  /** Requested duration, or `null` to record until stopped. */
  readonly duration: Seconds | null;
}

/** Measures a session by a clock that is never set. */
export class Elapsed {
  readonly #clock: Clock;
  readonly #wall: WallClock;
  readonly #duration: Seconds | null;
  readonly #startedAt: MonotonicMs;

  /** Starts measuring. */
  constructor({ clock, wall, startedAt, duration }: ElapsedOptions) {
    this.#clock = clock;
    this.#wall = wall;
    this.#duration = duration;
    this.#startedAt = startedAt;
  }

  /** Time since the session began, sleep included. */
  get passed(): Seconds {
    return (this.#clock.monotonic() - this.#startedAt) / 1000 +
      this.#wall.slept;
  }

  /**
   * Returns how much the next run records, or `null` for no limit. The first
   * run with audio gets the whole duration, exact to the sample; later runs get
   * the remaining time.
   */
  left(hadAudio: boolean): Seconds | null {
    if (this.#duration === null || !hadAudio) return this.#duration;
    return Math.max(MIN_RUN, this.#duration - this.passed);
  }

  /** Whether a run that captured this much reaches the duration. */
  isReached(captured: Seconds, hadAudio: boolean): boolean {
    if (this.#duration === null) return false;
    const enough = this.#duration - TOLERANCE;
    return captured >= enough || hadAudio && this.passed >= enough;
  }
}
