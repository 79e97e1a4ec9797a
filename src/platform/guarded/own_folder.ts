/**
 * A folder that this process made, and whether it is still there.
 *
 * @module
 */

import { outputSoon } from "../processes.ts";
import { expectOwner, isSame, lookAtFolder } from "./guard.ts";

/** Knows a folder by more than its path, which may lead elsewhere later. */
export class OwnFolder {
  readonly #path: string;
  #made: Deno.FileInfo | null;

  /** The folder that was just made at a path. */
  constructor(path: string) {
    this.#path = path;
    this.#made = lookAtFolder(path, "write");
    if (this.#made !== null) expectOwner(path, this.#made);
  }

  /**
   * Whether it is still there, and not a link or another folder. A disk that
   * hangs does not hold the caller.
   */
  async isThere(): Promise<boolean> {
    try {
      const info = await Deno.lstat(this.#path);
      return info.isDirectory && this.#made !== null &&
        isSame(info, this.#made);
    } catch {
      // It was deleted, or its disk is gone.
      return false;
    }
  }

  /**
   * Makes it again when it is missing; false when that cannot be done. A disk
   * that hangs does not hold the caller's thread.
   *
   * Another folder is taken only from the same user: a disk that comes back may
   * have another number.
   */
  async make(): Promise<boolean> {
    try {
      if (await this.isThere()) return true;
      await Deno.mkdir(this.#path, { recursive: true, mode: 0o700 });
      this.#made = lookAtFolder(this.#path, "write");
      return this.#made !== null;
    } catch {
      // The disk is gone, or something else has the folder's name.
      return false;
    }
  }

  /**
   * Whether a process that was started in it is in another folder: the path may
   * have been made a link in the moment between. False when nothing is known.
   */
  async isElsewhere(pid: number): Promise<boolean> {
    const made = this.#made;
    // Elsewhere a process does not show its folder so cheaply.
    if (Deno.build.os !== "linux" || made?.ino == null) return false;
    const args = ["-L", "-c", "%d %i", `/proc/${pid}/cwd`];
    const place = await outputSoon("stat", args);
    return place !== null && place !== `${made.dev} ${made.ino}`;
  }
}
