/**
 * Times as a person types them.
 *
 * @module
 */

import { EchologError } from "../errors.ts";
import type { EpochMs } from "../events.ts";
import { parseDuration } from "./duration.ts";
import { type WallMs, Zone } from "./zone.ts";

const DAY_MS = 86_400_000;
/** How long after the end of a recording a range over midnight may end. */
const OVERNIGHT_MS = 6 * 3_600_000;

/** The forms of a time to come, for messages. */
export const TIME_FORMS =
  "a time such as 06:00, tomorrow 06:00, 2026-01-31T06:00 or 2026-01-31T06:00Z";

/** The forms of a time in the past, for messages. */
export const PAST_FORMS =
  "a time such as 14:05:30, yesterday 14:05, 2026-01-31T14:05:30, 2026-01-31T14:05Z, or 90m (ago)";

/** A span of time. */
export interface Extent {
  /** When it begins. */
  readonly start: EpochMs;
  /** When it ends. */
  readonly end: EpochMs;
}

/** What decides which moment a typed time means. */
export interface TypedContext {
  /** The option it was given to, such as `--from`. */
  readonly option: string;
  /** The current time. */
  readonly now: EpochMs;
  /** The zone of times without one. */
  readonly zone: Zone;
  /**
   * Whether the time begins or ends a range. A time that the clocks show twice
   * means the wider range.
   */
  readonly bound: "from" | "to";
  /** The session that a time of day lies in, if there is one. */
  readonly within?: Extent;
  /** The beginning of the range, after which a time of day lies. */
  readonly after?: EpochMs;
  /**
   * When the recording ended, or now: a time of day long after that is not one
   * of the next day.
   */
  readonly latest?: EpochMs;
}

/**
 * Returns the moment that a typed time means. It is local unless it ends in `Z`
 * or an offset. A time of day alone is the last one inside the session, without
 * a session today's; with the beginning of the range, the first after that.
 *
 * @throws {EchologError} `usage`, when the text is no time, or the clocks never
 * showed it.
 */
export function momentOf(text: string, context: TypedContext): EpochMs {
  // A time of day alone may be one in UTC.
  if (UTC_CLOCK.test(text)) {
    return momentOf(text.slice(0, -1), { ...context, zone: Zone.utc });
  }
  const { option, now, zone, bound } = context;
  const typed = readTime(text);
  if (typed === null) {
    throw new EchologError("usage", `Cannot use ${option} ${text}`, {
      hint: `expected ${PAST_FORMS}`,
    });
  }
  if (typed.kind === "moment") return typed.moment;
  if (typed.kind === "ago") return now - typed.milliseconds;
  if (typed.day === null && context.after !== undefined) {
    assertShown(text, typed.clock, context);
  }
  const found = typed.day === null
    ? ofDay(typed.clock, context)
    : zone.timesOf(dayOf(typed.day, now, zone) + typed.clock);
  const moment = bound === "from" ? found[0] : found.at(-1);
  if (moment !== undefined) return moment;
  throw leftOut(text, option, zone);
}

/**
 * Returns the next moment that a typed time means: local, unless it ends in `Z`
 * or an offset. A time of day alone is the next one. A time that the clocks
 * leave out in spring is as long after the change as it would be.
 *
 * @returns `null` when the text is no time.
 */
export function nextTime(
  text: string,
  now: EpochMs,
  zone: Zone,
): EpochMs | null {
  const typed = readTime(text);
  if (typed === null || typed.kind === "ago") return null;
  if (typed.kind === "moment") return typed.moment;
  if (typed.day === "yesterday") return null;
  const today = dayOf("today", now, zone);
  const days = typed.day === null
    ? [today, today + DAY_MS]
    : [dayOf(typed.day, now, zone)];
  const moments = days.flatMap((day) => {
    const wall = day + typed.clock;
    const times = zone.timesOf(wall);
    return times.length > 0 ? times : [wall - zone.offsetAt(wall - DAY_MS)];
  });
  return typed.day === null
    ? moments.find((moment) => moment > now) ?? null
    : moments[0] ?? null;
}

/** Days by their names, or the date of one. */
type Day = "today" | "yesterday" | "tomorrow" | WallMs;

/** A text as a time. */
type Typed =
  | { readonly kind: "moment"; readonly moment: EpochMs }
  | { readonly kind: "ago"; readonly milliseconds: number }
  | {
    readonly kind: "local";
    /** `null` for a time of day alone. */
    readonly day: Day | null;
    /** Milliseconds since midnight by the clock. */
    readonly clock: number;
  };

const CLOCK = String.raw`(\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?`;
const UTC_CLOCK = new RegExp(`^(?:(?:today|yesterday|tomorrow) )?${CLOCK}Z$`);
const CLOCK_FORM = new RegExp(
  `^(?:(today|yesterday|tomorrow)(?: |$))?(?:${CLOCK})?$`,
);
const DATED = new RegExp(
  String.raw`^(\d{4}-\d\d-\d\d)(?:[T ]${CLOCK}(Z|[+-]\d\d:?\d\d)?)?$`,
);

