/**
 * Makes a file below an output folder without holding the thread, for a disk
 * that may hang.
 *
 * @module
 */

import { dirname } from "@std/path";
import { isSame, UnsafePathError, userId } from "./guard.ts";
import { giveTo } from "./owner.ts";

/**
 * Makes a file that only its user can read.
 *
 * @throws {Deno.errors.AlreadyExists} when the path exists.
 * @throws {UnsafePathError} when its folder is a link, or was replaced.
 */
export async function makeFile(path: string): Promise<Deno.FsFile> {
  const parent = dirname(path);
  const folder = await Deno.lstat(parent);
  if (!folder.isDirectory) throw new UnsafePathError(path, "it has no folder");
  const file = await Deno.open(path, {
    ...{ write: true, createNew: true },
    mode: 0o600,
  });
  try {
    if (!isSame(await Deno.lstat(parent), folder)) {
      throw new UnsafePathError(path, "its folder was replaced meanwhile");
    }
    keepOwner(path, folder);
    return file;
  } catch (error) {
    await removeOwn(path, file);
    file.close();
    throw error;
  }
}

/** Removes what was made at a path, unless something else is there now. */
async function removeOwn(path: string, file: Deno.FsFile): Promise<void> {
  try {
    if (isSame(await Deno.lstat(path), await file.stat())) {
      await Deno.remove(path);
    }
  } catch {
    // It is gone already.
  }
}

/** A file that root makes in the folder of another user is that user's. */
function keepOwner(path: string, { uid, gid }: Deno.FileInfo): void {
  if (userId() !== 0 || uid === null || uid === 0 || gid === null) return;
  giveTo(path, uid, gid);
}
