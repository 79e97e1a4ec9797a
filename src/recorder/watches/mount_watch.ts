/**
 * Waits while the mount that a recording requires is missing, so that no folder
 * is made on the disk below it.
 *
 * @module
 */

import { EchologError } from "../../errors.ts";
import type { Sink } from "../../events.ts";
import { type Clock, pause } from "../../platform/clock.ts";
import { isMountPoint } from "../../platform/mounts/mount_point.ts";

/** Milliseconds between two checks of a missing mount. */
const CHECK_MS = 2_000;

/** Options of {@linkcode MountWatch}. */
export interface MountWatchOptions {
  /** The path that must be a mount point. */
  readonly path: string;
  /** The clock. */
  readonly clock: Clock;
  /** Takes the warning. */
  readonly sink: Sink;
  /** Whether a path is a mount point. */
  isMounted?(path: string): Promise<boolean>;
}

/** Checks the mount that a recording requires. */
export class MountWatch {
  readonly #options: MountWatchOptions;
  readonly #isMounted: (path: string) => Promise<boolean>;

  /** A watch for the path of the options. */
  constructor(options: MountWatchOptions) {
    this.#options = options;
    this.#isMounted = options.isMounted ?? isMountPoint;
  }

  /** Whether nothing is mounted at the path. */
  async isMissing(): Promise<boolean> {
    return !await this.#isMounted(this.#options.path);
  }

  /**
   * Returns at once when the path is mounted; otherwise warns, and waits until
   * it is or `signal` is aborted.
   *
   * @returns whether it was missing.
   */
  async wait(signal: AbortSignal): Promise<boolean> {
    if (!await this.isMissing()) return false;
    const { clock, path, sink } = this.#options;
    sink.emit({
      event: "warning",
      time: clock.now(),
      code: "mount_missing",
      message: `${notMounted(path)}: recording resumes when it is mounted`,
      details: { path },
    });
    while (!signal.aborted && await this.isMissing()) {
      await pause(clock, CHECK_MS, signal);
    }
    return true;
  }
}

/**
 * Checks the required mount before anything is created.
 *
 * @param path the path that must be a mount point, or `null` for none.
 * @throws {EchologError} `folder`, when nothing is mounted there.
 */
export async function assertMounted(path: string | null): Promise<void> {
  if (path === null || await isMountPoint(path)) return;
  throw new EchologError(
    "folder",
    `Cannot record: ${notMounted(path)} (recording.require_mount)`,
    { hint: "mount its disk, or change recording.require_mount" },
  );
}

/** Describes a missing mount, as a phrase. */
export function notMounted(path: string): string {
  return `${path} is not a mount point`;
}
