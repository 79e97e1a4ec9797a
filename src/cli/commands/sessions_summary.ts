/**
 * `echolog sessions --summary`: what the sessions add up to.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { pooledMap } from "@std/async/pool";
import { print, printJson } from "../../terminal/output.ts";
import { readLogBlocks } from "../../log/read/reader.ts";
import { inWords } from "../../review/explain/glossary.ts";
import { readHistory } from "../../review/history_reader.ts";
import type { History } from "../../review/history.ts";
import {
  measure,
  type Measured,
  type Measures,
} from "../../review/measures.ts";
import type { KnownSession } from "../../sessions/catalog.ts";
import { readChunkIndex } from "../../sessions/chunks/chunk_index.ts";
import { LOG_FILE } from "../../sessions/folder.ts";
import { summarize } from "../../sessions/list_entry.ts";
import { round } from "../../sessions/totals.ts";
import {
  formatBytes,
  formatDuration,
  formatPercent,
  pluralize,
} from "../../terminal/units.ts";

/** Number of logs read at a time. */
const AT_ONCE = 4;

/** Prints the measures of sessions, as text or as JSON. */
export async function printMeasures(
  sessions: readonly KnownSession[],
  isJson: boolean,
): Promise<void> {
  const measures = measure(
    await Array.fromAsync(pooledMap(AT_ONCE, sessions, measured)),
  );
  if (isJson) printJson(asJson(measures));
  else print(renderMeasures(measures));
}

async function measured(session: KnownSession): Promise<Measured> {
  const { audio, bytes } = await summarize(session);
  return {
    history: await historyOf(session),
    isActive: session.liveness === "alive",
    logBytes: logBytesOf(session.log),
    audio: audio ?? 0,
    bytes: bytes ?? 0,
  };
}

async function historyOf(session: KnownSession): Promise<History | null> {
  try {
    return await readHistory(
      readLogBlocks(session.log),
      readChunkIndex(session.folder),
    );
  } catch {
    // Its log is missing or cannot be read, which is one of the measures.
    return null;
  }
}

function logBytesOf(log: string): number {
  const folder = dirname(log);
  try {
    return [...Deno.readDirSync(folder)]
      .filter(({ name }) => name.startsWith(LOG_FILE))
      .reduce(
        (sum, { name }) => sum + Deno.lstatSync(join(folder, name)).size,
        0,
      );
  } catch {
    // The folder is gone.
    return 0;
  }
}

/** Returns measures in words. */
export function renderMeasures(measures: Measures): string {
  const { sessions, complete, audio, logBytesPerHour, coverage } = measures;
  const { bytes, causes, failures, explained } = measures;
  const lines: readonly (readonly [string, string])[] = [
    ["sessions", String(sessions)],
    [
      "complete logs",
      share(complete, sessions) + ` (${complete} of ${sessions})`,
    ],
    ["audio", `${formatDuration(audio)}, ${formatBytes(bytes)}`],
    ["coverage", coverage === null ? "–" : formatPercent(coverage)],
    [
      "log per recorded hour",
      logBytesPerHour === null ? "–" : formatBytes(logBytesPerHour),
    ],
    [
      "failures with a known cause",
      failures === 0
        ? "no failure"
        : `${share(explained, failures)} (${explained} of ${failures})`,
    ],
    ...causes.map(({ cause, gaps, length }) =>
      [
        `gaps: ${inWords(cause)}`,
        `${pluralize(gaps, "gap")}, ${formatDuration(length)}`,
      ] as const
    ),
  ];
  const width = Math.max(...lines.map(([name]) => name.length)) + 2;
  return lines.map(([name, value]) => name.padEnd(width) + value).join("\n");
}

function share(part: number, whole: number): string {
  return whole === 0 ? "–" : formatPercent(100 * part / whole);
}

function asJson(measures: Measures): Record<string, unknown> {
  const { sessions, complete, audio, bytes, coverage } = measures;
  const { logBytesPerHour, causes, failures, explained } = measures;
  return {
    sessions,
    complete_logs: complete,
    audio: round(audio, 3),
    bytes,
    coverage: coverage === null ? null : round(coverage, 2),
    log_bytes_per_hour: logBytesPerHour === null
      ? null
      : Math.round(logBytesPerHour),
    failures,
    explained_failures: explained,
    cause_list: causes.map(({ cause, gaps, length }) => ({
      cause,
      gaps,
      gap_total: round(length, 3),
    })),
  };
}
