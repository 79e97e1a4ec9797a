/**
 * Results as lines and as the table of `docs/sources.md`.
 *
 * @module
 */

import type { Findings } from "./analysis/judge.ts";

/** The result of a row. */
export type Outcome =
  | { readonly kind: "not run" | "failed"; readonly why: string }
  | {
    readonly kind: "recorded";
    readonly findings: Findings;
    /** Seconds of audio in the chunks. */
    readonly audio: number;
    /** Number of chunks. */
    readonly chunks: number;
  };

/** A row that has run. */
export interface Result {
  /** Its name. */
  readonly name: string;
  /** Version of ffmpeg. */
  readonly ffmpeg: string;
  /** The source, in words. */
  readonly source: string;
  /** The fault, in words. */
  readonly fault: string;
  /** Format, rate and channels. */
  readonly format: string;
  /** How it went. */
  readonly outcome: Outcome;
}

/** Where the table begins and ends in the document. */
const BEGIN = "<!-- table: scripts/sources --write -->";
const END = "<!-- end of table -->";

/** Titles of the columns. */
const TITLES = [
  ...["row", "source", "fault", "format", "ffmpeg", "recorded"],
  ...["times", "gaps", "overlap", "coverage", "verdict"],
];

/** Where the cells are by which rows are known. */
const NAME = TITLES.indexOf("row");
const FFMPEG = TITLES.indexOf("ffmpeg");

/** Returns a result as the cells of the table. */
export function cellsOf(result: Result): string[] {
  const { name, source, fault, format, ffmpeg, outcome } = result;
  const begin = [name, source, fault, format, ffmpeg];
  if (outcome.kind !== "recorded") {
    const why = outcome.why.split("\n")[0] ?? "";
    return [...begin, "", "", "", "", "", `${outcome.kind}: ${why}`];
  }
  const { findings, audio, chunks } = outcome;
  const { timeError, gapError, gaps, overlap, coverageError } = findings;
  return [
    ...begin,
    `${audio.toFixed(1)} s, ${count(chunks, "chunk")}, ${count(gaps, "gap")}`,
    milliseconds(timeError),
    gaps === 0 && gapError === 0 ? "" : milliseconds(gapError),
    milliseconds(Math.max(0, overlap)),
    coverageError === null ? "" : coverageError.toFixed(2),
    findings.problems.length === 0 ? "ok" : findings.problems.join("; "),
  ];
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

function milliseconds(seconds: number | null): string {
  return seconds === null || !Number.isFinite(seconds)
    ? "unknown"
    : `${Math.round(seconds * 1000)} ms`;
}

/**
 * Returns the document with results in its table. Lines of other rows, and of
 * other ffmpegs, stay as they are.
 *
 * @param names The names of all rows, in their order.
 */
export function withTable(
  document: string,
  results: readonly Result[],
  names: readonly string[],
): string {
  const [before, rest] = document.split(BEGIN);
  const [table, after] = rest?.split(END) ?? [];
  if (before === undefined || table === undefined || after === undefined) {
    throw new Error(`The document has no place for the table: ${BEGIN}`);
  }
  const isSame = (one: readonly string[], other: readonly string[]) =>
    one[NAME] === other[NAME] && one[FFMPEG] === other[FFMPEG];
  const added = results.map(cellsOf);
  const kept = table.split("\n").map(readLine)
    .filter((cells) => !added.some((each) => isSame(each, cells)));
  const rank = (cells: readonly string[]) => names.indexOf(cells[NAME] ?? "");
  const rows = [...kept, ...added].filter((cells) => rank(cells) >= 0)
    .sort((a, b) =>
      order(a[FFMPEG] ?? "", b[FFMPEG] ?? "") || rank(a) - rank(b)
    );
  const lines = [TITLES, TITLES.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`);
  return `${before}${BEGIN}\n\n${lines.join("\n")}\n\n${END}${after}`;
}

/** Returns the cells of a line of the table. */
function readLine(line: string): string[] {
  return line.split("|").slice(1, -1).map((cell) => cell.trim());
}

/** Returns results with some of them replaced, in the order of `names`. */
export function merged(
  old: readonly Result[],
  added: readonly Result[],
  names: readonly string[],
): Result[] {
  const isSame = (one: Result, other: Result) =>
    one.name === other.name && one.ffmpeg === other.ffmpeg;
  const kept = old.filter((one) => !added.some((each) => isSame(one, each)));
  const rank = ({ name }: Result) => names.indexOf(name);
  return [...kept, ...added].filter((each) => rank(each) >= 0)
    .sort((a, b) => order(a.ffmpeg, b.ffmpeg) || rank(a) - rank(b));
}

/** Compares versions by their numbers. */
function order(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}
