/**
 * The waits between the runs of a session.
 *
 * @module
 */

import type { Seconds } from "../events.ts";
import type { ReturnWatch } from "../ffmpeg/socket_watch.ts";
import { type Clock, type MonotonicMs, pause } from "../platform/clock.ts";

/** Share of a wait that is random, so that many recorders do not retry at the same time. */
const JITTER = 0.2;

/**
 * The wait before an attempt: none before the first, then 1, 2, 4 … seconds,
 * at most `longest`, each shortened by up to a fifth.
 *
 * @param attempt number of the attempt since audio was last healthy, from 1.
 * @param maxDelay the longest wait.
 * @param chance a number from 0 to 1.
 */
export function backoffDelay(
  attempt: number,
  maxDelay: Seconds,
  chance: number,
): Seconds {
  if (attempt <= 1) return 0;
  const full = Math.min(maxDelay, 2 ** Math.min(attempt - 2, 30));
  return full * (1 - JITTER * chance);
}

/** Minimum milliseconds between two resets of the waits by a returning source. */
const RETURN_PAUSE_MS = 60_000;

/** Counts the attempts of a session and computes the wait before each. */
export class Backoff {
  readonly #maxDelay: Seconds;
  #attempt = 0;
  #sinceReturn = 0;
  #lastReturn = -Infinity;

  /** A counter without attempts. */
  constructor(maxDelay: Seconds) {
    this.#maxDelay = maxDelay;
  }

  /** Audio was healthy: the count starts again. */
  reset(): void {
    this.#attempt = this.#sinceReturn = 0;
  }

  /**
   * The source of the audio is back at `now`. It may need some seconds until it
   * is ready, so the waits start again; the count continues.
   */
  returned(now: MonotonicMs): void {
    if (now - this.#lastReturn < RETURN_PAUSE_MS) return;
    this.#lastReturn = now;
    this.#sinceReturn = 0;
  }

  /** Returns the number of the next attempt, which does not wait. */
  atOnce(): { readonly attempt: number; readonly delay: Seconds } {
    this.#attempt++;
    // The wait after it is the first one.
    this.#sinceReturn = Math.max(1, this.#sinceReturn);
    return { attempt: this.#attempt, delay: 0 };
  }

  /** Returns the number of the next attempt and the wait before it. */
  next(chance: number): { readonly attempt: number; readonly delay: Seconds } {
    this.#attempt++;
    this.#sinceReturn++;
    return {
      attempt: this.#attempt,
      delay: backoffDelay(this.#sinceReturn, this.#maxDelay, chance),
    };
  }
}

/**
 * A run with this much audio over this much time was healthy: attempts are
 * counted from 1 again.
 */
const HEALTHY: Seconds = 60;
/** A run with audio is followed by a new one at once, this often in this time. */
const AT_ONCE = { runs: 5, ms: 60_000 };
/** A source that gave more audio than this at once is a file, or has buffered it. */
const BUFFERED: Seconds = 3;

/** Options of {@linkcode Retries}. */
export interface RetriesOptions {
  /** The clock. */
  readonly clock: Clock;
  /** The longest wait. */
  readonly maxDelay: Seconds;
  /** A number from 0 to 1. */
  readonly chance: () => number;
  /** Notices that the source of the audio is back, where that can be seen. */
  readonly source: ReturnWatch | null;
  /** Ends a wait when the session is to end. */
  readonly signal: AbortSignal;
}

/** Computes the wait before each new run, and waits. */
export class Retries {
  readonly #options: RetriesOptions;
  readonly #backoff: Backoff;
  #runSince: MonotonicMs;
  #atOnce: readonly MonotonicMs[] = [];

  /** Retries of a session whose first run has not ended. */
  constructor(options: RetriesOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.maxDelay);
    this.#runSince = options.clock.monotonic();
  }

  /**
   * Returns the next attempt and the wait before it, after a run that captured
   * this much that was not recorded before.
   */
  next(
    captured: Seconds,
  ): { readonly attempt: number; readonly delay: Seconds } {
    const { clock, chance } = this.#options;
    const now = clock.monotonic();
    // A file on a server may hold hours of audio and load in a second.
    const lasted = (now - this.#runSince) / 1000;
    if (Math.min(captured, lasted) >= HEALTHY) this.#backoff.reset();
    this.#atOnce = this.#atOnce.filter((time) => now - time < AT_ONCE.ms);
    const isLive = captured > 0 && captured < lasted + BUFFERED;
    if (isLive && this.#atOnce.length < AT_ONCE.runs) {
      this.#atOnce = [...this.#atOnce, now];
      return this.#backoff.atOnce();
    }
    return this.#backoff.next(chance());
  }

  /** Waits, but no longer than until the source is back or the session is to end. */
  async wait(delay: Seconds): Promise<void> {
    if (delay > 0) await this.#wait(delay);
    this.#runSince = this.#options.clock.monotonic();
  }

  async #wait(delay: Seconds): Promise<void> {
    const { clock, source, signal } = this.#options;
    const returned = new AbortController();
    using _return = source?.onReturn(() => {
      this.#backoff.returned(clock.monotonic());
      returned.abort();
    });
    await pause(clock, delay * 1000, signal, returned.signal);
  }
}
