/**
 * How long to wait before a new run.
 *
 * @module
 */

import type { Seconds } from "../events.ts";

/** Share of a wait that chance may take away, so that many recorders do not knock at the same time. */
const JITTER = 0.2;

/**
 * The wait before an attempt: none before the first, then 1, 2, 4 … seconds,
 * at most `longest`, each shortened by up to a fifth.
 *
 * @param attempt number of the attempt since audio was last healthy, from 1.
 * @param longest the longest wait.
 * @param chance a number from 0 to 1.
 */
export function backoffDelay(
  attempt: number,
  longest: Seconds,
  chance: number,
): Seconds {
  if (attempt <= 1) return 0;
  const full = Math.min(longest, 2 ** Math.min(attempt - 2, 30));
  return full * (1 - JITTER * chance);
}
