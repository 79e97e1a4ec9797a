/**
 * Renders what a log covers, and what is wrong with it.
 *
 * @module
 */

import type { Explanation } from "../explanation.ts";
import { pluralize } from "../../../terminal/units.ts";

/** Returns sentences about the log itself. */
export function logLines(report: Explanation): string[] {
  const { faults, sessionId, quietLevel, knownSince } = report;
  const others = faults.otherSessions;
  return [
    ...(others.length === 0 || faults.isMixed ? [] : [
      `The log also has lines of ${
        others.join(" and ")
      }: this is about ${sessionId}, whose lines come last.`,
    ]),
    ...(faults.isRepeated && !faults.isMixed
      ? [
        "The session begins more than once in the log: this is about the last time.",
      ]
      : []),
    ...faults.odd.map((text) => `The log is odd: ${text}.`),
    ...(knownSince === null || faults.isMixed ? [] : [
      `${beginning(report)}: before ${
        report.times.dateTime(knownSince)
      } nothing is known.`,
    ]),
    ...holes(report.parts),
    ...(quietLevel === null || faults.isMixed ? [] : [
      `The log was kept at level ${quietLevel}: it names ${named(report)}.`,
    ]),
    ...(faults.unreadable === 0 ? [] : [
      `${pluralize(faults.unreadable, "line")} of the log cannot be read: ${
        faults.unreadable === 1 ? "it is" : "they are"
      } damaged, or not from echolog.`,
    ]),
    ...(faults.unknownEvents.length === 0 ? [] : [
      `The log is of another version: this one does not know ${
        faults.unknownEvents.slice(0, MAX_NAMES).join(", ")
      }.`,
    ]),
  ];
}

/** Maximum number of names of events. */
const MAX_NAMES = 5;

/** Returns what is missing at the beginning. */
function beginning({ parts }: Explanation): string {
  const [first] = parts;
  if (first === undefined || first < 2) {
    return "The log does not have the beginning of the session";
  }
  return first === 2
    ? "The log's first part is missing"
    : `The log's first ${first - 1} parts are missing`;
}

/** Returns which parts between others are missing. */
function holes(parts: readonly number[]): string[] {
  return parts.flatMap((part, index) => {
    const before = parts[index - 1];
    if (before === undefined || part <= before + 1) return [];
    const count = part - before - 1;
    return [
      count === 1
        ? `Part ${part - 1} of the log is missing: what it reported is unknown.`
        : `Parts ${before + 1} to ${
          part - 1
        } of the log are missing: what they reported is unknown.`,
    ];
  });
}

/** Returns what a log above level info names. */
function named({ quietLevel, namedChunks }: Explanation): string {
  const chunks = namedChunks === 0
    ? null
    : "only the chunks that echolog repair added";
  if (quietLevel !== "error") return chunks ?? "no chunks";
  return chunks === null ? "neither chunks nor gaps" : `${chunks}, and no gaps`;
}
