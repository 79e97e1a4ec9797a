/**
 * Opens, reads and replaces files below an output folder: regular files of one
 * name and of the right owner, and never through a link.
 *
 * @module
 */

import { writeAllSync } from "@std/io/write-all";
import { dirname } from "@std/path";
import {
  confirm,
  confirmFolder,
  confirmPlace,
  isSame,
  isShared,
  look,
  lookAtFolder,
  looksAt,
  noSuch,
  ReplacedError,
  UnsafePathError,
} from "./guard.ts";
import { keepOwner } from "./owner.ts";

/** How often a file that is replaced while it is opened is tried again. */
const MAX_TRIES = 100;

/**
 * Opens a file for reading.
 *
 * @throws {Deno.errors.NotFound} when it does not exist.
 * @throws {UnsafePathError} when it is not what it should be.
 */
export function openToRead(path: string): Deno.FsFile {
  for (let tries = 1;; tries++) {
    const seen = look(path, "read");
    if (seen === null) throw noSuch(path);
    const open = () =>
      isShared(seen.folder) ? openWithoutWait(path) : Deno.openSync(path);
    try {
      return confirmed(open, (file) => confirm(path, file, seen, "read"));
    } catch (error) {
      // A log is rotated, and a state replaced, at any time.
      if (!(error instanceof ReplacedError) || tries >= MAX_TRIES) throw error;
    }
  }
}

/**
 * Opens a file whose place a pipe may have taken meanwhile. That blocks when it
 * is opened for reading alone, and not for writing, too.
 */
function openWithoutWait(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { read: true, write: true });
  } catch {
    // This user may not write it, as on a disk that is read-only.
    const { isFile } = Deno.lstatSync(path);
    if (isFile) return Deno.openSync(path);
    throw new ReplacedError(path, "it was replaced while it was opened");
  }
}

/**
 * Opens a file for reading and writing. It is neither created nor truncated.
 *
 * @throws {Deno.errors.NotFound} when it does not exist.
 * @throws {UnsafePathError} when it is not what it should be.
 */
export function openToChange(path: string): Deno.FsFile {
  const seen = look(path, "write");
  if (seen === null) throw noSuch(path);
  const open = () => Deno.openSync(path, { read: true, write: true });
  return confirmed(open, (file) => confirm(path, file, seen, "write"));
}

/**
 * Opens a file for reading and appending, and makes it when there is none.
 *
 * @throws {UnsafePathError} when there is something else.
 */
export function openToAppend(path: string): Deno.FsFile {
  const seen = look(path, "write");
  if (seen === null) return createFile(path, { append: true });
  const open = () => Deno.openSync(path, { read: true, append: true });
  return confirmed(open, (file) => confirm(path, file, seen, "write"));
}

/** How {@linkcode createFile} makes a file. */
interface CreateOptions {
  /** Whether everything is written at its end. */
  readonly append?: boolean;
  /** Its permissions; by default, only its user can read it. */
  readonly mode?: number;
}

/**
 * Makes a file.
 *
 * @throws {Deno.errors.AlreadyExists} when the path exists.
 * @throws {UnsafePathError} when its folder was replaced.
 */
export function createFile(
  path: string,
  { append = false, mode = 0o600 }: CreateOptions = {},
): Deno.FsFile {
  const folder = lookAtFolder(dirname(path), "write");
  if (folder === null) throw noSuch(path);
  const open = () =>
    Deno.openSync(path, {
      ...{ read: true, write: !append, append, createNew: true },
      mode,
    });
  return confirmed(open, (file) => confirmNew(path, file, folder));
}

/**
 * Checks that a file was made in the folder that was looked at, or removes it.
 *
 * Somebody may put a link in the folder's place for the moment of the making,
 * and for each look at the file, and take it away for each look at the folder.
 * So where others can, it is looked at several times.
 */
function confirmNew(
  path: string,
  file: Deno.FsFile,
  folder: Deno.FileInfo,
): void {
  try {
    for (let looks = looksAt(folder); looks > 0; looks--) {
      confirmFolder(path, folder, "write");
      confirmPlace(path, file);
    }
  } catch (error) {
    removeOwn(path, file);
    throw error;
  }
  keepOwner(path, file, folder);
}

/**
 * Reads a file as UTF-8 text.
 *
 * @param limit Maximum number of bytes.
 * @throws {Deno.errors.NotFound} when it does not exist.
 * @throws {UnsafePathError} when it is not what it should be, or larger.
 */
export function readText(path: string, limit: number): string {
  using file = openToRead(path);
  assertSmall(path, file, limit);
  const { size } = file.statSync();
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const count = file.readSync(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, filled));
}

/**
 * Reads the lines of a file, UTF-8 text, a block at a time.
 *
 * @param limit Maximum number of bytes.
 * @throws as {@linkcode readText} does.
 */
export function* readLines(path: string, limit: number): Generator<string> {
  using file = openToRead(path);
  assertSmall(path, file, limit);
  const decoder = new TextDecoder();
  const block = new Uint8Array(Math.min(limit, BLOCK_BYTES));
  let rest = "";
  for (let left = limit; left > 0;) {
    const count = file.readSync(block.subarray(0, left));
    if (count === null) break;
    left -= count;
    const lines = decoder.decode(block.subarray(0, count), { stream: true })
      .split("\n");
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** Bytes that are read at a time. */
const BLOCK_BYTES = 65_536;

function assertSmall(path: string, file: Deno.FsFile, limit: number): void {
  if (file.statSync().size <= limit) return;
  throw new UnsafePathError(path, `it is larger than ${limit} bytes`);
}

/**
 * Replaces or makes a file: readers see the old text or the new one. Owner and
 * mode of an old one stay.
 *
 * @throws {UnsafePathError} when there is something else.
 * @throws when it cannot be written; an old one is then unchanged.
 */
export function replaceFile(path: string, text: string): void {
  const old = look(path, "write");
  const fresh = `${path}.tmp`;
  // A recorder that died may have left one. A link itself is removed.
  removeIfThere(fresh);
  {
    const mode = (old?.info.mode ?? 0o600) & 0o777;
    using file = createFile(fresh, { mode });
    writeAllSync(file, new TextEncoder().encode(text));
    if (!isSame(Deno.lstatSync(fresh), file.statSync())) {
      throw new UnsafePathError(fresh, "it was replaced meanwhile");
    }
  }
  Deno.renameSync(fresh, path);
}

/**
 * Removes a file or a link, if there is one.
 *
 * @throws {UnsafePathError} when its folder is a link, or another user's.
 */
export function removeIfThere(path: string): boolean {
  try {
    if (lookAtFolder(dirname(path), "write") === null) return false;
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Removes what was made at a path, unless something else is there now. */
export function removeOwn(path: string, file: Deno.FsFile): void {
  try {
    if (isSame(Deno.lstatSync(path), file.statSync())) Deno.removeSync(path);
  } catch {
    // It is gone already.
  }
}

function confirmed(
  open: () => Deno.FsFile,
  check: (file: Deno.FsFile) => void,
): Deno.FsFile {
  const file = open();
  try {
    check(file);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}
