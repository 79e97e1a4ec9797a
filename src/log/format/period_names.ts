/**
 * Names of the periods after which a log is rotated.
 *
 * @module
 */

/** Periods after which a log can be rotated; `W0` is Monday. */
export const TIME_WHEN = [
  "S",
  "M",
  "H",
  "D",
  "midnight",
  "W0",
  "W1",
  "W2",
  "W3",
  "W4",
  "W5",
  "W6",
] as const;

/** Length of a period: second, minute, hour, day, or the week that begins on a given day. */
export type TimeWhen = typeof TIME_WHEN[number];
