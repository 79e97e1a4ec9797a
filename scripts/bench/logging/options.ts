/**
 * Arguments of the benchmark.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";

/** What was asked for. */
export interface Options {
  /** Lines that each contender writes in a round. */
  readonly lines: number;
  /** How often each contender runs. */
  readonly rounds: number;
}

/** How the benchmark is called. */
export const USAGE = "scripts/bench/log [--lines N] [--rounds N]";

/**
 * Reads the arguments.
 *
 * @param args What stands after the name of the program.
 * @returns What was asked for, or a line that says what is wrong.
 */
export function readOptions(args: string[]): Options | string {
  const unknown: string[] = [];
  const flags: Record<string, unknown> = parseArgs(args, {
    string: ["lines", "rounds"],
    default: { lines: "200000", rounds: "7" },
    unknown: (arg: string) => {
      unknown.push(arg);
      return false;
    },
  });
  if (unknown.length > 0) return `Unknown argument "${unknown[0]}"; ${USAGE}`;
  const lines = count(flags.lines, 9_999_999);
  const rounds = count(flags.rounds, 1_000);
  if (lines === null) return `--lines takes a number from 1 to 9999999`;
  if (rounds === null) return `--rounds takes a number from 1 to 1000`;
  return { lines, rounds };
}

function count(value: unknown, most: number): number | null {
  if (typeof value !== "string" || !/^\d{1,7}$/.test(value)) return null;
  const number = Number(value);
  return number >= 1 && number <= most ? number : null;
}
