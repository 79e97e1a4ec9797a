/**
 * The wall clock, watched: it may be set, and the machine may sleep.
 *
 * @module
 */

import type { EpochMs, Seconds, Warning } from "../events.ts";
import type { Clock } from "../platform/clock.ts";
import type { MonotonicMs } from "./capture_clock.ts";

/** What happened to the wall clock since it was last looked at. */
export interface ClockJump {
  /** `suspend`: the machine slept. `clock_step`: the clock was set. */
  readonly kind: "suspend" | "clock_step";
  /** By how much the wall clock is ahead of the time that passed. */
  readonly seconds: Seconds;
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
  #sleeps: { readonly moment: MonotonicMs; readonly seconds: Seconds }[] = [];

  /**
   * Looks at both clocks.
   *
   * @param uptime seconds since the machine was started, sleep included.
   */
  constructor(clock: Clock, uptime: () => Seconds) {
    this.#clock = clock;
    this.#uptime = uptime;
    this.#difference = clock.now() - clock.monotonic();
    this.#uptimeAhead = uptime() - clock.monotonic() / 1000;
  }

  /** Time that the machine slept, by what was seen so far. */
  get slept(): Seconds {
    return this.#sleptAfter(-Infinity);
  }

  /** Wall-clock time of a moment, by the last look. */
  at(moment: MonotonicMs): EpochMs {
    return moment + this.#difference - 1000 * this.#sleptAfter(moment);
  }

  /** Looks again, and tells when the wall clock went its own way. */
  look(): ClockJump | null {
    const moment = this.#clock.monotonic();
    const jump = this.#clock.now() - moment - this.#difference;
    this.#difference += jump;
    if (Math.abs(jump) < JUMP_MS) return null;
    const seconds = jump / 1000;
    const ahead = this.#uptime() - moment / 1000;
    const slept = ahead - this.#uptimeAhead;
    this.#uptimeAhead = ahead;
    if (slept < seconds - UPTIME_TOLERANCE || slept < UPTIME_TOLERANCE) {
      return { kind: "clock_step", seconds };
    }
    this.#sleeps.push({ moment, seconds });
    return { kind: "suspend", seconds };
  }

  #sleptAfter(moment: MonotonicMs): Seconds {
    return this.#sleeps.filter((sleep) => sleep.moment > moment)
      .reduce((sum, sleep) => sum + sleep.seconds, 0);
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
