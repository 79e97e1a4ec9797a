/**
 * Creates or replaces text files of the user atomically.
 *
 * @module
 */

import { writeAllSync } from "@std/io/write-all";
import { basename, dirname, resolve } from "@std/path";

/** Maximum number of links followed, as in Linux, path_resolution(7). */
const MAX_LINKS = 40;

/**
 * Creates a new file, readable only by its user, and the folders above it.
 *
 * @throws {Deno.errors.AlreadyExists} when the path exists; it is not changed.
 */
export function createTextFile(path: string, text: string): void {
  makeFolder(dirname(path));
  using file = Deno.openSync(path, {
    write: true,
    createNew: true,
    mode: 0o600,
  });
  writeThrough(file, text);
}

/**
 * Replaces or creates a file atomically: readers see the old text or the new
 * one, and the new one is synced to disk. The file keeps its mode and its
 * owner; the target of a symbolic link is replaced, not the link.
 *
 * @throws when it cannot be written or is read-only; the old file is then
 * unchanged.
 */
export function replaceTextFile(path: string, text: string): void {
  const target = followLinks(path);
  makeFolder(dirname(target));
  const old = statIfThere(target);
  // A read-only file must not be replaced, although its folder permits it.
  if (old !== null) Deno.openSync(target, { write: true }).close();
  const fresh = Deno.makeTempFileSync({
    dir: dirname(target),
    prefix: `.${basename(target)}.`,
  });
  try {
    {
      using file = Deno.openSync(fresh, { write: true });
      writeThrough(file, text);
    }
    if (old !== null) keepAttributes(fresh, old);
    Deno.renameSync(fresh, target);
  } catch (error) {
    Deno.removeSync(fresh);
    throw error;
  }
}

function writeThrough(file: Deno.FsFile, text: string): void {
  writeAllSync(file, new TextEncoder().encode(text));
  file.syncSync();
}

function makeFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new Deno.errors.NotADirectory(`${path} is not a folder`);
  }
}

function statIfThere(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function followLinks(path: string): string {
  let target = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    try {
      target = resolve(dirname(target), Deno.readLinkSync(target));
    } catch {
      // Not a link, or missing: opening it reports more.
      return target;
    }
  }
  return target;
}

function keepAttributes(path: string, { mode, uid, gid }: Deno.FileInfo): void {
  if (Deno.build.os === "windows" || mode === null) return;
  try {
    Deno.chownSync(path, uid, gid);
  } catch (error) {
    // Only root may change the owner of files; others own what they write.
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
  }
  try {
    Deno.chmodSync(path, mode & 0o7777);
  } catch (error) {
    // A file system without permissions; the new file is private where it can
    // be.
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
  }
}
