/**
 * How much room there is.
 *
 * @module
 */

import { readLines } from "./line_splitter.ts";

/** Two lines are shorter, even with long names in them. */
const ANSWER_BYTES = 1_024;

/**
 * Free space for this user on the file system of a path.
 *
 * @returns bytes, or `null` where the platform has no `df` or it does not tell.
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
    // `output()` leaves 64 KiB behind each time that V8 knows nothing of, and
    // this is asked for months.
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

/** Reads what `df -P -k` prints; `null` when it makes no sense. */
export function parseFreeBytes(text: string): number | null {
  const [, line = ""] = text.trim().split("\n");
  // Names of devices may have blanks; the numbers are read from the capacity.
  const match = / (\d+) +\d+%/.exec(line);
  return match === null ? null : Number(match[1]) * 1024;
}
