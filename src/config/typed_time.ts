/**
 * Times that a person types.
 *
 * @module
 */

import type { EpochMs } from "../events.ts";

/** The forms of a time, for messages. */
export const TIME_FORMS =
  "a time such as 06:00, tomorrow 06:00, 2026-01-31T06:00 or 2026-01-31T06:00Z";

const CLOCK = /^(?:(today|tomorrow) )?(\d\d?):(\d\d)(?::(\d\d))?$/;
const DATE =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?(?:\.\d{1,3})?)(Z|[+-]\d\d:?\d\d)?$/;

/**
 * Returns the next moment that a typed time means: local, unless it ends in `Z`
 * or an offset. A time of day alone is the next one.
 *
 * @returns `null` when the text is no time.
 */
export function nextTime(text: string, now: EpochMs): EpochMs | null {
  const date = DATE.exec(text);
  if (date !== null) return dateTime(date);
  const clock = CLOCK.exec(text);
  if (clock === null) return null;
  const [, day, ...numbers] = clock;
  const [hour = 0, minute = 0, second = 0] = numbers.map((digits) =>
    Number(digits ?? 0)
  );
  if (hour > 23 || minute > 59 || second > 59) return null;
  const today = new Date(now);
  const on = (days: number) =>
    new Date(
      today.getFullYear(),
      today.getMonth(),
      today.getDate() + days,
      hour,
      minute,
      second,
    ).getTime();
  if (day !== undefined) return on(day === "today" ? 0 : 1);
  return on(0) > now ? on(0) : on(1);
}

function dateTime([, day, clock, offset]: RegExpExecArray): EpochMs | null {
  // Without an offset this is local time.
  const zone = offset?.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2") ?? "";
  const time = Date.parse(`${day}T${clock}${zone}`);
  // 30 February is not 2 March.
  const isDay = new Date(`${day}T00:00Z`).toJSON()?.startsWith(day ?? "");
  return Number.isNaN(time) || isDay !== true ? null : time;
}
