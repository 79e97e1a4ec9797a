/**
 * What the tests of the built file share. They are no part of a run from
 * source: `scripts/test --binary` names the file in `ECHOLOG_BIN`.
 *
 * @module
 */

import { resolve } from "@std/path";
import { type Finished, runProgram } from "../support/program.ts";

const named = Deno.env.get("ECHOLOG_BIN") ?? "";
const reason = named === ""
  ? "ECHOLOG_BIN names no built file; scripts/test --binary does"
  : Deno.build.os === "windows"
  ? "what is looked at is there on Linux and macOS only"
  : null;
if (reason !== null) console.log(`skipped: ${reason}`);

/** The built file. */
export const BINARY = resolve(named);

/** A test of the built file. */
export function binaryTest(name: string, test: () => Promise<void>): void {
  Deno.test(name, { ignore: reason !== null }, test);
}

/** The absolute path of a program, or `null`; those of the system's owner count too. */
export function findProgram(name: string): string | null {
  const path = `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin`;
  for (const folder of path.split(":")) {
    if (!folder.startsWith("/")) continue;
    try {
      const { isFile } = Deno.statSync(`${folder}/${name}`);
      if (isFile) return `${folder}/${name}`;
    } catch {
      // Not there: the next one.
    }
  }
  return null;
}

/** Runs the built file with these variables and no others. */
export async function runBinary(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly program?: string;
    readonly uid?: number;
  },
): Promise<Finished> {
  const { program = BINARY, ...rest } = options;
  return await runProgram(program, args, { ...rest, clearEnv: true });
}
