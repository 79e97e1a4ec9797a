/**
 * The times at an axis: at round local times, and the borders of days.
 *
 * @module
 */

import type { EpochMs } from "../../events.ts";
import type { Span } from "../../review/history.ts";
import type { TimeFormat } from "../../times/shown.ts";
import type { Zone } from "../../times/zone.ts";

/** A time at the axis. */
export interface Tick {
  readonly time: EpochMs;
  readonly label: string;
  /** Whether a day begins. */
  readonly isDay: boolean;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Distances between ticks. */
export const STEPS: readonly number[] = [
  ...[100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 3, 7, 14, 28, 91, 182, 364].map((count) => count * DAY),
];

/** Returns about as many ticks as wanted, and one at each border of days. */
export function ticksOf(
  { start, end }: Span,
  times: TimeFormat,
  wanted: number,
): Tick[] {
  const step = STEPS.find((step) => (end - start) / step <= wanted) ??
    STEPS.at(-1) ?? DAY;
  const { zone } = times;
  const ticks: Tick[] = [];
  const first = Math.ceil(zone.wallAt(start) / step) * step;
  for (
    let wall = first, count = 0;
    count <= 2 * wanted;
    wall += step, count++
  ) {
    const isDay = wall % DAY === 0;
    const before = ticks.length;
    for (const time of momentsOf(zone, wall)) {
      if (time < start || time > end) continue;
      const label = isDay
        ? times.dateTime(time).slice(0, 10)
        : step < SECOND
        ? `${times.time(time)}.${String(wall % SECOND / 100)}`
        : step < MINUTE
        ? times.time(time)
        : times.time(time).replace(/:\d\d(?=$|[+-])/, "");
      ticks.push({ time, label, isDay });
    }
    const last = zone.timesOf(wall).at(-1) ?? wall;
    if (ticks.length === before && last > end + DAY) break;
  }
  return ticks;
}

/** Midnights that are drawn one by one; of more, ticks show some. */
const MAX_DAYS = 70;

/** Returns when the days of a session begin, without its first. */
export function daysOf({ start, end }: Span, zone: Zone): EpochMs[] {
  if (end - start > MAX_DAYS * DAY) return [];
  const days: EpochMs[] = [];
  for (
    let wall = Math.ceil(zone.wallAt(start) / DAY) * DAY;
    days.length <= MAX_DAYS;
    wall += DAY
  ) {
    const [time] = momentsOf(zone, wall);
    if (time === undefined || time > end) break;
    if (time > start) days.push(time);
  }
  return days;
}

/** Returns when clocks show a time; where midnight is left out, the moment after it. */
function momentsOf(zone: Zone, wall: number): EpochMs[] {
  const times = zone.timesOf(wall);
  if (times.length > 0) return times;
  const [later] = zone.timesOf(wall + HOUR);
  return wall % DAY === 0 && later !== undefined ? [later] : [];
}

/** From when on the clocks of a zone differ from UTC, and by how much. */
export type Offset = readonly [from: EpochMs, milliseconds: number];

/** Returns the offsets of a zone during a session. */
export function offsetsOf({ start, end }: Span, zone: Zone): Offset[] {
  const offsets: Offset[] = [[start, zone.offsetAt(start)]];
  // A year has two changes; a session of years is looked at less closely.
  const step = Math.max(6 * HOUR, (end - start) / 2_000);
  for (let at = start; at < end;) {
    const next = Math.min(end, at + step);
    const offset = zone.offsetAt(next);
    if (offset !== zone.offsetAt(at)) {
      offsets.push([changeIn(zone, at, next), offset]);
    }
    at = next;
  }
  return offsets;
}

/** Returns the second in which an offset changes. */
function changeIn(zone: Zone, from: EpochMs, to: EpochMs): EpochMs {
  const before = zone.offsetAt(from);
  let [low, high] = [from, to];
  while (high - low > SECOND) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return Math.floor(high / SECOND) * SECOND;
}
