/**
 * Runs a small program beside a recording and reads what it prints.
 *
 * @module
 */

import { readLines } from "../../platform/line_splitter.ts";

/** Runs a program; `null` when it fails, hangs or is not installed. */
export type Ask = (
  program: string,
  args: readonly string[],
) => Promise<readonly string[] | null>;

/** Milliseconds after which a program is killed. */
const LIMIT_MS = 2_000;

/** Starts a program in the C locale; `null` when it is not installed. */
export function startInC(
  program: string,
  args: readonly string[],
): Deno.ChildProcess | null {
  try {
    return new Deno.Command(program, {
      args: [...args],
      env: { LC_ALL: "C" },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  } catch {
    return null;
  }
}

/** Runs a program in the C locale, and kills it when it hangs. */
export async function ask(
  program: string,
  args: readonly string[],
  limit = LIMIT_MS,
): Promise<readonly string[] | null> {
  const child = startInC(program, args);
  if (child === null) return null;
  const lines: string[] = [];
  const reading = readLines(child.stdout, (line) => void lines.push(line));
  const timer = setTimeout(() => {
    kill(child);
    // Its children may hold the pipe.
    void reading.cancel();
  }, limit);
  try {
    const { success } = await child.status;
    if (!success) return null;
    await reading.done;
    return lines;
  } finally {
    clearTimeout(timer);
    await reading.cancel();
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It ended by itself a moment ago.
  }
}
