/**
 * The summary that a recording prints on the terminal at its end.
 *
 * @module
 */

import type { SessionStop } from "../../events.ts";
import { meaningOfReason } from "../../review/explain/reasons.ts";
import {
  formatBytes,
  formatDuration,
  formatPercent,
  pluralize,
} from "../../terminal/units.ts";
import { cutEnd, cutStart } from "../../terminal/width.ts";

/**
 * Returns the summary of a session.
 *
 * @param stop Its last event.
 * @param bytes Size of its chunks.
 * @param log Path of its log.
 * @param columns Width of the terminal; no line is wider.
 */
export function endSummary(
  stop: SessionStop,
  bytes: number,
  log: string,
  columns: number,
): string[] {
  const { reason, chunks, audio, coverage, gaps, gap_total } = stop;
  const lost = gaps === 0
    ? "no gap"
    : `${pluralize(gaps, "gap")} (${formatDuration(gap_total)})`;
  const counts = [
    ...(stop.warnings === 0 ? [] : [pluralize(stop.warnings, "warning")]),
    ...(stop.errors === 0 ? [] : [pluralize(stop.errors, "error")]),
  ];
  return [
    `Ended: ${lowerFirst(meaningOfReason(reason).text)}`,
    `${pluralize(chunks, "chunk")}, ${formatDuration(audio)} of audio, ${
      formatBytes(bytes)
    }`,
    [lost, `coverage ${formatPercent(coverage)}`, ...counts].join(", "),
  ].map((line) => cutEnd(line, columns)).concat(
    `Log: ${cutStart(log, columns - 5)}`,
  );
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
