/**
 * Makes and opens files below an output folder without holding the thread, for
 * a disk that may hang while audio comes.
 *
 * @module
 */

import { readAll } from "@std/io/read-all";
import { dirname } from "@std/path";
import {
  isSame,
  isStrange,
  lookAtFolder,
  looksAt,
  noSuch,
  ReplacedError,
  type Sighting,
  UnsafePathError,
  userId,
  whyUnsafe,
} from "./guard.ts";
import { removeOwn } from "./files.ts";
import { keepOwner } from "./owner.ts";

/** How often a file that is replaced while it is opened is tried again. */
const MAX_TRIES = 100;

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
    for (let looks = looksAt(folder); looks > 0; looks--) {
      await confirmFolder(path, folder);
      await confirmPlace(path, file);
    }
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
  return info === null
    ? await makeFile(path)
    : await openSeen(path, { info, folder }, { read: true, append: true });
}

/**
 * Opens a file for reading and writing. It is neither created nor truncated.
 *
 * @throws {Deno.errors.NotFound} when it does not exist.
 * @throws {UnsafePathError} when it is not what it should be.
 */
export async function openToChange(path: string): Promise<Deno.FsFile> {
  const folder = await ownFolderOf(path);
  const info = await lstatOrNull(path);
  if (info === null) throw noSuch(path);
  return await openSeen(path, { info, folder }, { read: true, write: true });
}

/**
 * Returns the permissions of a file, or `null` when there is none.
 *
 * @throws {UnsafePathError} when it is not what it should be.
 */
export async function modeOf(path: string): Promise<number | null> {
  const folder = await ownFolderOf(path);
  const info = await lstatOrNull(path);
  if (info === null) return null;
  assertSafe(path, { info, folder });
  return (info.mode ?? 0o600) & 0o777;
}

/**
 * Opens a file for reading.
 *
 * @throws {Deno.errors.NotFound} when it does not exist.
 * @throws {UnsafePathError} when it is not what it should be.
 */
export async function openToRead(path: string): Promise<Deno.FsFile> {
  for (let tries = 1;; tries++) {
    const folder = await Deno.stat(dirname(path));
    const info = await Deno.lstat(path);
    assertSafe(path, { info, folder });
    const file = await Deno.open(path);
    if (isSame(await file.stat(), info)) return file;
    file.close();
    // A state is replaced, and a log rotated, at any time.
    if (tries < MAX_TRIES) continue;
    throw new ReplacedError(path, "it was replaced while it was opened");
  }
}

/**
 * Reads a file as UTF-8 text.
 *
 * @param limit Maximum number of bytes.
 * @throws {Deno.errors.NotFound} when it does not exist.
 * @throws {UnsafePathError} when it is not what it should be, or larger.
 */
export async function readText(path: string, limit: number): Promise<string> {
  using file = await openToRead(path);
  const { size } = await file.stat();
  if (size > limit) {
    throw new UnsafePathError(path, `it is larger than ${limit} bytes`);
  }
  return new TextDecoder().decode(await readAll(file));
}

/**
 * Looks at a regular file of one name, on the file system of its folder.
 *
 * @param folder Facts about its folder.
 * @returns false when there is none.
 * @throws {UnsafePathError} when it is something else.
 */
export async function isRegular(
  path: string,
  folder: Deno.FileInfo,
): Promise<boolean> {
  const info = await lstatOrNull(path);
  if (info === null) return false;
  assertSafe(path, { info, folder });
  if (info.dev === folder.dev) return true;
  throw new UnsafePathError(path, "it is on another file system");
}

/**
 * Removes a file that {@linkcode isRegular}, if there is one.
 *
 * @param folder Facts about its folder, as they were when it was found.
 * @throws {UnsafePathError} when it is something else, or its folder was
 * replaced.
 * @throws when it cannot be removed.
 */
export async function removeRegular(
  path: string,
  folder: Deno.FileInfo,
): Promise<void> {
  if (!await isRegular(path, folder)) return;
  await confirmFolder(path, folder);
  await Deno.remove(path);
}

/**
 * Removes a file, if there is one.
 *
 * @throws {UnsafePathError} when its folder is a link, or another user's.
 */
export async function removeFile(path: string): Promise<void> {
  try {
    await ownFolderOf(path);
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Opens a file that was looked at. */
async function openSeen(
  path: string,
  seen: Sighting,
  options: Deno.OpenOptions,
): Promise<Deno.FsFile> {
  assertSafe(path, seen);
  const file = await Deno.open(path, options);
  try {
    if (!isSame(await file.stat(), seen.info)) {
      throw new UnsafePathError(path, "it was replaced while it was opened");
    }
    await confirmFolder(path, seen.folder);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function assertSafe(path: string, { info, folder }: Sighting): void {
  const reason = whyUnsafe(path, info, folder, userId());
  if (reason !== null) throw new UnsafePathError(path, reason);
}

/**
 * Returns facts about a file's folder, in which files may be changed.
 *
 * @throws {Deno.errors.NotFound} when it does not exist.
 * @throws {UnsafePathError} when it is a link, or another user's.
 */
export async function ownFolderOf(path: string): Promise<Deno.FileInfo> {
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

async function confirmPlace(path: string, file: Deno.FsFile): Promise<void> {
  const now = await lstatOrNull(path);
  if (now !== null && isSame(now, await file.stat())) return;
  throw new ReplacedError(path, "it was replaced while it was made");
}

async function lstatOrNull(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
