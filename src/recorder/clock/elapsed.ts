/**
 * How long a session lasts, and whether that is as long as was asked for.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import type { Clock, MonotonicMs } from "../../platform/clock.ts";
import type { WallClock } from "./wall_clock.ts";

/** A run that ends this close to the wanted duration has reached it. */
const TOLERANCE: Seconds = 0.05;
/** ffmpeg is not asked for less. */
const MIN_RUN: Seconds = 0.1;

/** Options of {@linkcode Elapsed}. */
export interface ElapsedOptions {
  /** Tells the time. */
  readonly clock: Clock;
  /** Knows how long the machine slept. */
  readonly wall: WallClock;
  /** When the session began. */
  readonly startedAt: MonotonicMs;
  /** How long it is to last, or `null` for until it is stopped. */
  readonly duration: Seconds | null;
}

/** Measures a session by a clock that is never set. */
export class Elapsed {
  readonly #clock: Clock;
  readonly #wall: WallClock;
  readonly #duration: Seconds | null;
  readonly #startedAt: MonotonicMs;

  /** Begins to measure. */
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
   * What the next run is to record, or `null` for all there is. The first run
   * with audio gets all of the duration, to the sample; later ones what is
   * left of the time.
   */
  left(hadAudio: boolean): Seconds | null {
    if (this.#duration === null || !hadAudio) return this.#duration;
    return Math.max(MIN_RUN, this.#duration - this.passed);
  }

  /** Whether the duration is reached by a run that captured so much. */
  isReached(captured: Seconds, hadAudio: boolean): boolean {
    if (this.#duration === null) return false;
    const enough = this.#duration - TOLERANCE;
    return captured >= enough || hadAudio && this.passed >= enough;
  }
}
