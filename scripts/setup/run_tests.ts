/**
 * Checks and tests the checkout. Called by `scripts/test`, which sets up the
 * versions of Deno to do it with.
 *
 * A step that fails does not stop the run, so that one run shows everything.
 * Each check counts as one item besides the tests.
 *
 * @module
 */

import {
  callDeno,
  endSteps,
  LONG_LIMIT_MINUTES,
  root,
  STEP_LIMIT_MINUTES,
  writeAll,
} from "./call_deno.ts";
import { type Outcome, Report } from "./report.ts";
import {
  type Counts,
  lineCoverages,
  readFailures,
  readSummary,
  removeBrokenProfiles,
} from "./test_report.ts";
import { serveRegistry } from "./registry_server.ts";
import {
  planSteps,
  readArguments,
  type Step,
  type Toolchain,
} from "./test_steps.ts";

const COVERAGE_REQUIRED = 95;

/** The folder of this run, removed at its end. */
let temp = "";

async function main(): Promise<number> {
  const request = readArguments(Deno.args);
  request.files = request.files.map(absolute);
  temp = await Deno.makeTempDir({ dir: `${root}/.deps`, prefix: "tmp." });
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    Deno.addSignalListener(signal, () => {
      endSteps();
      try {
        Deno.removeSync(temp, { recursive: true });
      } catch {
        // A test that ends may have written to it meanwhile.
      }
      console.error(`echolog: Interrupted by ${signal}`);
      Deno.exit(code);
    });
  }
  try {
    const coverage = `${temp}/coverage`;
    const steps = planSteps(request, await sources(), coverage);
    const report = new Report();
    let background = Promise.resolve();
    for (const step of steps) {
      const run = async () => report.add(step, await runStep(step));
      if (step.isBackground === true) {
        background = background.then(run);
        continue;
      }
      if (step.isAlone === true) await background;
      await run();
    }
    await background;
    const covered = steps.findLast(({ toolchain }) =>
      toolchain.env.DENO_COVERAGE_DIR !== undefined
    );
    if (covered !== undefined) {
      const outcome = await reportCoverage(covered.toolchain, coverage);
      report.add({ title: "Coverage", kind: "check" }, outcome);
    }
    heading("Result");
    return report.print();
  } finally {
    await Deno.remove(temp, { recursive: true });
  }
}

async function runStep(step: Step): Promise<Outcome> {
  const missing = await missingPrograms(step);
  if (missing.length > 0) return notInstalled(step, missing);
  const outcome = step.kind === "documentation"
    ? await lintDocumentation(step, `${temp}/deno-dir`)
    : await callStep(step);
  if (outcome.failed === 0) return outcome;
  // One failure with its name, not one of each test that needs the program.
  const removed = await missingPrograms(step);
  return removed.length > 0 ? notInstalled(step, removed) : outcome;
}

function notInstalled({ title }: Step, programs: string[]): Outcome {
  const remark = `not installed: ${programs.join(", ")}`;
  console.log(`\n== ${title}: ${remark}`);
  return { passed: 0, failed: 1, skipped: 0, remark };
}

/** The programs of a step that PATH does not lead to. */
async function missingPrograms({ programs = [] }: Step): Promise<string[]> {
  const missing: string[] = [];
  for (const program of programs) {
    const { success } = await new Deno.Command("sh", {
      args: ["-c", 'command -v "$0"', program],
      stdin: "null",
    }).output();
    if (!success) missing.push(program);
  }
  return missing;
}

async function callStep(step: Step): Promise<Outcome> {
  const isBackground = step.isBackground === true;
  if (!isBackground) heading(step.title);
  const limit = step.isLong ? LONG_LIMIT_MINUTES : STEP_LIMIT_MINUTES;
  const { code, output, late } = await callDeno(
    step.toolchain,
    step.args,
    isBackground ? "later" : "now",
    temp,
    limit,
  );
  if (isBackground) {
    heading(step.title);
    await writeAll(new TextEncoder().encode(output));
  }
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const remark = late
    ? `no end within ${limit} minutes`
    : `exit status ${code}`;
  if (step.kind !== "tests") {
    return code === 0
      ? { ...counts, passed: 1 }
      : { ...counts, failed: 1, remark };
  }
  const summary = readSummary(output);
  if (summary === undefined) {
    return { ...counts, failed: 1, remark: `${remark} and no summary` };
  }
  if (code !== 0 && summary.failed === 0) {
    return { ...summary, failed: 1, remark };
  }
  return { ...summary, failures: readFailures(output) };
}

async function lintDocumentation(
  step: Step,
  emptyDenoDir: string,
): Promise<Outcome> {
  const { JSR_URL } = step.toolchain.env;
  if (!JSR_URL?.startsWith("file:")) return await callStep(step);
  await using server = serveRegistry(JSR_URL);
  const env = { DENO_DIR: emptyDenoDir, JSR_URL: server.url };
  return await callStep({ ...step, toolchain: { ...step.toolchain, env } });
}

/** Prints the share of the lines of `src/` that ran, and judges it. */
async function reportCoverage(
  { deno, env: { DENO_COVERAGE_DIR: _, ...env }, name }: Toolchain,
  profiles: string,
): Promise<Outcome> {
  heading("Coverage");
  const source = `--include=^${new URL(`file://${encodeURI(root)}/src/`).href}`;
  const report = `${temp}/lcov`;
  const makeReport = (show: "later" | "never") =>
    callDeno(
      { name, deno, env },
      ["coverage", source, "--lcov", `--output=${report}`, profiles],
      show,
      temp,
    );
  if ((await makeReport("never")).code !== 0) {
    const broken = await removeBrokenProfiles(profiles);
    console.log(`left out profiles of killed programs: ${broken}`);
    await makeReport("later");
  }
  const lcov = await Deno.readTextFile(report).catch(() => "");
  const { total, files } = lineCoverages(lcov);
  for (const { path, percent } of files) {
    if (percent >= COVERAGE_REQUIRED) continue;
    const name = path.slice(path.lastIndexOf("/src/") + 1);
    console.log(`${percent.toFixed(1).padStart(5)} %  ${name}`);
  }
  const remark = total === undefined
    ? "there is no report"
    : `${
      total.toFixed(1)
    } % of the lines of src/, at least ${COVERAGE_REQUIRED} % required`;
  console.log(remark);
  return total !== undefined && total >= COVERAGE_REQUIRED
    ? { passed: 1, failed: 0, skipped: 0 }
    : { passed: 0, failed: 1, skipped: 0, remark };
}

function heading(title: string): void {
  console.log(`\n== ${title}`);
}

/** What the user named, seen from where the user is. */
function absolute(path: string): string {
  return /^([/\\]|[A-Za-z]:)/.test(path) ? path : `${Deno.cwd()}/${path}`;
}

/** The checkout's TypeScript files, seen from its root. */
async function sources(): Promise<string[]> {
  const found = ["main.ts"];
  const folders = ["src", "tests", "scripts"];
  for (let folder = folders.shift(); folder; folder = folders.shift()) {
    for await (
      const { name, isDirectory } of Deno.readDir(`${root}/${folder}`)
    ) {
      const path = `${folder}/${name}`;
      if (isDirectory) folders.push(path);
      else if (name.endsWith(".ts") && !name.endsWith(".d.ts")) {
        found.push(path);
      }
    }
  }
  return found.sort();
}

try {
  Deno.exit(await main());
} catch (error) {
  console.error(`echolog: ${error instanceof Error ? error.message : error}`);
  Deno.exit(2);
}
