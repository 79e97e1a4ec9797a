/**
 * Short texts of a page that more than one part of it shows.
 *
 * @module
 */

import type { EpochMs } from "../../events.ts";
import { formatDuration } from "../../terminal/units.ts";
import type { TimeFormat } from "../../times/shown.ts";
import type { ExcerptLine } from "../data/log_excerpt.ts";
import type { PageData } from "../data/page.ts";

/** Returns the id of a gap's row. */
export function gapId(index: number): string {
  return `gap-${index + 1}`;
}

/** Returns the id of a line of the log. */
export function lineId(number: number): string {
  return `line-${number}`;
}

/** Returns a moment with tenths of a second: `2025-09-22 10:00:00.3`. */
export function exactTime(time: EpochMs, times: TimeFormat): string {
  const tenths = Math.floor(time / 100) % 10;
  return times.dateTime(time).replace(
    /(:\d\d)(?=$|[+-]\d\d:\d\d$)/,
    `$1.${tenths < 0 ? tenths + 10 : tenths}`,
  );
}

/** Formats a level: `−12.3 dBFS`. */
export function formatLevel(power: number): string {
  if (!(power > 0)) return "digital silence";
  const level = 10 * Math.log10(power);
  return `${level.toFixed(1).replace("-", "−")} dBFS`;
}

/** Returns what was found, in words. */
export function markLabel(
  { marks, explanation: { times } }: PageData,
  index: number,
): string {
  const found = marks[index];
  if (found === undefined) return "";
  const { kind, time, length, power } = found.mark;
  const when = exactTime(time, times);
  return kind === "click"
    ? `${when} click, peak ${formatLevel(power)}`
    : `${when} dropout of ${formatDuration(length)}, level around it ${
      formatLevel(power)
    }`;
}

/** Returns a warning or an error of the log, in words. */
export function warningLabel(
  { time, level, code }: ExcerptLine,
  times: TimeFormat,
): string {
  const when = time === null ? "" : `${times.dateTime(time)} `;
  return `${when}${level === "ERROR" ? "error" : "warning"} ${code ?? ""}`;
}
