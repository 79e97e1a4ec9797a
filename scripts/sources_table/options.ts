/**
 * Options of `scripts/sources`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";

/** What the command line asks for. */
export interface Options {
  /** Whether to list the rows. */
  readonly list: boolean;
  /** Whether to write the document. */
  readonly write: boolean;
  /** Names of the rows to run; empty for all. */
  readonly only: readonly string[];
  /** Path of echolog's binary, or `null` for the source. */
  readonly echolog: string | null;
  /** Paths of further ffmpegs. */
  readonly ffmpegs: readonly string[];
  /** Folder for the sessions, or `null`. */
  readonly keep: string | null;
}

/**
 * Reads a command line.
 *
 * @param names The names of all rows.
 * @returns the options, or a problem as a sentence.
 */
export function readOptions(
  words: readonly string[],
  names: readonly string[],
): Options | string {
  let problem: string | null = null;
  const flags: Record<string, unknown> = parseArgs([...words], {
    boolean: ["list", "write"],
    string: ["only", "echolog", "ffmpeg", "keep"],
    collect: ["ffmpeg", "only"],
    unknown: (word) => {
      problem ??= `Unknown argument ${word}; see --help`;
    },
  });
  const all = (flag: string) => {
    const values = flags[flag];
    return (Array.isArray(values) ? values : []).map(String);
  };
  const one = (flag: string) => {
    const value = flags[flag];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const only: string[] = [];
  for (const part of all("only").flatMap((value) => value.split(","))) {
    const found = names.filter((name) =>
      name === part || name.startsWith(`${part}-`)
    );
    if (found.length === 0) problem ??= `Unknown row ${part}; see --list`;
    only.push(...found);
  }
  return problem ?? {
    list: flags.list === true,
    write: flags.write === true,
    only,
    echolog: one("echolog"),
    ffmpegs: all("ffmpeg"),
    keep: one("keep"),
  };
}
