/**
 * Reads what Deno says about tests and coverage.
 *
 * @module
 */

/** How many tests ended in which way. */
export interface Counts {
  /** Tests that passed. */
  passed: number;
  /** Tests that failed. */
  failed: number;
  /** Tests that were skipped. */
  skipped: number;
}

/**
 * Finds the summary that `deno test` closes with, such as
 * `FAILED | 12 passed (3 steps) | 1 failed | 2 ignored (4s)`.
 *
 * @param output Everything it printed, with or without colours
 * @returns The counts, or `undefined` where it ended without a summary
 */
export function readSummary(output: string): Counts | undefined {
  const plain = withoutColours(output);
  const steps = String.raw`(?: \(\d+ steps?\))?`;
  const summary = new RegExp(
    String.raw`^(?:ok|FAILED) \| (\d+) passed${steps} \| (\d+) failed${steps}` +
      String.raw`(?: \| (\d+) ignored${steps})?`,
    "gm",
  );
  // A program under test may print a line like it: the last one is Deno's.
  const last = [...plain.matchAll(summary)].at(-1);
  if (last === undefined) return undefined;
  const [, passed, failed, skipped = "0"] = last;
  return {
    passed: Number(passed),
    failed: Number(failed),
    skipped: Number(skipped),
  };
}

/** Lines of an error that are repeated. */
const ERROR_LINES = 12;
/** Characters of such a line. */
const LINE_LENGTH = 300;
/** Failed tests whose errors are repeated. */
const SHOWN_FAILURES = 20;

/**
 * Finds what `deno test` reports about failed tests under ` ERRORS `: a block of
 * lines for each, of which the first names it.
 *
 * @param output Everything it printed, with or without colours
 * @returns The first blocks, each cut to its first lines; none where nothing failed
 */
export function readFailures(output: string): string[] {
  const plain = withoutColours(output);
  // A program under test may print the headings, too: the last ones are Deno's.
  const end = plain.lastIndexOf("\n FAILURES \n");
  const start = plain.lastIndexOf("\n ERRORS \n", end);
  if (start < 0 || end < 0) return [];
  const text = plain.slice(start + "\n ERRORS \n".length, end).trim();
  // An error may have empty lines of its own.
  return text.split(/\n\n(?=.* => .*:\d+:\d+$)/m).slice(0, SHOWN_FAILURES)
    .map((block) =>
      block.trim().split("\n").slice(0, ERROR_LINES)
        .map((line) => line.slice(0, LINE_LENGTH)).join("\n")
    );
}

function withoutColours(output: string): string {
  // deno-lint-ignore no-control-regex -- colours are escape sequences
  return output.replace(/\x1b\[[0-9;]*m/g, "");
}

/** The share of lines that ran, in per cent. */
export interface LineCoverage {
  /** Of all files; `undefined` where the report names no line. */
  total: number | undefined;
  /** Of each file, lowest first. */
  files: { path: string; percent: number }[];
}

/**
 * Adds up the lines that ran.
 *
 * @param lcov A report as `deno coverage --lcov` writes it: records of `SF:path`,
 * `LF:lines found` and `LH:lines hit`
 */
export function lineCoverages(lcov: string): LineCoverage {
  let found = 0;
  let hit = 0;
  const files: LineCoverage["files"] = [];
  for (const record of lcov.split("end_of_record")) {
    const field = (name: string) =>
      new RegExp(`^${name}:(.*)$`, "m").exec(record)?.[1];
    const lines = Number(field("LF") ?? 0);
    if (lines === 0) continue;
    found += lines;
    hit += Number(field("LH") ?? 0);
    const percent = Number(field("LH") ?? 0) / lines * 100;
    files.push({ path: field("SF") ?? "", percent });
  }
  files.sort((one, other) => one.percent - other.percent);
  return { total: found === 0 ? undefined : hit / found * 100, files };
}

/**
 * Removes the coverage profiles that are no whole JSON: the program was killed
 * while it wrote them, and Deno makes no report from a folder that has one.
 *
 * @returns how many were removed.
 */
export async function removeBrokenProfiles(folder: string): Promise<number> {
  let removed = 0;
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile || !name.endsWith(".json")) continue;
    const path = `${folder}/${name}`;
    try {
      JSON.parse(await Deno.readTextFile(path));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      await Deno.remove(path);
      removed++;
    }
  }
  return removed;
}
