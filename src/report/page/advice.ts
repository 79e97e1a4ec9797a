/**
 * What to do about what happened, given once on a page.
 *
 * @module
 */

import { kernelLogCommand } from "../../review/explain/render/kernel_log.ts";
import type { Span } from "../../review/history.ts";
import { type Html, markup } from "../markup/html.ts";

/** Advice that the page has already. */
export type GivenAdvice = Set<string>;

/** Returns what to do about something that happened, unless the page has that already. */
export function adviceOf(
  advice: string | null,
  { start, end }: Span,
  given: GivenAdvice,
): Html | null {
  if (advice === null || given.has(advice)) return null;
  given.add(advice);
  const command = kernelLogCommand(advice, start, end);
  return markup`<p>What to do: ${advice}</p>${
    command === null
      ? null
      : markup`<p>The kernel's messages of that time: <code>${command}</code></p>`
  }`;
}
