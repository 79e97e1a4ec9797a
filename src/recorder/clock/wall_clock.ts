/**
 * The wall clock, watched: it may be set, and the machine may sleep.
 *
 * @module
 */

import type { EpochMs, Seconds, Warning } from "../../events.ts";
import type { Clock, MonotonicMs } from "../../platform/clock.ts";

/** What happened to the wall clock since it was last looked at. */
export interface ClockJump {
  /** `suspend`: the machine slept. `clock_step`: the clock was set. */
  readonly kind: "suspend" | "clock_step";
  /** By how much the wall clock is ahead of the time that passed. */
  readonly seconds: Seconds;
  /** When, as far as that is known. */
  readonly moment: MonotonicMs;
}

/** Smaller differences are the clock being brought into line, or a slow look at it. */
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
   * Looks at both clocks.
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

  /** Time that the machine slept, by what was seen so far. */
  get slept(): Seconds {
    return this.#sleptAfter(-Infinity);
  }

  /** Time that the machine slept between two moments. */
  sleptBetween(start: MonotonicMs, end: MonotonicMs): Seconds {
    return this.#sleptAfter(start) - this.#sleptAfter(end);
  }

  /** Wall-clock time of a moment, by the last look; that of a sleep is its beginning. */
  at(moment: MonotonicMs): EpochMs {
    return moment + this.#difference - 1000 * this.#sleptAfter(moment);
  }

  /**
   * Looks again, and tells when the wall clock went its own way: that the
   * machine slept, that the clock was set, or first the one and then the other.
   *
   * @param wasSilent whether nothing was captured since the last look. When the
   * machine fell asleep since then is not known; with audio it counts as now,
   * since what is captured afterwards comes later, without as then, since what
   * was captured came before.
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

  /** Time that the machine slept at a moment and later. */
  #sleptAfter(moment: MonotonicMs): Seconds {
    return this.#sleeps.filter((sleep) => sleep.moment >= moment)
      .reduce((sum, { seconds }) => sum + seconds, 0);
  }
}

/** The event that tells of a jump. */
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
