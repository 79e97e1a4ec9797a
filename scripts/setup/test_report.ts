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
  // deno-lint-ignore no-control-regex -- colours are escape sequences
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
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

/**
 * The share of lines that ran, in per cent.
 *
 * @param lcov A report as `deno coverage --lcov` writes it
 * @returns 0 to 100, or `undefined` where the report names no line
 */
export function lineCoverage(lcov: string): number | undefined {
  let found = 0;
  let hit = 0;
  for (const [, what, count] of lcov.matchAll(/^(LF|LH):(\d+)$/gm)) {
    if (what === "LF") found += Number(count);
    else hit += Number(count);
  }
  return found === 0 ? undefined : hit / found * 100;
}
