/**
 * Checks and tests the checkout. Called by `scripts/test`, which sets up the
 * versions of Deno to do it with.
 *
 * It goes on after a step that fails, so that one run shows everything. Each
 * check counts as one item besides the tests.
 *
 * @module
 */

import { type Counts, lineCoverage, readSummary } from "./test_report.ts";
import { serveRegistry } from "./registry_server.ts";
import {
  planSteps,
  readArguments,
  type Step,
  type Toolchain,
} from "./test_steps.ts";

const COVERAGE_REQUIRED = 90;
const STEP_LIMIT_MINUTES = 45;

const root = import.meta.dirname?.replace(/[/\\]scripts[/\\]setup$/, "") ?? ".";

/** What became of a step. */
interface Outcome extends Counts {
  /** Why it failed where its output does not say. */
  remark?: string;
}

let child: Deno.ChildProcess | undefined;

async function main(): Promise<number> {
  const request = readArguments(Deno.args);
  request.files = request.files.map(absolute);
  const temp = await Deno.makeTempDir({ dir: `${root}/.deps`, prefix: "tmp." });
  const stop = () => {
    child?.kill();
    Deno.removeSync(temp, { recursive: true });
    Deno.exit(130);
  };
  Deno.addSignalListener("SIGINT", stop);
  Deno.addSignalListener("SIGTERM", stop);
  try {
    const coverage = `${temp}/coverage`;
    const total: Counts = { passed: 0, failed: 0, skipped: 0 };
    const failures: string[] = [];
    let tests = 0;
    const add = (title: string, outcome: Outcome) => {
      total.passed += outcome.passed;
      total.failed += outcome.failed;
      total.skipped += outcome.skipped;
      const { remark = `${outcome.failed} failed` } = outcome;
      if (outcome.failed > 0) failures.push(`${title}: ${remark}`);
    };
    for (const step of planSteps(request, await sources(), coverage)) {
      const outcome = step.kind === "documentation"
        ? await lintDocumentation(step, `${temp}/deno-dir`)
        : await runStep(step);
      add(step.title, outcome);
      if (step.kind === "tests") tests += outcome.passed + outcome.failed;
      if (step.toolchain.env.DENO_COVERAGE_DIR !== undefined) {
        add("Coverage", await reportCoverage(step.toolchain, coverage, temp));
      }
    }
    if (tests === 0) {
      add("Tests", { passed: 0, failed: 1, skipped: 0, remark: "none ran" });
    }
    heading("Result");
    for (const failure of failures) console.log(`FAILED ${failure}`);
    const skipped = total.skipped === 0 ? "" : `, ${total.skipped} skipped`;
    console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
    return total.failed === 0 ? 0 : 1;
  } finally {
    await Deno.remove(temp, { recursive: true });
  }
}

async function runStep(step: Step): Promise<Outcome> {
  heading(step.title);
  const { code, output, late } = await callDeno(
    step.toolchain,
    step.args,
    true,
  );
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const remark = late
    ? `no end within ${STEP_LIMIT_MINUTES} minutes`
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
  return summary;
}

async function lintDocumentation(
  step: Step,
  emptyDenoDir: string,
): Promise<Outcome> {
  const { JSR_URL } = step.toolchain.env;
  if (!JSR_URL?.startsWith("file:")) return await runStep(step);
  await using server = serveRegistry(JSR_URL);
  const env = { DENO_DIR: emptyDenoDir, JSR_URL: server.url };
  return await runStep({ ...step, toolchain: { ...step.toolchain, env } });
}

/** Prints how much of `src/` the tests have run, and judges it. */
async function reportCoverage(
  { deno, env: { DENO_COVERAGE_DIR: _, ...env }, name }: Toolchain,
  profiles: string,
  temp: string,
): Promise<Outcome> {
  heading("Coverage");
  const toolchain = { name, deno, env };
  const source = `--include=^${new URL(`file://${encodeURI(root)}/src/`).href}`;
  await callDeno(toolchain, ["coverage", source, profiles], true);
  const report = `${temp}/lcov`;
  await callDeno(
    toolchain,
    ["coverage", source, "--lcov", `--output=${report}`, profiles],
    false,
  );
  const lcov = await Deno.readTextFile(report).catch(() => "");
  const share = lineCoverage(lcov);
  const remark = share === undefined
    ? "there is no report"
    : `${
      share.toFixed(1)
    } % of the lines of src/, at least ${COVERAGE_REQUIRED} % required`;
  console.log(remark);
  return share !== undefined && share >= COVERAGE_REQUIRED
    ? { passed: 1, failed: 0, skipped: 0 }
    : { passed: 0, failed: 1, skipped: 0, remark };
}

/** Calls Deno in the checkout, with its output both shown and returned. */
async function callDeno(
  { deno, env }: Toolchain,
  args: string[],
  show: boolean,
): Promise<{ code: number; output: string; late: boolean }> {
  const process = new Deno.Command(deno, {
    args,
    cwd: root,
    env: {
      ...env,
      RUST_BACKTRACE: "0", // it tells of Deno's insides only
      ...(Deno.stdout.isTerminal() ? {} : { NO_COLOR: "1" }),
    },
    stdin: "null",
    stdout: "piped",
    stderr: show ? "inherit" : "null",
  }).spawn();
  child = process;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    process.kill("SIGKILL");
  }, STEP_LIMIT_MINUTES * 60_000);
  let output = "";
  const decoder = new TextDecoder();
  for await (const chunk of process.stdout) {
    if (show) await writeAll(chunk);
    output += decoder.decode(chunk, { stream: true });
  }
  const { code } = await process.status;
  clearTimeout(timer);
  child = undefined;
  return { code, output, late };
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await Deno.stdout.write(bytes.subarray(written));
  }
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
