/**
 * When sessions of a limited length begin on the clock.
 *
 * @module
 */

import type { EpochMs, Seconds } from "../../events.ts";
import type { WallMs, Zone } from "../../times/zone.ts";

const DAY_MS = 86_400_000;
/** Clocks are put forward and back by less than this. */
const CHANGE_MS = 10_800_000;

/**
 * Returns the next moment after `now` that is a multiple of a length on a
 * zone's clock. Multiples begin again at midnight; those of whole days are the
 * midnights of every second, third … day since 1970. An hour that the clock
 * shows twice has its multiples twice, and a multiple that it leaves out is
 * where it continues.
 *
 * @param length At most a day, or whole days.
 */
export function nextMultiple(
  now: EpochMs,
  length: Seconds,
  zone: Zone,
): EpochMs {
  const step = length * 1000;
  const wall = zone.wallAt(now);
  const from = wall - CHANGE_MS;
  const to = wall + step + DAY_MS;
  let next = Infinity;
  const days = Math.max(1, step / DAY_MS);
  for (let day = dayOf(from); day <= to; day += DAY_MS) {
    if (day / DAY_MS % days !== 0) continue;
    const skipped = Math.max(0, Math.floor((from - day) / step));
    for (let at = skipped * step; at < DAY_MS; at += step) {
      // Later ones can come before it only where the clock is put back.
      if (day + at > wall + step + CHANGE_MS && next < Infinity) return next;
      for (const moment of momentsOf(day + at, zone)) {
        if (moment > now) next = Math.min(next, moment);
      }
    }
  }
  return next;
}

function dayOf(wall: WallMs): WallMs {
  return Math.floor(wall / DAY_MS) * DAY_MS;
}

function momentsOf(wall: WallMs, zone: Zone): EpochMs[] {
  const moments = zone.timesOf(wall);
  // The clock is put forward over it.
  return moments.length > 0
    ? moments
    : [wall - zone.offsetAt(wall - zone.offsetAt(wall) - CHANGE_MS)];
}
