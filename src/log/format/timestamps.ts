/**
 * Formats the times of the session log.
 *
 * @module
 */

import type { EpochMs } from "../../events.ts";

/**
 * Returns the leading time of a line, in whole seconds.
 *
 * @param time The time.
 * @param utc True for UTC, false for local time with its offset.
 * @returns `2025-09-22T10:00:00Z` or `2025-09-22T12:00:00+02:00`.
 */
export function lineTime(time: EpochMs, utc: boolean): string {
  if (utc) return `${secondsOf(time)}Z`;
  const offset = -new Date(time).getTimezoneOffset();
  const size = Math.abs(offset);
  const hours = String(Math.floor(size / 60)).padStart(2, "0");
  const minutes = String(Math.floor(size % 60)).padStart(2, "0");
  const sign = offset < 0 ? "-" : "+";
  return `${secondsOf(time + offset * 60_000)}${sign}${hours}:${minutes}`;
}

/**
 * Returns a time for a field: ISO 8601 in UTC with milliseconds.
 *
 * @param time The time.
 * @returns `2025-09-22T10:00:00.000Z`.
 */
export function isoMilliseconds(time: EpochMs): string {
  const whole = Math.floor(time);
  const rest = whole - Math.floor(whole / 1000) * 1000;
  return `${secondsOf(whole)}.${THREE[rest]}Z`;
}

// Nearly all times are of the same day, and formatting a date costs more than
// the rest of a line.
let day = NaN;
let date = "";
// Most lines have the same second as the previous line.
let second = NaN;
let text = "";

function secondsOf(time: EpochMs): string {
  const seconds = Math.floor(time / 1000);
  if (seconds === second) return text;
  const today = Math.floor(seconds / DAY);
  if (today !== day) {
    date = new Date(today * DAY * 1000).toISOString().slice(0, -13);
    day = today;
  }
  const past = seconds - today * DAY;
  const hours = Math.floor(past / 3600);
  const minutes = Math.floor(past / 60) % 60;
  second = seconds;
  text = `${date}${TWO[hours]}:${TWO[minutes]}:${TWO[past % 60]}`;
  return text;
}

const DAY = 86_400;
const TWO = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"));
const THREE = Array.from(
  { length: 1000 },
  (_, n) => String(n).padStart(3, "0"),
);
