/**
 * Looks at a file before and after it is opened.
 *
 * An output folder may be shared. Another user can put a link, a pipe or a file
 * of a second name where echolog expects a file of its own. So a file is opened
 * only when it is a regular file with one name and of the right owner, and used
 * only when what was opened is what was looked at.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { EchologError } from "../../errors.ts";

/** Reports a path that is not what echolog makes. Nothing was changed. */
export class UnsafePathError extends EchologError {
  /** Creates an error about a path, with the reason as a phrase. */
  constructor(path: string, readonly reason: string) {
    super("failed", `Cannot use ${path}: ${reason}`, {
      hint: "it is left alone; move it away if it is not yours",
    });
    this.name = "UnsafePathError";
  }
}

/** Reports a file that became another one while it was opened. */
export class ReplacedError extends UnsafePathError {}

/** What a path was when it was looked at. */
export interface Sighting {
  /** Facts about it. */
  readonly info: Deno.FileInfo;
  /** Facts about its folder. */
  readonly folder: Deno.FileInfo;
}

/** What is to be done with a file. */
export type Purpose = "read" | "write";

/**
 * Looks at a file.
 *
 * @param path Its path, below an output folder.
 * @returns `null` when it does not exist.
 * @throws {UnsafePathError} when it is not a regular file, has several names,
 * or has another owner.
 */
export function look(path: string, purpose: Purpose): Sighting | null {
  const folder = lookAtFolder(dirname(path), purpose);
  if (folder === null) return null;
  const info = lstat(path);
  if (info === null) return null;
  const reason = whyUnsafe(path, info, folder, userId());
  if (reason !== null) throw new UnsafePathError(path, reason);
  return { info, folder };
}

/**
 * Looks at a session's folder.
 *
 * @returns `null` when it does not exist.
 * @throws {UnsafePathError} when files in it may not be changed: it is a link,
 * or, unless this is root, another user's; or may not be read: it is another
 * user's link.
 */
export function lookAtFolder(
  path: string,
  purpose: Purpose,
): Deno.FileInfo | null {
  const info = purpose === "read" ? readersFolder(path) : lstat(path);
  if (info === null) return null;
  if (info.isSymlink) throw new UnsafePathError(path, "it is a link");
  if (!info.isDirectory) throw new UnsafePathError(path, "it is not a folder");
  if (purpose === "write" && isStrange(path, info)) {
    throw new UnsafePathError(path, FOREIGN);
  }
  const uid = userId();
  const isForeign = purpose === "write" && uid !== null && uid !== 0 &&
    info.uid !== null && info.uid !== uid;
  if (isForeign && hasOwners(path, info, uid)) {
    throw new UnsafePathError(path, FOREIGN);
  }
  return info;
}

const FOREIGN = "it is another user's folder";

/** Owners of the folders that this process made, by their paths. */
const OWNERS = new Map<string, number | null>();

/** From now on a folder's path is that of its owner's folders alone, for root too. */
export function expectOwner(path: string, { uid }: Deno.FileInfo): void {
  OWNERS.set(path, uid);
}

/** Whether a folder of another user took the place of one that this process made. */
export function isStrange(path: string, { uid }: Deno.FileInfo): boolean {
  const owner = OWNERS.get(path);
  return owner !== undefined && uid !== owner;
}

/**
 * Whether a session's folder, or the link in its place, is another user's. For
 * root, who looks after the sessions of others, those of the output folder's
 * owner are not: where several users share it, theirs still are.
 */
export function isForeignFolder(path: string): boolean {
  const uid = userId();
  const owner = lstat(path)?.uid ?? null;
  if (uid === null || owner === null || owner === uid) return false;
  return uid !== 0 || owner !== stat(dirname(path))?.uid;
}

/**
 * Returns facts about a folder for a reader, who may come through a link: of
 * their own, of root's, or of the folder's owner.
 */
function readersFolder(path: string): Deno.FileInfo | null {
  const link = lstat(path);
  if (!link?.isSymlink) return link;
  const info = stat(path);
  const uid = userId();
  const isTrusted = uid === null || info === null ||
    [uid, 0, info.uid].includes(link.uid);
  if (!isTrusted) throw new UnsafePathError(path, "it is another user's link");
  return info;
}

/**
 * Whether others may put something in the place of a file between a look and
 * its opening.
 */
export function isShared({ uid, mode }: Deno.FileInfo): boolean {
  return uid !== userId() || ((mode ?? 0) & 0o022) !== 0;
}

/**
 * Checks that an open file is the one that was looked at, in the same folder.
 *
 * @throws {UnsafePathError} when it is not; nothing may be written then.
 */