function readTime(text: string): Typed | null {
  if (text === "now") return { kind: "ago", milliseconds: 0 };
  const ago = parseDuration(text.replace(/ ago$/, ""));
  if (ago !== null) return { kind: "ago", milliseconds: ago * 1000 };
  const onDay = CLOCK_FORM.exec(text);
  if (onDay !== null && text !== "") {
    const [, name, hour, ...rest] = onDay;
    const clock = clockOf(hour === undefined ? ["0", "0"] : [hour, ...rest]);
    const day = name === "today" || name === "yesterday" || name === "tomorrow"
      ? name
      : null;
    return clock === null ? null : { kind: "local", day, clock };
  }
  const dated = DATED.exec(text);
  if (dated === null) return null;
  const [, date = "", hour, minute, second, fraction, offset] = dated;
  const day = Date.parse(`${date}T00:00Z`);
  const clock = clockOf([hour ?? "0", minute ?? "0", second, fraction]);
  // 30 February is not 2 March.
  const isDay = new Date(day).toJSON()?.startsWith(date) === true;
  if (!isDay || clock === null) return null;
  if (offset === undefined) return { kind: "local", day, clock };
  const ahead = offsetOf(offset);
  return ahead === null
    ? null
    : { kind: "moment", moment: day + clock - ahead };
}

/** Returns the milliseconds since midnight, or `null` when there is no such time. */
function clockOf(
  [hour, minute, second, fraction]: readonly (string | undefined)[],
): number | null {
  const [h, m, s] = [Number(hour), Number(minute), Number(second ?? 0)];
  if (h > 23 || m > 59 || s > 59) return null;
  return ((h * 60 + m) * 60 + s) * 1000 +
    Number((fraction ?? "").padEnd(3, "0"));
}

/** Returns the milliseconds that an offset is ahead of UTC, or `null` when it is none. */
function offsetOf(text: string): number | null {
  if (text === "Z") return 0;
  const [, sign, hours = "", minutes = ""] =
    /^([+-])(\d\d):?(\d\d)$/.exec(text) ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === "-" ? -ahead : ahead;
}

function dayOf(day: Day, now: EpochMs, zone: Zone): WallMs {
  if (typeof day === "number") return day;
  const away = day === "today" ? 0 : day === "yesterday" ? -1 : 1;
  return midnight(zone.wallAt(now)) + away * DAY_MS;
}

function midnight(wall: WallMs): WallMs {
  return Math.floor(wall / DAY_MS) * DAY_MS;
}

/**
 * Returns the moments that a time of day alone means, the first first: one, or
 * both when the clocks show it twice.
 */
function ofDay(clock: number, context: TypedContext): EpochMs[] {
  const { now, zone, within, after, latest } = context;
  const on = (day: WallMs) => zone.timesOf(day + clock);
  const dayAt = (time: EpochMs) => midnight(zone.wallAt(time));
  if (after !== undefined) {
    const day = dayAt(after);
    const same = on(day).filter((at) => at > after);
    if (same.length > 0) return twins(same[0], same, zone);
    // Over midnight; long after what was recorded, it is a slip.
    const limit = (latest ?? now) + OVERNIGHT_MS;
    const next = on(day + DAY_MS).filter((at) => at <= limit);
    return twins(next[0] ?? on(day).at(-1), [...on(day), ...next], zone);
  }
  const { start, end } = within ?? { start: now, end: now };
  const times: EpochMs[] = [];
  for (let day = dayAt(start); day <= dayAt(end); day += DAY_MS) {
    times.push(...on(day));
  }
  const inside = times.filter((at) => at >= start && at <= end);
  if (inside.length > 0) return twins(inside.at(-1), inside, zone);
  const away = (at: EpochMs) => Math.max(start - at, at - end);
  const [near] = times.toSorted((one, other) => away(one) - away(other));
  return twins(near, times, zone);
}

/**
 * Checks that the clocks show a time of day on the day of the beginning.
 *
 * @throws {EchologError} `usage`, when they were set forward over it.
 */
function assertShown(
  text: string,
  clock: number,
  { option, zone, after = 0 }: TypedContext,
): void {
  if (zone.timesOf(midnight(zone.wallAt(after)) + clock).length > 0) return;
  throw leftOut(text, option, zone);
}

function leftOut(text: string, option: string, zone: Zone): EchologError {
  return new EchologError("usage", `Cannot use ${option} ${text}`, {
    hint:
      `the clocks of ${zone.name} were set forward over that time; give one before or after it`,
  });
}

/** Returns those of `times` at which the clocks show the same as at one of them. */
function twins(
  one: EpochMs | undefined,
  times: readonly EpochMs[],
  zone: Zone,
): EpochMs[] {
  if (one === undefined) return [];
  const wall = zone.wallAt(one);
  return times.filter((at) => zone.wallAt(at) === wall);
}
