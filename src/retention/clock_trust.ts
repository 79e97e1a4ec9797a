/**
 * Decides whether the wall clock shows how old audio is. A clock that is wrong
 * must delete nothing.
 *
 * @module
 */

import type { EpochMs, Seconds } from "../events.ts";
import type { Clock, MonotonicMs } from "../platform/clock.ts";
import { TimeFormat } from "../times/shown.ts";

/** A day in milliseconds. */
const DAY_MS = 86_400_000;
/**
 * Milliseconds by which the wall clock may differ from the monotonic one between
 * two looks, besides drift.
 */
const STEP_MS = 5_000;
/** Share by which a clock that is adjusted slowly may drift. */
const DRIFT = 0.001;
/** Milliseconds by which the newest audio may end after the clock's time. */
const AHEAD_MS = 60_000;
/** Audio from before this was recorded by a clock that was not set. */
const PLAUSIBLE: EpochMs = Date.UTC(2020);

/** Why a clock does not count. */
export type Distrust =
  /** It was set, or did not match the audio, less than a day ago. */
  | "stepped"
  /** It is before the newest audio. */
  | "behind"
  /** It is more than a day after the newest audio. */
  | "ahead";

/** Follows the wall clock. */
export class ClockTrust {
  readonly #clock: Clock;
  readonly #uptime: () => Seconds;
  #wall: EpochMs;
  #moment: MonotonicMs;
  #up: Seconds;
  #trustedFrom: MonotonicMs = -Infinity;

  /**
   * A clock that is looked at for the first time.
   *
   * @param uptime Returns the seconds since the boot, with those in which the
   * machine was suspended.
   */
  constructor(clock: Clock, uptime: () => Seconds) {
    this.#clock = clock;
    this.#uptime = uptime;
    this.#wall = clock.now();
    this.#moment = clock.monotonic();
    this.#up = uptime();
  }

  /**
   * Returns why the age of audio cannot be taken from the wall clock now, or
   * `null` when it can.
   *
   * @param newest End of the newest audio, or `null` without any.
   */
  distrust(newest: EpochMs | null): Distrust | null {
    const wall = this.#clock.now();
    const moment = this.#clock.monotonic();
    const up = this.#uptime();
    // The monotonic clock stands still while the machine is suspended.
    const slept = Math.max(0, (up - this.#up) * 1000 - (moment - this.#moment));
    const passed = moment - this.#moment + slept;
    const difference = Math.abs(wall - this.#wall - passed);
    [this.#wall, this.#moment, this.#up] = [wall, moment, up];
    if (difference > STEP_MS + passed * DRIFT) {
      this.#trustedFrom = moment + DAY_MS;
    }
    const reason = newest === null
      ? null
      : wall < newest - AHEAD_MS
      ? "behind"
      : wall > newest + DAY_MS
      ? "ahead"
      : null;
    // The next audio has the date of the same clock, which proves nothing.
    if (reason !== null) this.distrustFor(DAY_MS);
    return reason ?? (moment < this.#trustedFrom ? "stepped" : null);
  }

  /** Milliseconds for which the clock does not count yet. */
  get untrustedFor(): number {
    return Math.max(0, this.#trustedFrom - this.#clock.monotonic());
  }

  /** The clock does not count for so many milliseconds, at least. */
  distrustFor(milliseconds: number): void {
    const end = this.#clock.monotonic() + milliseconds;
    this.#trustedFrom = Math.max(this.#trustedFrom, end);
  }
}

/**
 * Returns the date from which the age of a chunk counts: its end, unless a clock
 * that was not set gave it. Then it counts from the moment it was first seen.
 */
export function datedAt(end: EpochMs, now: EpochMs): EpochMs {
  return end < PLAUSIBLE ? Math.max(end, now) : end;
}

/** A chunk, and when this process first saw it. */
export interface Seen {
  /** The date from which its age counts. */
  readonly dated: EpochMs;
  /** When it was first seen. */
  readonly seenAt: MonotonicMs;
}

/**
 * Returns how old a chunk is at least. Without a clock that can be trusted, or
 * with a date from a clock that was not set, it is as old as this process has
 * known it.
 */
export function ageOf(
  { dated, seenAt }: Seen,
  clock: Clock,
  isTrusted: boolean,
): Seconds {
  const known = clock.monotonic() - seenAt;
  const age = isTrusted && dated >= PLAUSIBLE ? clock.now() - dated : 0;
  return Math.max(known, age) / 1000;
}

/** Returns why the clock does not count, and what that means. */
export function describeDistrust(
  distrust: Distrust,
  newest: EpochMs | null,
): string {
  const last = newest === null
    ? ""
    : ` (${TimeFormat.utc.dateTime(newest)} UTC)`;
  return `${
    reasonFor(distrust, last)
  }: no audio counts as older than this process has known it, for a day`;
}

function reasonFor(distrust: Distrust, last: string): string {
  switch (distrust) {
    case "behind":
      return `The clock is before the newest audio${last}`;
    case "ahead":
      return `The newest audio${last} is more than a day old, so the clock may be wrong`;
    default:
      return "The clock was set, or did not match the audio, less than a day ago";
  }
}
