/**
 * Measures free disk space.
 *
 * @module
 */

import { readLines } from "./line_splitter.ts";

/** Maximum length of two lines, even with long names. */
const ANSWER_BYTES = 1_024;

/**
 * Returns the free space for this user on the file system of a path.
 *
 * @returns bytes, or `null` when the platform has no `df` or it fails.
 */
export async function freeBytes(path: string): Promise<number | null> {
  try {
    const child = new Deno.Command("df", {
      // POSIX: 1024-byte blocks, one line for the file system.
      args: ["-P", "-k", path],
      env: { LC_ALL: "C" },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    // `output()` leaks 64 KiB unknown to V8 per call, and a recorder calls this
    // for months.
    const lines: string[] = [];
    const add = (line: string) => void lines.push(line);
    const reading = readLines(child.stdout, add, ANSWER_BYTES);
    const { success } = await child.status;
    await reading.done;
    return success ? parseFreeBytes(lines.join("\n")) : null;
  } catch {
    // Windows, or a system without df: the disk is not watched there.
    return null;
  }
}

/** Parses the output of `df -P -k`; `null` when it is malformed. */
export function parseFreeBytes(text: string): number | null {
  const [, line = ""] = text.trim().split("\n");
  // Names of devices may have spaces; the numbers are found by the capacity.
  const match = / (\d+) +\d+%/.exec(line);
  return match === null ? null : Number(match[1]) * 1024;
}