export function confirm(
  path: string,
  file: Deno.FsFile,
  { info, folder }: Sighting,
  purpose: Purpose,
): void {
  const replaced = "it was replaced while it was opened";
  if (!isSame(file.statSync(), info)) throw new ReplacedError(path, replaced);
  confirmFolder(path, folder, purpose);
  // The folder may have been another one just while the file was opened.
  const now = lstat(path);
  if (now === null || !isSame(now, info)) {
    throw new ReplacedError(path, replaced);
  }
}

/**
 * Checks that a file's folder is the one that was looked at.
 *
 * @throws {UnsafePathError} when it is not.
 */
export function confirmFolder(
  path: string,
  folder: Deno.FileInfo,
  purpose: Purpose,
): void {
  const parent = dirname(path);
  const now = purpose === "read" ? stat(parent) : lstat(parent);
  if (now === null || !isSame(now, folder)) {
    throw new UnsafePathError(path, "its folder was replaced meanwhile");
  }
}

/** Returns how often a new file in a folder is looked at. */
export function looksAt(folder: Deno.FileInfo): number {
  return userId() === 0 || isShared(folder) ? 5 : 1;
}

/**
 * Checks that a path is that of an open file.
 *
 * @throws {ReplacedError} when it is not.
 */
export function confirmPlace(path: string, file: Deno.FsFile): void {
  const now = lstat(path);
  if (now !== null && isSame(now, file.statSync())) return;
  throw new ReplacedError(path, "it was replaced while it was made");
}

/**
 * Returns why a file may not be used, as a phrase, or `null`.
 *
 * @param uid This user's id, `null` where there are no owners.
 */
export function whyUnsafe(
  path: string,
  info: Deno.FileInfo,
  folder: Deno.FileInfo,
  uid: number | null,
): string | null {
  if (info.isSymlink) return "it is a link";
  if (info.isDirectory) return "it is a folder";
  if (!info.isFile) return "it is not a regular file";
  if (isHollow(info) && !SILENT.test(path)) {
    return "most of it was never written";
  }
  if (uid === null || info.uid === null) return null;
  const isOwn = info.uid === uid && uid !== 0;
  if (!isOwn && info.uid !== folder.uid) return "it is another user's file";
  return (info.nlink ?? 1) > 1 ? "it has more than one name" : null;
}

/** Smaller files are read quickly, whatever is in them. */
const MAX_HOLLOW_BYTES = 64_000_000;
/** A compressing file system does not make a log this much smaller. */
const MIN_SHARE = 1 / 200;
/** Uncompressed audio, which silence makes as small as holes are. */
const SILENT = /\.wav(?:\.part)?$/;

/**
 * Whether a file is made of holes: it takes no room, and reading it takes as
 * long as its size says.
 */
function isHollow({ size, blocks }: Deno.FileInfo): boolean {
  return size > MAX_HOLLOW_BYTES && blocks !== null &&
    blocks * 512 < size * MIN_SHARE;
}

/** Whether two facts are about one file. */
export function isSame(one: Deno.FileInfo, other: Deno.FileInfo): boolean {
  // Windows does not report these.
  if (one.ino === null || other.ino === null) return true;
  return one.ino === other.ino && one.dev === other.dev;
}

/** Returns this user's id, or `null` where it is not known: owners are not compared then. */
export function userId(): number | null {
  try {
    return Deno.uid();
  } catch {
    // Without the permission; echolog itself has it.
    return null;
  }
}

/** Whether a file system keeps owners, by its device. */
const KEEPS_OWNERS = new Map<number, boolean>();

/**
 * Whether the file system of a folder keeps owners: others, such as exFAT, give
 * all files to the user who mounted them.
 */
function hasOwners(path: string, { dev }: Deno.FileInfo, uid: number): boolean {
  const known = KEEPS_OWNERS.get(dev);
  if (known !== undefined) return known;
  let keeps = true;
  try {
    const probe = join(path, `.owner-${crypto.randomUUID()}`);
    // The path may be another file's a moment later.
    using file = Deno.openSync(probe, { write: true, createNew: true });
    keeps = file.statSync().uid === uid;
    Deno.removeSync(probe);
  } catch {
    // It cannot be written, which is safe, too.
  }
  KEEPS_OWNERS.set(dev, keeps);
  return keeps;
}

function lstat(path: string): Deno.FileInfo | null {
  return orNull(() => Deno.lstatSync(path));
}

function stat(path: string): Deno.FileInfo | null {
  return orNull(() => Deno.statSync(path));
}

function orNull(look: () => Deno.FileInfo): Deno.FileInfo | null {
  try {
    return look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Returns the error for a file or folder that does not exist. */
export function noSuch(path: string): Deno.errors.NotFound {
  return new Deno.errors.NotFound(`No such file or folder: ${path}`);
}
