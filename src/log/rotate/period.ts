/**
 * When the time of a log file is over. Nothing here reads a clock: times are
 * passed in. Rotation by size needs no policy: see `log_file.ts`.
 *
 * @module
 */

import type { EpochMs } from "../../events.ts";
import type { TimeWhen } from "../format/period_names.ts";

/** When the log is rotated. */
export type RotationMode = "size" | "time" | "off";

/** A stretch of time; the end belongs to the next one. */
export interface Period {
  /** First moment of the period. */
  readonly start: EpochMs;
  /** First moment after the period. */
  readonly end: EpochMs;
}

/** Says which day of which calendar a moment belongs to. */
export interface Calendar {
  /** First moment of the day that lies some days from the one of a time. */
  dayStart(time: EpochMs, days: number): EpochMs;
  /** Day of the week: 0 for Monday to 6 for Sunday. */
  weekday(time: EpochMs): number;
}

/**
 * The period that a time belongs to. Seconds, minutes and hours are counted
 * from the epoch; days and weeks follow the calendar, across changes to and
 * from daylight saving time.
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
 * @param calendar The calendar that days and weeks follow.
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

/** What to do before a line is written. */
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
   * Begins without a period: the first time that is seen decides.
   *
   * @param when Length of the periods.
   * @param calendar The calendar that days and weeks follow.
   */
  constructor(when: TimeWhen, calendar: Calendar) {
    this.#when = when;
    this.#calendar = calendar;
  }

  /** Takes over the period of a file, given a time inside it. */
  reset(time: EpochMs): void {
    this.#period = periodOf(time, this.#when, this.#calendar);
  }

  /**
   * Tells whether a line belongs into the file that is open. One whose time is
   * up to one period before it does: lines a little out of order must not make
   * many files.
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
   * Decides by a line's own time, and moves on to the line's period.
   *
   * @param time Time of the line that is to be written.
   */
  selectPeriod(time: EpochMs): Turn {
    if (this.covers(time)) return "stay";
    const period = this.#period;
    this.reset(time);
    if (period === null) return "stay";
    return time >= period.end ? "rotate" : "clock_back";
  }
}

/** Days as UTC has them. */
export const utcCalendar: Calendar = {
  dayStart: (time, days) => (Math.floor(time / DAY) + days) * DAY,
  // The epoch was a Thursday.
  weekday: (time) => (((Math.floor(time / DAY) + 3) % 7) + 7) % 7,
};

/** Days as the process's time zone has them. */
export const localCalendar: Calendar = {
  // Where midnight is skipped, `Date` takes the first moment after it; where
  // there are two, the earlier one.
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
  return {
    start: calendar.dayStart(time, from),
    end: calendar.dayStart(time, to),
  };
}
