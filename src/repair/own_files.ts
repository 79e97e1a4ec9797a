/**
 * The files of a repair itself, and those that a dead recorder leaves.
 *
 * @module
 */

import { join } from "@std/path";
import { EchologError } from "../errors.ts";
import type { Clock } from "../platform/clock.ts";
import { UnsafePathError } from "../platform/guarded/guard.ts";
import { lockFile } from "../platform/locks/file_lock.ts";
import { Patience, TIMED_OUT } from "../platform/locks/patience.ts";
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
      removeIfThere(path);
      file.close();
    },
  };
}

/** Removes what a dead recorder kept beside its files, and returns how many there were. */
export function removeLeftovers(folder: string): number {
  return LEFTOVERS.filter((name) => removeIfThere(join(folder, name))).length;
}

function removeIfThere(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch {
    // It does not exist, or cannot be removed, which verify reports.
    return false;
  }
}
