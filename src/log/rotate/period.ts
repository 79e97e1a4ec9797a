/**
 * Decides when the period of a log file is over. Times are passed in, no clock
 * is read. Rotation by size needs no policy: see `file.ts`.
 *
 * @module
 */

import type { EpochMs } from "../../events.ts";
import type { TimeWhen } from "../format/period_names.ts";

/** When the log is rotated. */
export type RotationMode = "size" | "time" | "off";

/** A period of time; its end belongs to the next one. */
export interface Period {
  /** First moment of the period. */
  readonly start: EpochMs;
  /** First moment after the period. */
  readonly end: EpochMs;
}

/** Maps moments to the days of a calendar. */
export interface Calendar {
  /**
   * Returns the first moment of the day that is `days` after the day of `time`.
   */
  dayStart(time: EpochMs, days: number): EpochMs;
  /** Returns the day of the week: 0 for Monday to 6 for Sunday. */
  weekday(time: EpochMs): number;
}

/**
 * Returns the period that a time belongs to. Seconds, minutes and hours are
 * counted from the epoch; days and weeks follow the calendar, across changes to
 * and from daylight saving time.
 *
 * @example Usage
 * ```ts
 * import { periodOf, utcCalendar } from "./period.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const noon = Date.UTC(2025, 8, 22, 12);
 * assertEquals(periodOf(noon, "midnight", utcCalendar), {
 *   start: Date.UTC(2025, 8, 22),
 *   end: Date.UTC(2025, 8, 23),
 * });
 * ```
 *
 * @param time A time.
 * @param when Length of the periods.
 * @param calendar The calendar of days and weeks.
 */
export function periodOf(
  time: EpochMs,
  when: TimeWhen,
  calendar: Calendar,
): Period {
  switch (when) {
    case "S":
      return fixedPeriod(time, 1_000);
    case "M":
      return fixedPeriod(time, 60_000);
    case "H":
      return fixedPeriod(time, 3_600_000);
    case "D":
    case "midnight":
      return days(time, 0, 1, calendar);
    default: {
      const past = (calendar.weekday(time) - Number(when.slice(1)) + 7) % 7;
      return days(time, -past, 7 - past, calendar);
    }
  }
}

/** Action to take before a line is written. */
export type Turn =
  /** Write it to the file that is open. */
  | "stay"
  /** Begin a new file: the period of the old one is over. */
  | "rotate"
  /** Stay, and warn: the clock went back by more than a period. */
  | "clock_back";

/** Follows the periods of a log that is rotated by time. */
export class PeriodTracker {
  readonly #when: TimeWhen;
  readonly #calendar: Calendar;
  #period: Period | null = null;

  /**
   * Starts without a period: the first time decides.
   *
   * @param when Length of the periods.
   * @param calendar The calendar of days and weeks.
   */
  constructor(when: TimeWhen, calendar: Calendar) {
    this.#when = when;
    this.#calendar = calendar;
  }

  /** Adopts the period of a file, given a time inside it. */
  reset(time: EpochMs): void {
    this.#period = periodOf(time, this.#when, this.#calendar);
  }

  /**
   * Whether a line belongs in the open file. A line up to one period older
   * does: lines slightly out of order must not create many files.
   *
   * @param time Time of the line.
   */
  covers(time: EpochMs): boolean {
    const period = this.#period;
    if (period === null || time >= period.end) return false;
    if (time >= period.start) return true;
    const last = periodOf(period.start - 1, this.#when, this.#calendar);
    return time >= last.start;
  }

  /**
   * Returns the action for a line by its time, and moves to the line's period.
   *
   * @param time Time of the line to write.
   */
  selectPeriod(time: EpochMs): Turn {
    if (this.covers(time)) return "stay";
    const period = this.#period;
    this.reset(time);
    if (period === null) return "stay";
    return time >= period.end ? "rotate" : "clock_back";
  }
}

/** Days in UTC. */
export const utcCalendar: Calendar = {
  dayStart: (time, days) => (Math.floor(time / DAY) + days) * DAY,
  // The epoch was a Thursday.
  weekday: (time) => (((Math.floor(time / DAY) + 3) % 7) + 7) % 7,
};

/** Days in the process's time zone. */
export const localCalendar: Calendar = {
  // `Date` returns the first moment after a skipped midnight, and the earlier
  // one of two midnights.
  dayStart(time, days) {
    const date = new Date(time);
    return new Date(
      date.getFullYear(),
      date.getMonth(),
      date.getDate() + days,
    ).getTime();
  },
  weekday: (time) => (new Date(time).getDay() + 6) % 7,
};

const DAY = 86_400_000;

function fixedPeriod(time: EpochMs, length: number): Period {
  const start = Math.floor(time / length) * length;
  return { start, end: start + length };
}

function days(
  time: EpochMs,
  from: number,
  to: number,
  calendar: Calendar,
): Period {
  const start = calendar.dayStart(time, from);
  const end = calendar.dayStart(time, to);
  if (time < end) return { start, end };
  // The clock went back over midnight, so that the day before came again.
  return { start: end, end: calendar.dayStart(end, to - from) };
}
