/**
 * Checks of paths.
 *
 * @module
 */

import { isAbsolute, resolve } from "@std/path";
import { messageOf } from "../errors.ts";
import type { EpochMs } from "../events.ts";

/** Whether an error means that a file or folder does not exist. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory;
}

/** Whether a path exists and this user can access it. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    // Missing, a dangling or circular link, or not accessible to this user.
    return false;
  }
}

/** Whether two paths lead to the same place, whatever their spelling. */
export function isSamePlace(one: string, other: string): boolean {
  if (resolve(one) === resolve(other)) return true;
  try {
    return Deno.realPathSync(one) === Deno.realPathSync(other);
  } catch {
    // One of them is missing, or not accessible to this user.
    return false;
  }
}

/**
 * Returns the whole path of a file that is named from the current folder, or
 * `null` when the name is already whole, or there is no such file.
 */
export function findFile(name: string): string | null {
  if (name === "" || isAbsolute(name)) return null;
  try {
    const path = resolve(name);
    return Deno.statSync(path).isDirectory ? null : path;
  } catch {
    // Missing, or not accessible to this user, as the folder itself may be.
    return null;
  }
}

/** Whether a path is a program that this user may run. */
export function isExecutable(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && (mode === null || (mode & 0o111) !== 0);
  } catch {
    // Missing, or not accessible to this user.
    return false;
  }
}

/** Whether this user may not list a folder. */
export function isUnreadable(folder: string): boolean {
  try {
    Deno.readDirSync(folder);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied;
  }
}

/** Returns the folders in a folder that this user may not list. */
export function unreadableIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)]
      .filter(({ isDirectory }) => isDirectory)
      .map(({ name }) => `${folder}/${name}`)
      .filter(isUnreadable);
  } catch {
    // The folder itself is missing, or not readable.
    return [];
  }
}

/** Returns the user id of a path's owner, or `null` when unknown. */
export function ownerOf(path: string): number | null {
  try {
    return Deno.statSync(path).uid;
  } catch {
    // Missing, or not accessible to this user.
    return null;
  }
}

/** Bytes of the largest file that a person writes. */
const MAX_WRITTEN_BYTES = 1_000_000;

/**
 * Reads a regular file that a person wrote.
 *
 * @throws {Error} If it is something else: reading a pipe would wait for its
 * writer, and a recording that was named by mistake would fill the memory.
 */
export function readRegularFile(path: string): Uint8Array {
  const { isFile, isDirectory, size } = Deno.statSync(path);
  if (!isFile && !isDirectory) throw new Error("it is not a file");
  if (isFile && size > MAX_WRITTEN_BYTES) {
    throw new Error("it is larger than 1 MB");
  }
  return Deno.readFileSync(path);
}

/** Returns why a file or a folder cannot be made, read or written, as a phrase. */
export function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.NotCapable) {
    return "Deno does not let programs write there";
  }
  if (error instanceof Deno.errors.AlreadyExists) {
    return "a file with that name already exists";
  }
  // Deno has no error class for EISDIR.
  if (/os error 21\b|is a directory/i.test(messageOf(error))) {
    return "it is a folder";
  }
  return messageOf(error).replace(/^(.*?\(os error \d+\)).*$/s, "$1");
}

/** Returns the time of the oldest file in a folder, or `fallback` if there is none. */
export function oldestFile(
  folder: string,
  fallback: EpochMs,
  isLeftOut: (name: string) => boolean = () => false,
): EpochMs {
  return [...Deno.readDirSync(folder)]
    .filter(({ name }) => !isLeftOut(name))
    .map(({ name }) => Deno.lstatSync(`${folder}/${name}`).mtime?.getTime())
    .filter((time) => time !== undefined)
    .reduce((first, time) => Math.min(first, time), fallback);
}
