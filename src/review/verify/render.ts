/**
 * Renders a verification as text and as JSON.
 *
 * @module
 */

import { oneLine } from "../../errors.ts";
import type { Seconds } from "../../events.ts";
import { isoMilliseconds } from "../../log/format/timestamps.ts";
import { round } from "../../sessions/totals.ts";
import {
  formatBytes,
  formatDuration,
  pluralize,
} from "../../terminal/units.ts";
import { PLAIN, type Style } from "../../terminal/style.ts";
import { type Column, renderTable } from "../../terminal/table.ts";
import { wrap } from "../../terminal/width.ts";
import { type CheckedChunk, lacksAll, type VerifyReport } from "./verify.ts";

/** Maximum number of chunks listed when they have no faults. */
const MAX_ROWS = 40;

/** Returns the report as lines no wider than the columns. */
export function renderVerification(
  report: VerifyReport,
  columns: number,
  style: Style = PLAIN,
): string[] {
  const { faults, notes } = report;
  // One of the faults reports them all.
  const chunks = lacksAll(report.chunks) ? [] : report.chunks;
  const bad = chunks.filter((chunk) => chunk.faults.length > 0);
  const shown = chunks.length > MAX_ROWS ? bad : chunks;
  const text = (line: string, indent = "") =>
    wrap(oneLine(line), columns, indent);
  const lines = [
    ...(shown.length === 0 ? [] : table(shown, columns, style)),
    ...(shown.length < chunks.length
      ? text(
        `The other chunks match the log: ${chunks.length - shown.length}.`,
      )
      : []),
    ...(bad.length === 0 ? [] : [""]),
    ...bad.flatMap(({ file, faults }) =>
      faults.flatMap((fault) => text(`${file}: ${fault}`, "    "))
    ),
    ...(faults.length === 0 ? [] : [""]),
    ...faults.flatMap((fault) => text(capital(fault), "    ")),
    ...(notes.length === 0 ? [] : [""]),
    ...notes.flatMap((note) => text(`${note}.`)),
    "",
    ...text(verdict(report)).map(report.ok ? style.green : style.red),
  ];
  return lines[0] === "" ? lines.slice(1) : lines;
}

/** Returns the report for programs. `docs/json.md` describes its keys. */
export function verificationAsJson(
  { session_id, ok, chunks, deleted, faults, notes }: VerifyReport,
): VerificationJson {
  return {
    session_id,
    ok,
    chunks: chunks.length,
    chunk_list: chunks.map(({ faults, ...chunk }) => ({
      ...chunk,
      logged_duration: toMilliseconds(chunk.logged_duration),
      duration: toMilliseconds(chunk.duration),
      fault_list: faults,
    })),
    deleted_chunks: deleted?.chunks ?? 0,
    deleted_until: deleted === null ? null : isoMilliseconds(deleted.until),
    fault_list: faults,
    remark_list: notes,
  };
}

/** A verification as JSON. */
export interface VerificationJson
  extends Pick<VerifyReport, "session_id" | "ok"> {
  /** Number of chunks. */
  readonly chunks: number;
  /** The chunks, by number. */
  readonly chunk_list: readonly (
    & Omit<CheckedChunk, "faults">
    & { readonly fault_list: readonly string[] }
  )[];
  /** Number of chunks that retention deleted. */
  readonly deleted_chunks: number;
  /** End of the last of them, ISO 8601 in UTC, or `null`. */
  readonly deleted_until: string | null;
  /** Faults of the folder and the log. */
  readonly fault_list: readonly string[];
  /** Notes that are not faults. */
  readonly remark_list: readonly string[];
}

function toMilliseconds(length: Seconds | null): Seconds | null {
  return length === null ? null : round(length, 3);
}

function table(
  shown: readonly CheckedChunk[],
  columns: number,
  style: Style,
): string[] {
  const [titles = "", ...rows] = renderTable(shown, COLUMNS, columns);
  return [
    style.bold(titles),
    ...rows.map((row, index) =>
      (shown[index]?.faults.length ?? 0) > 0 ? style.red(row) : row
    ),
  ];
}

const COLUMNS: readonly Column<CheckedChunk>[] = [
  { title: "FILE", cell: ({ file }) => file },
  {
    title: "SIZE",
    cell: ({ size }) => size === null ? "–" : formatBytes(size),
    alignRight: true,
    spare: 2,
  },
  {
    title: "LOGGED",
    cell: ({ logged_duration }) => seconds(logged_duration),
    alignRight: true,
    spare: 1,
  },
  {
    title: "DECODED",
    cell: ({ duration }) => seconds(duration),
    alignRight: true,
  },
  {
    title: "",
    cell: ({ faults }) => faults.length === 0 ? "ok" : "WRONG",
  },
];

function seconds(length: number | null): string {
  return length === null ? "–" : `${length.toFixed(3)} s`;
}

function verdict(report: VerifyReport): string {
  const { session_id, ok, chunks, faults } = report;
  const length = chunks.reduce((sum, { duration }) => sum + (duration ?? 0), 0);
  const what = `${pluralize(chunks.length, "chunk")}, ${
    formatDuration(length)
  } of audio`;
  if (ok) return `${session_id} matches its log: ${what}.`;
  const bad = lacksAll(chunks)
    ? 0
    : chunks.filter((chunk) => chunk.faults.length > 0).length;
  const found = [
    ...(bad === 0 ? [] : [
      `${pluralize(bad, "bad chunk")} of ${chunks.length}`,
    ]),
    ...(faults.length === 0 ? [] : [
      bad === 0
        ? pluralize(faults.length, "problem")
        : pluralize(faults.length, "other problem"),
    ]),
  ];
  return `${session_id} does not match its log: ${found.join(" and ")}.`;
}

function capital(text: string): string {
  // A file name keeps its case.
  return /^[a-z]+ /.test(text) ? text[0]?.toUpperCase() + text.slice(1) : text;
}
