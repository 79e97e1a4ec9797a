/**
 * Formats durations and sizes for people.
 *
 * @module
 */

import { format } from "@std/fmt/bytes";
import type { Seconds } from "../events.ts";

/**
 * Formats a duration with its two largest units: `78 ms`, `3.2 s`,
 * `5 min 20 s`, `2 h 5 min`, `3 d 4 h`.
 */
export function formatDuration(length: Seconds): string {
  if (length === 0) return "0 s";
  if (length < 0.9995) return `${Math.round(length * 1000)} ms`;
  if (length < 59.95) return `${Number(length.toFixed(1))} s`;
  const whole = Math.round(length);
  if (whole < 3600) return two(whole, 60, "min", 1, "s");
  // Whole minutes are enough for hours, whole hours for days.
  const minutes = Math.round(length / 60);
  if (minutes < 1440) return two(minutes, 60, "h", 1, "min");
  return two(Math.round(minutes / 60), 24, "d", 1, "h");
}

function two(
  amount: number,
  large: number,
  largeUnit: string,
  small: number,
  smallUnit: string,
): string {
  const rest = Math.floor((amount % large) / small);
  const first = `${Math.floor(amount / large)} ${largeUnit}`;
  return rest === 0 ? first : `${first} ${rest} ${smallUnit}`;
}

/** Formats a size: `62.9 kB`, `1.34 GB`. */
export function formatBytes(bytes: number): string {
  return format(Math.max(0, bytes));
}

/**
 * Formats a share in per cent: `99.98 %`. Less than 100 % is never rounded to
 * 100 %. An unknown share is a dash.
 */
export function formatPercent(percent: number | null): string {
  if (percent === null) return "–";
  const shown = percent < 100 ? Math.min(percent, 99.99) : 100;
  return `${Number(shown.toFixed(2))} %`;
}

/** Formats a number of things: `1 gap`, `2 gaps`. */
export function pluralize(
  number: number,
  one: string,
  many = `${one}s`,
): string {
  return `${number} ${number === 1 ? one : many}`;
}
