/**
 * Times as a person reads them.
 *
 * @module
 */

import type { EpochMs } from "../events.ts";
import { Zone } from "./zone.ts";

/** Formats times in one zone, which the text around them names. */
export class TimeFormat {
  /** The zone. */
  readonly zone: Zone;

  /** Shows times of a zone. */
  constructor(zone: Zone) {
    this.zone = zone;
  }

  /** Shows UTC. */
  static readonly utc: TimeFormat = new TimeFormat(Zone.utc);

  /** Name of the zone: `UTC`, `Europe/Berlin`. */
  get zoneName(): string {
    return this.zone.name;
  }

  /**
   * Formats a moment: `2025-09-22 10:00:00`. In the hour that is repeated in
   * autumn its offset from UTC follows: `2025-10-26 02:30:00+01:00`.
   */
  dateTime(time: EpochMs): string {
    return `${this.#text(time, 0)}${this.#offset(time)}`;
  }

  /** Formats a moment without its day: `10:00:00`. */
  time(time: EpochMs): string {
    return `${this.#text(time, 11)}${this.#offset(time)}`;
  }

  /** Whether two moments have the same date. */
  isSameDay(one: EpochMs, other: EpochMs): boolean {
    return this.#text(one, 0).slice(0, 10) ===
      this.#text(other, 0).slice(0, 10);
  }

  /** Formats the second of two moments, without its day if that is the same. */
  after(one: EpochMs, other: EpochMs): string {
    return this.isSameDay(one, other) ? this.time(other) : this.dateTime(other);
  }

  #text(time: EpochMs, from: number): string {
    const wall = new Date(this.zone.wallAt(time));
    return wall.toISOString().slice(from, 19).replace("T", " ");
  }

  #offset(time: EpochMs): string {
    const { zone } = this;
    if (zone === Zone.utc) return "";
    const isTwice = zone.timesOf(zone.wallAt(time)).length > 1;
    return isTwice ? offsetText(zone.offsetAt(time)) : "";
  }
}

/** Formats an offset from UTC: `+01:00`, `-03:30`. */
export function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${
    two(minutes % 60)
  }`;
}
