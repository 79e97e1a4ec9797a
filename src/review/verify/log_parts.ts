/**
 * Checks whether the log of a session is complete.
 *
 * @module
 */

import { logPart } from "../../log/read/reader.ts";
import { hasTotals, type History, namesChunks } from "../history.ts";
import type { Findings } from "./verify.ts";
import { pluralize } from "../../terminal/units.ts";

/** The command that finishes the session of a recorder that died. */
export const REPAIR = "echolog repair";

/** Returns the faults of the log. */
export function logFaults(
  { history, files, backupCount, isActive, hasEnded, repair = REPAIR }: Pick<
    Findings,
    "history" | "files" | "backupCount" | "isActive" | "hasEnded" | "repair"
  >,
): string[] {
  const names = new Set(files.map(({ name }) => name));
  const oldest = files.reduce(
    (most, { name }) => Math.max(most, logPart(name) ?? 0),
    0,
  );
  const absent = Array.from(
    { length: oldest + 1 },
    (_, part) => part === 0 ? "session.log" : `session.log.${part}`,
  ).filter((name) => !names.has(name));
  const faults = absent.map((name) => `${name} is missing`);
  const own = ownFaults(history);
  const { parts, start, stop } = history;
  const first = parts[0];
  const wasRotatedAway = backupCount !== null && oldest >= backupCount;
  if (faults.length === 0 && !wasRotatedAway && start === null) {
    faults.push(
      first === undefined
        ? "the log has no beginning"
        : `the log's first ${pluralize(first - 1, "part")} ${
          first === 2 ? "is" : "are"
        } missing`,
    );
  }
  if (faults.length === 0) faults.push(...holes(parts));
  // Without a log, a session that has ended cannot be completed.
  const isLost = absent.length > 0 && hasEnded === true;
  if (stop === null && !isActive && !isLost) {
    faults.push(`the log has no end; ${repair} completes it`);
  }
  if (faults.length === 0 && start !== null && stop !== null) {
    const lines = history.chunks.length;
    if (hasTotals(stop) && lines !== stop.chunks && namesChunks(history)) {
      faults.push(
        `the log names ${
          pluralize(lines, "chunk")
        }, but its last line counts ${stop.chunks}`,
      );
    }
    if (stop.log_lines_dropped > 0) {
      faults.push(
        `${
          pluralize(stop.log_lines_dropped, "line")
        } of the log could not be written`,
      );
    }
  }
  return [...own, ...faults];
}

/** Returns what is wrong with the lines themselves. */
function ownFaults({ faults }: History): string[] {
  const { otherSessions, isRepeated, odd, unreadable, lost } = faults;
  return [
    ...(otherSessions.length === 0
      ? []
      : [`the log also has lines of ${otherSessions.join(" and ")}`]),
    ...(isRepeated ? ["the session begins more than once in the log"] : []),
    ...odd.map((text) => `the log is odd: ${text}`),
    // Other lines are notes of a person or of a mail program.
    ...(unreadable === 0 || lost === 0
      ? []
      : [`${pluralize(unreadable, "line")} of the log cannot be read`]),
  ];
}

function holes(parts: readonly number[]): string[] {
  return parts.flatMap((part, index) => {
    const before = parts[index - 1];
    if (before === undefined || part <= before + 1) return [];
    return [
      `the log lacks ${
        pluralize(part - before - 1, "part")
      } between part ${before} and part ${part}`,
    ];
  });
}
