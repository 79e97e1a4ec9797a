/**
 * When a session ends.
 *
 * @module
 */

import type { EpochMs, Seconds } from "../../events.ts";
import type { Clock, MonotonicMs } from "../../platform/clock.ts";
import type { WallClock } from "../clock/wall_clock.ts";

/** A first sample that comes this soon begins the duration. */
const PROMPT: Seconds = 1;
/** Minimum duration passed to ffmpeg. */
const MIN_RUN: Seconds = 0.1;
/** A run that ends this long before the session's end has reached it. */
const NEAR: Seconds = 1;

/** The end that was asked for: a duration, a point in time, or neither. */
export interface WantedEnd {
  /** Requested duration, or `null`. */
  readonly duration: Seconds | null;
  /** Requested end, or `null`. */
  readonly until: EpochMs | null;
}

/** Options of {@linkcode Elapsed}. */
export interface ElapsedOptions extends WantedEnd {
  /** The clock. */
  readonly clock: Clock;
  /** Knows how long the machine slept. */
  readonly wall: WallClock;
  /** When the session began. */
  readonly startedAt: MonotonicMs;
  /** How long it waited for its device before. */
  readonly waited: Seconds;
}

/**
 * Measures a session by a clock that is never set, and knows its end.
 *
 * A duration is that of the audio when it begins at once, and otherwise counts
 * from the start of the command: a nightly job ends on time.
 */
export class Elapsed {
  readonly #options: ElapsedOptions;
  #isBegun = false;
  #spawnedAt: MonotonicMs | null = null;
  /** Seconds from the session's start to its end by the duration. */
  #end: Seconds | null;

  /** Starts measuring. */
  constructor(options: ElapsedOptions) {
    const { duration, waited } = options;
    this.#options = options;
    this.#end = duration === null ? null : duration - waited;
  }

  /** Time since the session began, sleep included. */
  get passed(): Seconds {
    const { clock, startedAt, wall } = this.#options;
    return (clock.monotonic() - startedAt) / 1000 + wall.slept;
  }

  /** Time until the end, negative after it, or `null` without an end. */
  get left(): Seconds | null {
    const { until, clock } = this.#options;
    if (until !== null) return (until - clock.now()) / 1000;
    return this.#end === null ? null : this.#end - this.passed;
  }

  /** The end in wall-clock time, or `null`. */
  get endsAt(): EpochMs | null {
    const { until, clock } = this.#options;
    const { left } = this;
    return until ?? (left === null ? null : clock.now() + left * 1000);
  }

  /**
   * A run begins.
   *
   * @returns how much it records, or `null` for no limit. Before the first
   * audio that is the whole duration, later the time until the end.
   */
  beginRun(): Seconds | null {
    const { duration, clock, waited } = this.#options;
    this.#spawnedAt ??= clock.monotonic();
    const { left } = this;
    if (left === null) return null;
    const isWhole = duration !== null && !this.#isBegun && waited === 0;
    return Math.max(MIN_RUN, isWhole ? duration : left);
  }

  /** The first sample of a run was captured at `moment`; the session's first one may set its end. */
  begin(moment: MonotonicMs): void {
    const { duration, startedAt, waited } = this.#options;
    const isFirst = !this.#isBegun;
    this.#isBegun = true;
    const spawnedAt = this.#spawnedAt ?? startedAt;
    // Old audio that a stream sends at once does not make the session shorter.
    const first = Math.max(moment, spawnedAt);
    if (!isFirst || duration === null || waited > 0) return;
    if (first - spawnedAt >= PROMPT * 1000) return;
    this.#end = (first - startedAt) / 1000 + duration;
  }

  /** Whether the end is reached, or so near that nothing more is worth starting. */
  get isNearEnd(): boolean {
    const { left } = this;
    return left !== null && left <= NEAR;
  }
}
