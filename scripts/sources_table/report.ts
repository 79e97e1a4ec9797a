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

/** Returns the document with the table of some results. */
export function withTable(
  document: string,
  results: readonly Result[],
): string {
  const lines = [TITLES, TITLES.map(() => "---"), ...results.map(cellsOf)]
    .map((cells) => `| ${cells.join(" | ")} |`);
  const [before] = document.split(BEGIN);
  const after = document.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`The document has no place for the table: ${BEGIN}`);
  }
  return `${before}${BEGIN}\n\n${lines.join("\n")}\n\n${END}${after}`;
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
