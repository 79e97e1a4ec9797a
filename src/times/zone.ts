/**
 * Local time of any time zone.
 *
 * @module
 */

import type { EpochMs } from "../events.ts";

/** A date and a time of day in some zone, as the milliseconds that UTC would have for it. */
export type WallMs = number;

/** The longest that a zone's clock is ahead of or behind UTC, and then some. */
const DAY_MS = 86_400_000;

/** A time zone: converts between moments and what its clocks show. */
export class Zone {
  /** Its name, such as `Europe/Berlin` or `UTC`. */
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;

  private constructor(name: string, format: Intl.DateTimeFormat) {
    this.name = name;
    this.#format = format;
  }

  /** UTC. */
  static readonly utc: Zone = new Zone("UTC", formatOf("UTC"));

  /** Returns the zone of a name, or `null` when there is none of that name. */
  static named(name: string): Zone | null {
    if (UTC_NAMES.test(name)) return Zone.utc;
    try {
      return new Zone(name, formatOf(name));
    } catch {
      // Intl throws a RangeError.
      return null;
    }
  }

  /** Returns the zone of this machine, or of `$TZ`. */
  static local(): Zone {
    const name = localZoneName();
    return Zone.named(name) ?? new Zone(name, formatOf(undefined));
  }

  /** Returns what its clocks show at a moment. */
  wallAt(time: EpochMs): WallMs {
    if (this === Zone.utc) return time;
    const parts = this.#format.formatToParts(time);
    const part = (name: Intl.DateTimeFormatPartTypes) =>
      Number(parts.find(({ type }) => type === name)?.value);
    const wall = Date.UTC(
      part("year"),
      part("month") - 1,
      part("day"),
      part("hour"),
      part("minute"),
      part("second"),
    );
    return wall + (time - Math.floor(time / 1000) * 1000);
  }

  /** Returns by how many milliseconds its clocks are ahead of UTC at a moment. */
  offsetAt(time: EpochMs): number {
    return this.wallAt(time) - time;
  }

  /**
   * Returns the moments at which its clocks show a time, the earliest first:
   * two in the hour that is repeated in autumn, none in the one that is left
   * out in spring.
   */
  timesOf(wall: WallMs): EpochMs[] {
    const offsets = [-DAY_MS, 0, DAY_MS].map((away) =>
      this.offsetAt(wall + away)
    );
    return [...new Set(offsets)].map((offset) => wall - offset)
      .filter((time) => this.wallAt(time) === wall)
      .sort((one, other) => one - other);
  }
}

const UTC_NAMES = /^(?:UTC|UCT|GMT|Zulu|Universal|Etc\/(?:UTC|UCT|GMT|Zulu))$/i;

/**
 * Returns the name of the zone of this machine, or of `$TZ`. One that is only a
 * rule, such as `UTC+3`, has none: its offset of today is its name then.
 */
export function localZoneName(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  // In spite of its type, it is missing for such a zone.
  if (typeof timeZone === "string") return timeZone;
  const minutes = -new Date().getTimezoneOffset();
  if (minutes === 0) return "UTC";
  const two = (number: number) => String(Math.floor(number)).padStart(2, "0");
  const length = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(length / 60)}:${two(length % 60)}`;
}

function formatOf(timeZone: string | undefined): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}
