/**
 * What a run of `scripts/test` prints at its end.
 *
 * @module
 */

import type { Counts } from "./test_report.ts";
import type { Step } from "./test_steps.ts";

/** The result of a step. */
export interface Outcome extends Counts {
  /** Why it failed, where its output does not say. */
  remark?: string;
  /** What was reported about failed tests, a block for each. */
  failures?: readonly string[];
}

/** Adds up the results of all steps. */
export class Report {
  readonly #total: Counts = { passed: 0, failed: 0, skipped: 0 };
  readonly #failures: string[] = [];
  readonly #failedTests: string[] = [];
  readonly #times: string[] = [];
  #tests = 0;
  #since = performance.now();

  /** Adds the result of a step. */
  add(
    { title, kind, isBackground }: Pick<
      Step,
      "title" | "kind" | "isBackground"
    >,
    outcome: Outcome,
  ): void {
    this.#total.passed += outcome.passed;
    this.#total.failed += outcome.failed;
    this.#total.skipped += outcome.skipped;
    if (kind === "tests") this.#tests += outcome.passed + outcome.failed;
    this.#failedTests.push(...outcome.failures ?? []);
    const { remark = `${outcome.failed} failed` } = outcome;
    if (outcome.failed > 0) this.#failures.push(`${title}: ${remark}`);
    if (isBackground === true) return;
    const now = performance.now();
    const seconds = Math.round((now - this.#since) / 1000);
    this.#times.push(`${String(seconds).padStart(5)} s  ${title}`);
    this.#since = now;
  }

  /**
   * Prints the times, the failures and the counts; returns the exit code. The
   * errors of failed tests are repeated here: a log that is cut has its end.
   */
  print(): number {
    if (this.#tests === 0) {
      this.#total.failed++;
      this.#failures.push("Tests: none ran");
    }
    for (const time of this.#times) console.log(time);
    for (const test of this.#failedTests) console.log(`\n${test}`);
    if (this.#failedTests.length > 0) console.log();
    for (const failure of this.#failures) console.log(`FAILED ${failure}`);
    const { passed, failed, skipped } = this.#total;
    const more = skipped === 0 ? "" : `, ${skipped} skipped`;
    console.log(`${passed} passed, ${failed} failed${more}`);
    return failed === 0 ? 0 : 1;
  }
}
