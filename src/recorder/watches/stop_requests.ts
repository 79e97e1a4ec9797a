/**
 * Takes requests to stop that come as a file, where signals cannot bring them.
 *
 * @module
 */

import type { Clock, TimerHandle } from "../../platform/clock.ts";
import {
  isStopRequested,
  removeStopRequest,
} from "../../sessions/stop_request.ts";

/** Milliseconds between two checks. */
const CHECK_MS = 1_000;

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
