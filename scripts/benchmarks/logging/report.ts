/**
 * The results as text. Pure.
 *
 * @module
 */

import { median } from "../statistics.ts";
import type { Durability } from "./contenders.ts";
import type { Skipped } from "./hosts.ts";
import { LINE_BYTES } from "./sample_lines.ts";
import {
  costOf,
  judge,
  REFERENCES,
  type Result,
  type Statement,
} from "./results.ts";

/** What a report is about besides the results. */
export interface Circumstances {
  /** What was asked for. */
  readonly lines: number;
  /** How often each contender ran. */
  readonly rounds: number;
  /** Most bytes in a file. */
  readonly limit: number;
  /** Machine and its load. */
  readonly machine: string;
  /** When it ran. */
  readonly date: string;
  /** Who did not take part. */
  readonly skipped: readonly Skipped[];
}

/** The whole report, without a newline at its end. */
export function report(
  results: readonly Result[],
  circumstances: Circumstances,
): string {
  const { lines, rounds, limit, machine, date, skipped } = circumstances;
  const sound = results.filter(({ fault }) => fault === null);
  const faulty = results.filter(({ fault }) => fault !== null);
  const row = (result: Result) => rowOf(result, results, limit);
  const rows = CLASSES.flatMap(({ durability, title }) => [
    [title],
    ...sound.filter(({ contender }) => contender.durability === durability)
      .sort((one, other) => median(one.costs) - median(other.costs))
      .map(row),
  ]);
  return [
    `${lines} lines of ${LINE_BYTES} bytes, a new file after ${limit} bytes; ` +
    `${rounds} interleaved rounds`,
    `${machine}; ${date}`,
    "",
    ...table([HEADER, ...rows, ...faultyRows(faulty, row)]),
    "",
    ...NOTES,
    ...skipped.map(({ title, reason }) => `Skipped: ${title}: ${reason}`),
    "",
    ...judge(results).map(sentence),
  ].join("\n");
}

const CLASSES: readonly { durability: Durability; title: string }[] = [
  { durability: "batched", title: "Batched: a line may wait in the process" },
  { durability: "each", title: "Each line is with the kernel on return" },
  { durability: "synced", title: "Batched, and each batch is on the disk" },
];

const HEADER = [
  "contender",
  "runtime",
  "µs/line",
  "min–max",
  "rotating",
  "floor",
  "lines",
];

const NOTES = [
  "rotating, floor: cost divided by that of @std/log's RotatingFileHandler and",
  "of the floor (both on Deno) in the same class. lines: ok when all are there,",
  "once and in order; with it, how far the largest file is above the limit.",
  "A whole event is made, redacted, has 8 fields, is quoted; its line is longer.",
];

function rowOf(
  { contender, runtime, costs, fault, largest }: Result,
  results: readonly Result[],
  limit: number,
): string[] {
  const cost = median(costs);
  const { rotating, floor } = REFERENCES[contender.durability];
  const over = Math.round((largest / limit - 1) * 100);
  const above = over > 0 && contender.side !== "floor" ? `, +${over} %` : "";
  return [
    `  ${contender.title}`,
    runtime,
    cost.toFixed(2),
    `${Math.min(...costs).toFixed(2)}–${Math.max(...costs).toFixed(2)}`,
    ratio(cost, costOf(results, rotating)),
    ratio(cost, costOf(results, floor)),
    fault === null ? `ok${above}` : fault,
  ];
}

function faultyRows(
  faulty: readonly Result[],
  row: (result: Result) => string[],
): string[][] {
  if (faulty.length === 0) return [];
  const marked = (result: Result) =>
    result.costs.length > 0 ? row(result) : [
      `  ${result.contender.title}`,
      result.runtime,
      "",
      "",
      "",
      "",
      result.fault ?? "",
    ];
  return [[""], ["Out of the comparison"], ...faulty.map(marked)];
}

function ratio(cost: number, reference: number): string {
  return Number.isNaN(reference) ? "–" : (cost / reference).toFixed(2);
}

/** Columns below each other; a row of one cell goes across. */
function table(rows: readonly string[][]): string[] {
  const widths = HEADER.map((_, column) =>
    Math.max(
      ...rows.filter((row) => row.length > 1)
        .map((row) => [...row[column] ?? ""].length),
    )
  );
  return rows.map((row) =>
    row.length === 1
      ? row[0] ?? ""
      : row.map((cell, column) =>
        isNumber(column)
          ? cell.padStart(widths[column] ?? 0)
          : cell.padEnd(widths[column] ?? 0)
      ).join("  ").trimEnd()
  );
}

function isNumber(column: number): boolean {
  return column >= 2 && column <= 5;
}

function sentence({ target, measured, isMet }: Statement): string {
  return `${isMet ? "yes" : "NO "}  ${target}: ${measured}`;
}
