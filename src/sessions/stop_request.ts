/**
 * A file in a session's folder that asks its recorder to stop, where no signal
 * can: Deno ends a process at once with
 * {@link https://github.com/denoland/deno/pull/32689 | each signal} on Windows.
 *
 * @module
 */

import { join } from "@std/path";
import { makeFile, removeFile } from "../platform/guarded/async_files.ts";

/** Name of the file. */
export const STOP_FILE = ".stop";

/**
 * Asks the recorder of a session to stop.
 *
 * @throws {UnsafePathError} when its folder is a link, or another user's.
 */
export async function requestStop(folder: string): Promise<void> {
  try {
    (await makeFile(join(folder, STOP_FILE))).close();
  } catch (error) {
    // It was asked before.
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/** Takes a request back, or the one that was just granted. */
export async function removeStopRequest(folder: string): Promise<void> {
  try {
    await removeFile(join(folder, STOP_FILE));
  } catch {
    // The disk is read-only, or the folder is another one by now.
  }
}

/** Whether the recorder of a session is asked to stop. */
export async function isStopRequested(folder: string): Promise<boolean> {
  try {
    return (await Deno.lstat(join(folder, STOP_FILE))).isFile;
  } catch {
    // There is none, or the folder's disk does not answer.
    return false;
  }
}
