/**
 * Brings files to the disk, so that a power cut does not take them. Nothing here
 * holds its caller: a sync may take seconds on a slow disk.
 *
 * @module
 */

import { messageOf } from "../../errors.ts";
import { isAbsent } from "../fs.ts";
import { isSame, UnsafePathError } from "./guard.ts";

/**
 * Syncs a file, whichever process wrote it.
 *
 * @throws when it is missing, is not a regular file, or cannot be synced.
 */
export async function syncFile(path: string): Promise<void> {
  const seen = await Deno.lstat(path);
  if (!seen.isFile) throw new UnsafePathError(path, "it is not a regular file");
  // Other operations on a file would wait for the sync: it has its own.
  using file = await Deno.open(path);
  if (!isSame(await file.stat(), seen)) {
    throw new UnsafePathError(path, "it was replaced while it was opened");
  }
  await file.syncData();
}

/**
 * Syncs the names in a folder, where the file system can do that.
 *
 * @throws when it is missing, or cannot be synced.
 */
export async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders.
  if (Deno.build.os === "windows") return;
  using folder = await Deno.open(path);
  try {
    await folder.sync();
  } catch (error) {
    if (!UNSUPPORTED.test(messageOf(error))) throw error;
  }
}

/** Matches EINVAL and EOPNOTSUPP: some file systems do not sync folders. */
const UNSUPPORTED = /\(os error (?:22|45|95)\)/;

/** Syncs for a session. No method rejects, and the first failure is reported. */
export class DiskSync {
  readonly #onError: (error: unknown) => void;
  #hasFailed = false;

  /** `onError` takes the first failure. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Syncs a file, unless it is missing. */
  file(path: string): Promise<void> {
    return this.#attempt(path, () => syncFile(path));
  }

  /** Syncs the names in a folder, unless it is missing. */
  folder(path: string): Promise<void> {
    return this.#attempt(path, () => syncFolder(path));
  }

  /** Syncs an open file, its name included. */
  opened(path: string, file: Deno.FsFile): Promise<void> {
    return this.#attempt(path, () => file.sync());
  }

  async #attempt(path: string, sync: () => Promise<void>): Promise<void> {
    try {
      await sync();
    } catch (error) {
      if (this.#hasFailed || isAbsent(error)) return;
      this.#hasFailed = true;
      const message = `Cannot sync ${path} to the disk: ${messageOf(error)}`;
      this.#onError(new Error(message, { cause: error }));
    }
  }
}
