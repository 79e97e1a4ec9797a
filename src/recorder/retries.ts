/**
 * The waits between the runs of a session.
 *
 * @module
 */

import type { Seconds } from "../events.ts";
import type { ReturnWatch } from "../ffmpeg/socket_watch.ts";
import type { Clock, MonotonicMs } from "../platform/clock.ts";
import { Backoff } from "./backoff.ts";

/** So much audio, in so much time, was healthy: attempts are counted anew. */
const HEALTHY: Seconds = 60;

/** Options of {@linkcode Retries}. */
export interface RetriesOptions {
  /** Tells the time. */
  readonly clock: Clock;
  /** The longest wait. */
  readonly maxDelay: Seconds;
  /** A number from 0 to 1. */
  readonly chance: () => number;
  /** Notices that what audio comes from is back, where that can be seen. */
  readonly source: ReturnWatch | null;
  /** Ends a wait when the session is to end. */
  readonly signal: AbortSignal;
}

/** Says how long to wait before each new run, and waits. */
export class Retries {
  readonly #options: RetriesOptions;
  readonly #backoff: Backoff;
  #runSince: MonotonicMs;

  /** No run has ended yet. */
  constructor(options: RetriesOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.maxDelay);
    this.#runSince = options.clock.monotonic();
  }

  /** The next attempt and the wait before it, after a run that captured so much. */
  next(
    captured: Seconds,
  ): { readonly attempt: number; readonly delay: Seconds } {
    const { clock, chance } = this.#options;
    // A file on a server may hold hours and be fetched in a second.
    const lasted = (clock.monotonic() - this.#runSince) / 1000;
    if (Math.min(captured, lasted) >= HEALTHY) this.#backoff.reset();
    return this.#backoff.next(chance());
  }

  /** Waits, but no longer than until the source is back or the session is to end. */
  async wait(delay: Seconds): Promise<void> {
    if (delay > 0) await this.#wait(delay);
    this.#runSince = this.#options.clock.monotonic();
  }

  async #wait(delay: Seconds): Promise<void> {
    const { clock, source, signal } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = clock.setTimeout(resolve, delay * 1000);
    using _return = source?.onReturn(() => {
      this.#backoff.returned(clock.monotonic());
      resolve();
    });
    // Taken off again: a session of months waits often.
    const onAbort = () => resolve();
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) resolve();
    await promise;
    signal.removeEventListener("abort", onAbort);
    clock.clearTimeout(timer);
  }
}
