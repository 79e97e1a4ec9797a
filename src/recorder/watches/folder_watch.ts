/**
 * Notices that the folder of a session was deleted or moved while it records.
 *
 * @module
 */

import type { Clock, MonotonicMs } from "../../platform/clock.ts";
import type { OwnFolder } from "../../platform/guarded/own_folder.ts";

/** Milliseconds between two checks: each wakes two threads. */
const CHECK_MS = 1_900;

/** Checks now and then whether a folder is still there. */
export class FolderWatch {
  readonly #folder: Pick<OwnFolder, "isThere">;
  readonly #clock: Pick<Clock, "monotonic">;
  #isChecking = false;
  #checkedAt: MonotonicMs = -Infinity;

  /** A watch that checks `folder` when it is asked to, but not too often. */
  constructor(
    folder: Pick<OwnFolder, "isThere">,
    clock: Pick<Clock, "monotonic">,
  ) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /**
   * Whether the folder is gone; false when it was checked just before. On a disk
   * that hangs, one check waits and others return at once.
   */
  async isGone(): Promise<boolean> {
    const now = this.#clock.monotonic();
    if (this.#isChecking || now - this.#checkedAt < CHECK_MS) return false;
    this.#isChecking = true;
    this.#checkedAt = now;
    const isThere = await this.#folder.isThere();
    this.#isChecking = false;
    return !isThere;
  }
}
