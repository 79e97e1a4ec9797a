/**
 * Text files of the user that are made or replaced as a whole.
 *
 * @module
 */

import { writeAllSync } from "@std/io/write-all";
import { basename, dirname, resolve } from "@std/path";

/** As many links as Linux follows, path_resolution(7). */
const MAX_LINKS = 40;

/**
 * Makes a file that is not there yet, readable by its user alone, and the
 * folders above it.
 *
 * @throws {Deno.errors.AlreadyExists} when there is anything at the path; it is untouched.
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
 * Replaces a file as a whole, or makes it: readers see the old text or the new
 * one, and the new one is on the disk. The file keeps its mode and its owner;
 * a symbolic link stays, and what it leads to is replaced.
 *
 * @throws when it cannot be written, or is not to be; the old file is then untouched.
 */
export function replaceTextFile(path: string, text: string): void {
  const target = followLinks(path);
  makeFolder(dirname(target));
  const old = statIfThere(target);
  // A file that is read-only is meant to stay, though its folder lets it be replaced.
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
      // No link, or nothing at all: whoever opens it learns more.
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
    // Only root may give files away; others keep what they write as theirs.
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
  }
  Deno.chmodSync(path, mode & 0o7777);
}
