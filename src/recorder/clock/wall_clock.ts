/**
 * Watches the wall clock, which may be set, and the sleep of the machine.
 *
 * @module
 */

import type { EpochMs, Seconds, Warning } from "../../events.ts";
import type { Clock, MonotonicMs } from "../../platform/clock.ts";

/** A change of the wall clock since the last check. */
export interface ClockJump {
  /** `suspend`: the machine slept. `clock_step`: the clock was set. */
  readonly kind: "suspend" | "clock_step";
  /** Seconds that the wall clock is ahead of the monotonic clock. */
  readonly seconds: Seconds;
  /** When, as far as that is known. */
  readonly moment: MonotonicMs;
}

/** Smaller differences come from clock synchronization or a slow check. */
const JUMP_MS = 1_000;
/** Uptime comes in whole seconds. */
const UPTIME_TOLERANCE: Seconds = 2;

/** Keeps the difference between the wall clock and the monotonic one. */
export class WallClock {
  readonly #clock: Clock;
  readonly #uptime: () => Seconds;
  #difference: number;
  #uptimeAhead: Seconds;
  #checkedAt: MonotonicMs;
  #sleeps: readonly ClockJump[] = [];

  /**
   * Reads both clocks.
   *
   * @param uptime seconds since the machine was started, sleep included.
   */
  constructor(clock: Clock, uptime: () => Seconds) {
    this.#clock = clock;
    this.#uptime = uptime;
    this.#checkedAt = clock.monotonic();
    this.#difference = clock.now() - this.#checkedAt;
    this.#uptimeAhead = uptime() - this.#checkedAt / 1000;
  }

  /** Time that the machine slept, as of the last check. */
  get slept(): Seconds {
    return this.#sleptAfter(-Infinity);
  }

  /** Returns how long the machine slept between two moments. */
  sleptBetween(start: MonotonicMs, end: MonotonicMs): Seconds {
    return this.#sleptAfter(start) - this.#sleptAfter(end);
  }

  /**
   * Returns the wall-clock time of a moment, as of the last check; for a sleep,
   * its beginning.
   */
  at(moment: MonotonicMs): EpochMs {
    return moment + this.#difference - 1000 * this.#sleptAfter(moment);
  }

  /**
   * Checks both clocks and returns the jumps of the wall clock: a sleep, a
   * clock that was set, or both in this order.
   *
   * @param wasInOutage whether nothing was captured since the last check. When
   * the machine fell asleep is not known. With audio the sleep counts as now,
   * because later audio was captured after it; without, as the last check,
   * because earlier audio was captured before it.
   */
  check({ wasInOutage = false } = {}): readonly ClockJump[] {
    const before = this.#checkedAt;
    const moment = this.#clock.monotonic();
    const jump = this.#clock.now() - moment - this.#difference;
    this.#checkedAt = moment;
    this.#difference += jump;
    if (Math.abs(jump) < JUMP_MS) return [];
    const seconds = jump / 1000;
    const ahead = this.#uptime() - moment / 1000;
    const up = ahead - this.#uptimeAhead;
    this.#uptimeAhead = ahead;
    const step = { kind: "clock_step", moment } as const;
    if (up < UPTIME_TOLERANCE) return [{ ...step, seconds }];
    const rest = seconds - up;
    const wasSet = Math.abs(rest) > UPTIME_TOLERANCE;
    const sleep: ClockJump = {
      kind: "suspend",
      seconds: wasSet ? up : seconds,
      moment: wasInOutage ? before : moment,
    };
    this.#sleeps = [...this.#sleeps, sleep];
    return wasSet ? [sleep, { ...step, seconds: rest }] : [sleep];
  }

  /** Returns how long the machine slept from a moment on. */
  #sleptAfter(moment: MonotonicMs): Seconds {
    return this.#sleeps.filter((sleep) => sleep.moment >= moment)
      .reduce((sum, { seconds }) => sum + seconds, 0);
  }
}

/** Returns the event that reports a jump. */
export function jumpWarning(
  { kind, seconds }: ClockJump,
  time: EpochMs,
): Warning {
  return {
    event: "warning",
    time,
    code: kind,
    message: kind === "suspend"
      ? "The machine slept"
      : "The wall clock was set",
    details: { by: `${seconds.toFixed(3)}s` },
  };
}
