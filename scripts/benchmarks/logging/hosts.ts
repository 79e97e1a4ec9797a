/**
 * The programs that run contenders, as far as they are there.
 *
 * @module
 */

import {
  type Contender,
  FROM_NPM,
  type Host,
  ON_DENO,
  ON_PYTHON,
} from "./contenders.ts";
import type { Job } from "./job.ts";
import type { Packages, Run } from "./packages.ts";

/** A contender that does not take part, and why. */
export interface Skipped {
  /** Which. */
  readonly title: string;
  /** Why. */
  readonly reason: string;
}

/** Who runs and who does not. */
export interface Field {
  /** Those that run. */
  readonly contenders: readonly Contender[];
  /** Those that do not. */
  readonly skipped: readonly Skipped[];
}

/**
 * Finds out who can run here.
 *
 * @param packages What npm has brought.
 * @param run Runs the programs to see whether they are there.
 */
export async function findField(packages: Packages, run: Run): Promise<Field> {
  const contenders: Contender[] = Object.values(ON_DENO);
  const skipped: Skipped[] = [];
  if (await runs("python3", run)) contenders.push(ON_PYTHON);
  else skipped.push({ title: ON_PYTHON.title, reason: "no python3" });
  if ("missing" in packages) {
    for (const { title } of FROM_NPM) {
      skipped.push({ title, reason: packages.missing });
    }
    return { contenders, skipped };
  }
  const hosts: Host[] = ["deno-npm"];
  if (await runs("node", run)) hosts.unshift("node");
  else skipped.push({ title: "all from npm, on Node", reason: "no node" });
  for (const host of hosts) {
    contenders.push(...FROM_NPM.map((contender) => ({ ...contender, host })));
  }
  return { contenders, skipped };
}

async function runs(program: string, run: Run): Promise<boolean> {
  try {
    return (await run(program, ["--version"])).code === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The command that runs a contender. */
export function commandOf(host: Host, job: Job): [string, string[]] {
  const argument = JSON.stringify(job);
  const here = import.meta.dirname ?? ".";
  const deno = ["run", "--quiet", "--no-prompt", "--no-lock"];
  const allowed = ["--allow-read", "--allow-write", "--allow-env"];
  switch (host) {
    case "deno":
      return [Deno.execPath(), [
        ...deno,
        `--config=${here}/../../../deno.json`,
        ...allowed,
        `${here}/in_deno.ts`,
        argument,
      ]];
    case "deno-npm":
      return [Deno.execPath(), [
        ...deno,
        "--no-config",
        // Without it, Deno 2.4 takes no CommonJS from there.
        "--node-modules-dir=manual",
        ...allowed,
        "--allow-sys",
        `${here}/in_node.mjs`,
        argument,
      ]];
    case "node":
      return ["node", [`${here}/in_node.mjs`, argument]];
    case "python":
      return ["python3", [`${here}/in_python.py`, argument]];
  }
}
