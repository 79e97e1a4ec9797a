/**
 * Requests to stop that come as a file in the session's folder, where no signal
 * can bring them: Deno ends a process at once with
 * {@link https://github.com/denoland/deno/pull/32689 | each signal} on Windows.
 *
 * @module
 */

import { join } from "@std/path";
import type { Clock, TimerHandle } from "../../platform/clock.ts";
import { makeFile, removeFile } from "../../platform/guarded/async_files.ts";

/** Name of the file. */
const STOP_FILE = ".stop";
/** Milliseconds between two checks. */
const CHECK_MS = 1_000;

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

/** Options of {@linkcode StopRequests}. */
export interface StopRequestsOptions {
  /** Folder of the session. */
  readonly folder: string;
  /** The clock. */
  readonly clock: Clock;
  /** Called once, when the session is asked to stop. */
  onStop(): void;
}

/** Checks every second whether a session is asked to stop. */
export class StopRequests implements Disposable {
  readonly #options: StopRequestsOptions;
  #timer: TimerHandle | null = null;
  #isOver = false;

  /** Begins to check. */
  constructor(options: StopRequestsOptions) {
    this.#options = options;
    this.#schedule();
  }

  /** Ends the checks. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  #schedule(): void {
    const { clock } = this.#options;
    if (this.#isOver) return;
    this.#timer = clock.setTimeout(() => void this.#check(), CHECK_MS);
    clock.unref(this.#timer);
  }

  async #check(): Promise<void> {
    const { folder, onStop } = this.#options;
    if (!await isStopRequested(folder)) return this.#schedule();
    await removeStopRequest(folder);
    if (!this.#isOver) onStop();
  }
}
