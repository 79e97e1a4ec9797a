/**
 * Durations as a person types them.
 *
 * @module
 */

import type { Seconds } from "../events.ts";

const DAY: Seconds = 86_400;
const UNIT_SECONDS: Readonly<Record<string, number>> = {
  y: 365 * DAY,
  w: 7 * DAY,
  d: DAY,
  h: 3_600,
  m: 60,
  s: 1,
};

/**
 * Parses a duration: `90`, `90s`, `5m`, `1h30m`, `1.5h`, `30d`, `6w`, `1y` (365
 * days).
 *
 * @returns seconds, or `null` when the text is not a duration.
 */
export function parseDuration(text: string): Seconds | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const match =
    /^(?:(?<y>\d+(?:\.\d+)?)y)?(?:(?<w>\d+(?:\.\d+)?)w)?(?:(?<d>\d+(?:\.\d+)?)d)?(?:(?<h>\d+(?:\.\d+)?)h)?(?:(?<m>\d+(?:\.\d+)?)m)?(?:(?<s>\d+(?:\.\d+)?)s)?$/
      .exec(text);
  if (match === null || text === "") return null;
  let seconds = 0;
  for (const [unit, amount] of Object.entries(match.groups ?? {})) {
    if (amount !== undefined) {
      seconds += Number(amount) * (UNIT_SECONDS[unit] ?? 0);
    }
  }
  return seconds;
}

/** Formats a duration as `1h30m`, `5m`, `90s` … in its shortest exact form. */
export function formatDuration(seconds: Seconds): string {
  if (!Number.isInteger(seconds)) return `${seconds}s`;
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const text = parts.filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`).join("");
  return text === "" ? "0s" : text;
}

/** Formats an age as `1y`, `6w`, `30d`, or like a duration when it is none of them. */
export function formatAge(seconds: Seconds): string {
  for (const unit of ["y", "w", "d"]) {
    const count = seconds / (UNIT_SECONDS[unit] ?? 1);
    if (count >= 1 && Number.isInteger(count)) return `${count}${unit}`;
  }
  return formatDuration(seconds);
}
