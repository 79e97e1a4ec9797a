/**
 * Measures free disk space.
 *
 * @module
 */

import { readLines } from "./line_splitter.ts";

/** What Node's file system has and Deno's has not; Deno 2.4.2 has no types of it. */
declare const process: {
  getBuiltinModule(name: "node:fs"): {
    readonly promises: {
      statfs(
        path: string,
      ): Promise<{ readonly bavail: number; readonly bsize: number }>;
    };
  };
};

/** Maximum length of two lines, even with long names. */
const ANSWER_BYTES = 1_024;

/**
 * Returns the free space for this user on the file system of a path. A file
 * system that does not answer holds no thread that others need.
 *
 * @returns bytes, or `null` when that cannot be known.
 */
export async function freeBytes(path: string): Promise<number | null> {
  return isStatfsAsync(Deno.version.deno)
    ? await freeByStatfs(path)
    : await freeByDf(path);
}

/**
 * Whether `statfs` of a Deno waits for the file system beside the main thread:
 * that of 2.4.2 holds it, that of 2.9.6 does not.
 */
export function isStatfsAsync(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 2 || major === 2 && minor >= 9;
}

async function freeByStatfs(path: string): Promise<number | null> {
  try {
    const { promises } = process.getBuiltinModule("node:fs");
    const { bavail, bsize } = await promises.statfs(path);
    return bavail * bsize;
  } catch {
    // The folder is gone, or its file system does not say.
    return null;
  }
}

/** Returns the free space by `df`, a process of its own; `null` where there is none. */
export async function freeByDf(path: string): Promise<number | null> {
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
