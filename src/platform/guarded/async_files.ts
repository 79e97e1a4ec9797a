/**
 * Makes and opens files below an output folder without holding the thread, for
 * a disk that may hang while audio comes.
 *
 * @module
 */

import { dirname } from "@std/path";
import {
  isSame,
  isStrange,
  lookAtFolder,
  noSuch,
  UnsafePathError,
  userId,
  whyUnsafe,
} from "./guard.ts";
import { removeOwn } from "./files.ts";
import { keepOwner } from "./owner.ts";

/** How {@linkcode makeFile} makes a file. */
interface MakeOptions {
  /** Its permissions; by default, only its user can read it. */
  readonly mode?: number;
}

/**
 * Makes a file. Everything is written at its end.
 *
 * @throws {Deno.errors.AlreadyExists} when the path exists.
 * @throws {UnsafePathError} when its folder is unsafe, or was replaced.
 */
export async function makeFile(
  path: string,
  { mode = 0o600 }: MakeOptions = {},
): Promise<Deno.FsFile> {
  const folder = await ownFolderOf(path);
  const file = await Deno.open(path, {
    ...{ read: true, append: true, createNew: true },
    mode,
  });
  try {
    await confirmFolder(path, folder);
    keepOwner(path, file, folder);
    return file;
  } catch (error) {
    removeOwn(path, file);
    file.close();
    throw error;
  }
}

/**
 * Opens a file for reading and appending, and makes it when there is none.
 *
 * @throws {UnsafePathError} when there is something else.
 */
export async function openAtEnd(path: string): Promise<Deno.FsFile> {
  const folder = await ownFolderOf(path);
  const info = await lstatOrNull(path);
  if (info === null) return await makeFile(path);
  const reason = whyUnsafe(path, info, folder, userId());
  if (reason !== null) throw new UnsafePathError(path, reason);
  const file = await Deno.open(path, { read: true, append: true });
  try {
    if (!isSame(await file.stat(), info)) {
      throw new UnsafePathError(path, "it was replaced while it was opened");
    }
    await confirmFolder(path, folder);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Removes a file, if there is one. */
export async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Returns facts about a file's folder, in which files may be changed. */
async function ownFolderOf(path: string): Promise<Deno.FileInfo> {
  const parent = dirname(path);
  const folder = await Deno.lstat(parent);
  const isOwn = (userId() === 0 || folder.uid === userId()) &&
    !isStrange(parent, folder);
  if (folder.isDirectory && isOwn) return folder;
  // What may be another user's is looked at more closely, which is rare.
  const seen = lookAtFolder(parent, "write");
  if (seen === null) throw noSuch(parent);
  return seen;
}

async function confirmFolder(
  path: string,
  folder: Deno.FileInfo,
): Promise<void> {
  if (!isSame(await Deno.lstat(dirname(path)), folder)) {
    throw new UnsafePathError(path, "its folder was replaced meanwhile");
  }
}

async function lstatOrNull(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
