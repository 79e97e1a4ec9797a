/**
 * Disk space that is kept in reserve for the end of a session, and trials that
 * show whether its disk can be written.
 *
 * @module
 */

import { writeAll } from "@std/io/write-all";
import { join } from "@std/path";
import { makeFile, removeFile } from "../platform/guarded/async_files.ts";
import { removeIfThere } from "../platform/guarded/files.ts";

export const RESERVE_FILE = ".reserve";
/** The file of a trial, which exists only while the trial runs. */
export const TRIAL_FILE = ".trial";

/** Size of the reserve: enough for some hundred lines at the end of a log. */
export const RESERVE_BYTES = 65_536;

/** Free bytes below which a disk is full: closing the last chunk needs them. */
export const MIN_BYTES = 131_072;

/** Bytes of a file that are written at once. */
const BLOCK_BYTES = 65_536;

/** Makes the reserve of a session; a full disk has none. */
export async function makeReserve(folder: string): Promise<void> {
  const path = join(folder, RESERVE_FILE);
  try {
    await removeFile(path);
    using file = await makeFile(path);
    await writeBytes(file, RESERVE_BYTES);
  } catch {
    // The disk is full already: the first check or ffmpeg reports it. A part of
    // the reserve would take the room that the log needs.
    await freeReserve(folder);
  }
}

/** Frees the reserve of a session, so that its log can be continued. */
export async function freeReserve(folder: string): Promise<void> {
  try {
    await removeFile(join(folder, RESERVE_FILE));
  } catch {
    // The disk is read-only, or has errors.
  }
}

/** Frees the reserve of a session at its end, and what a trial has left. */
export function releaseReserve(folder: string): void {
  for (const name of [RESERVE_FILE, TRIAL_FILE]) {
    try {
      removeIfThere(join(folder, name));
    } catch {
      // The disk is read-only, or the folder is another one by now.
    }
  }
}

/**
 * Writes a file of so many bytes into a session's folder, down to the disk, and
 * removes it again.
 *
 * @param signal Ends the trial early.
 * @throws when it cannot be written.
 */
export async function writeTrial(
  folder: string,
  bytes: number,
  signal?: AbortSignal,
): Promise<void> {
  const path = join(folder, TRIAL_FILE);
  await removeFile(path);
  try {
    using file = await makeFile(path);
    await writeBytes(file, bytes, signal);
    // Some file systems report a full disk and errors only then.
    await file.syncData();
  } finally {
    await removeFile(path);
  }
}

/** Writes random bytes: file systems that compress store zeros in no space. */
async function writeBytes(
  file: Deno.FsFile,
  bytes: number,
  signal?: AbortSignal,
): Promise<void> {
  for (let left = bytes; left > 0; left -= BLOCK_BYTES) {
    if (signal?.aborted) return;
    const block = new Uint8Array(Math.min(left, BLOCK_BYTES));
    await writeAll(file, crypto.getRandomValues(block));
  }
}
