/**
 * Questions about paths.
 *
 * @module
 */

import { resolve } from "@std/path";

/** Tells whether an error says that there is no such file or folder. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory;
}

/** Whether there is anything at a path that this user can see. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    // Absent, a link to nowhere or in a circle, or not to be seen by this user.
    return false;
  }
}

/** Whether two paths lead to the same place, however they are spelled. */
export function isSamePlace(one: string, other: string): boolean {
  if (resolve(one) === resolve(other)) return true;
  try {
    return Deno.realPathSync(one) === Deno.realPathSync(other);
  } catch {
    // One of them is not there, or not to be seen by this user.
    return false;
  }
}

/** Whether a path is a program that this user may run. */
export function isExecutable(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && (mode === null || (mode & 0o111) !== 0);
  } catch {
    // Absent, or not to be seen by this user.
    return false;
  }
}

/**
 * Reads a regular file.
 *
 * @throws {Error} If it is something else: reading a pipe would wait for its writer.
 */
export function readRegularFile(path: string): Uint8Array {
  const { isFile, isDirectory } = Deno.statSync(path);
  if (!isFile && !isDirectory) throw new Error("it is not a file");
  return Deno.readFileSync(path);
}
