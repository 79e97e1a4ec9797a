/**
 * How much room there is.
 *
 * @module
 */

/**
 * Free space for this user on the file system of a path.
 *
 * @returns bytes, or `null` where the platform has no `df` or it does not tell.
 */
export async function freeBytes(path: string): Promise<number | null> {
  try {
    const { success, stdout } = await new Deno.Command("df", {
      // POSIX: 1024-byte blocks, one line for the file system.
      args: ["-P", "-k", path],
      env: { LC_ALL: "C" },
      stdin: "null",
      stderr: "null",
    }).output();
    if (!success) return null;
    return parseFreeBytes(new TextDecoder().decode(stdout));
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
