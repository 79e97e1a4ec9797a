/**
 * The files of a repair itself, and those that a dead recorder leaves.
 *
 * @module
 */

import { join } from "@std/path";
import { EchologError } from "../errors.ts";
import { isAppendable } from "../log/read/plain_bytes.ts";
import { logPart } from "../log/read/reader.ts";
import type { Clock } from "../platform/clock.ts";
import { openToChange, removeIfThere } from "../platform/guarded/files.ts";
import { UnsafePathError } from "../platform/guarded/guard.ts";
import { cutZeros } from "../platform/guarded/zeros.ts";
import { lockFile } from "../platform/locks/file_lock.ts";
import { Patience, TIMED_OUT } from "../platform/locks/patience.ts";
import { INDEX_FILE } from "../sessions/chunks/chunk_index.ts";
import { LEFTOVERS } from "../sessions/folder.ts";

/** Name of the file that a repair locks. */
export const REPAIR_LOCK = ".repair";

/** Options of {@linkcode lockRepair}. */
export interface LockOptions {
  /** Folder of the session. */
  readonly folder: string;
  /** The clock. */
  readonly clock: Clock;
  /** Takes a line when the wait takes long. */
  onError(line: string): void;
}

/**
 * Takes the lock of a session's repair; the file goes with it.
 *
 * @throws {EchologError} `failed` when another process repairs the session.
 */
export async function lockRepair(
  { folder, clock, onError }: LockOptions,
): Promise<Disposable> {
  const path = join(folder, REPAIR_LOCK);
  const patience = new Patience({
    clock,
    onWait: () => onError(`Waiting for another repair of ${folder}`),
  });
  let file: Deno.FsFile | typeof TIMED_OUT;
  try {
    file = await patience.waitFor(lockFile(path), (late) => late.close());
  } catch (error) {
    if (error instanceof UnsafePathError) throw error;
    // A folder that cannot be written is safe from another repair, and has no
    // use of this one, which reports it.
    return { [Symbol.dispose]() {} };
  }
  if (file === TIMED_OUT) {
    throw new EchologError("failed", `Another process is repairing ${folder}`, {
      hint: "wait until it has ended, or end it",
    });
  }
  return {
    [Symbol.dispose]() {
      tryRemove(path);
      file.close();
    },
  };
}

/** Removes what a dead recorder kept beside its files, and returns how many there were. */
export function removeLeftovers(folder: string): number {
  return LEFTOVERS.filter((name) => tryRemove(join(folder, name))).length;
}

/**
 * Takes the zero bytes away that a power cut left at the ends of a session's
 * logs and of its index.
 *
 * @returns whether there were any.
 */
export function removeZeros(folder: string): boolean {
  let wereAny = false;
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      if (logPart(name) === null && name !== INDEX_FILE) continue;
      if (removeZerosOf(join(folder, name))) wereAny = true;
    }
  } catch {
    // The folder cannot be read, which the repair reports.
  }
  return wereAny;
}

function removeZerosOf(path: string): boolean {
  try {
    using file = openToChange(path);
    const head = new Uint8Array(4);
    // In UTF-16, the last byte of a line is zero.
    if (!isAppendable(head.subarray(0, file.readSync(head) ?? 0))) return false;
    return cutZeros(file);
  } catch {
    // It cannot be changed. What has to write to it reports that.
    return false;
  }
}

function tryRemove(path: string): boolean {
  try {
    return removeIfThere(path);
  } catch {
    // It cannot be removed, which verify reports.
    return false;
  }
}
