/**
 * Locks on files and folders, as flock(2) makes them: the kernel frees a lock
 * when its process ends, however it ends, and child processes do not inherit
 * it.
 *
 * @module
 */

import { openToAppend } from "../guarded/files.ts";

/** Whether a process holds the exclusive lock of a path. */
export type LockState = "free" | "held" | "unknown";

/** A handle that can take a lock without waiting: Deno 2.7 and later. */
interface TryLockable {
  tryLock(exclusive: boolean): Promise<boolean>;
}

/** Exit code of flock(1) for a lock that is held. */
const HELD = 75;

/**
 * Returns whether a process holds the exclusive lock of a path. It never waits,
 * and two callers never see each other's attempt.
 *
 * @returns `"unknown"` when the path cannot be opened, or its file system has
 * no locks.
 */
export async function lockState(path: string): Promise<LockState> {
  try {
    const { isDirectory, isFile } = await Deno.stat(path);
    // A pipe would block.
    if (!isDirectory && !isFile) return "unknown";
    using file = await Deno.open(path);
    if (canTry(file)) return await file.tryLock(false) ? "free" : "held";
  } catch {
    return "unknown";
  }
  return await stateByFlock(path);
}

function canTry(file: Deno.FsFile): file is Deno.FsFile & TryLockable {
  return "tryLock" in file;
}

async function stateByFlock(path: string): Promise<LockState> {
  try {
    const { code } = await new Deno.Command("flock", {
      args: ["-n", "-s", "-E", String(HELD), path, "true"],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return code === 0 ? "free" : code === HELD ? "held" : "unknown";
  } catch {
    // The program is not installed.
    return "unknown";
  }
}

/**
 * Takes the exclusive lock of a path for as long as this process lives, or until
 * it is disposed of. It does not wait: a lock that another process tests at this
 * moment is granted when that one is done.
 *
 * @returns a lock that may hold nothing: some file systems have no locks.
 */
export function holdLock(path: string): Disposable {
  let file: Deno.FsFile | null = null;
  try {
    file = Deno.openSync(path);
    file.lock(true).catch(ignore);
  } catch {
    // Windows does not open folders; the process is known by its id there.
  }
  return {
    [Symbol.dispose]() {
      file?.close();
      file = null;
    },
  };
}

/**
 * Opens a file and takes its exclusive lock, waiting for it without blocking.
 * Closing the file gives it back.
 */
export async function lockFile(path: string): Promise<Deno.FsFile> {
  const file = openToAppend(path);
  try {
    await file.lock(true);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function ignore(): void {}
