/**
 * When enough of a run was reported to know when its audio began.
 *
 * @module
 */

import type { Clock, MonotonicMs, TimerHandle } from "../../platform/clock.ts";

/** How long to compare reports before the start of a run is known. */
export interface StartWait {
  /** Milliseconds after the last report that made the start earlier. */
  readonly quietMs: number;
  /** Maximum milliseconds when no other report comes. */
  readonly waitMs: number;
}

/** A device reports each frame as soon as it is captured; a report may be late. */
export const DEVICE_WAIT: StartWait = { quietMs: 500, waitMs: 1_500 };
/** A stream sends what it has buffered first, in pages or segments. */
export const STREAM_WAIT: StartWait = { quietMs: 2_500, waitMs: 4_000 };

/** Maximum milliseconds until a start is reported, however much it changes. */
const LIMIT_MS = 20_000;
/** A start that changes by less is the same. */
const SAME_MS = 50;

/** Options of {@linkcode StartEstimator}. */
export interface StartOptions {
  /** Sets the timer. */
  readonly clock: Clock;
  /** How long to compare. */
  readonly wait: StartWait;
  /** Reports when the run began; settles when that is done. */
  report(): Promise<void>;
}

/** Calls once, some reports after a run's first one. */
export class StartEstimator {
  readonly #options: StartOptions;
  readonly #reported = Promise.withResolvers<void>();
  #firstAt: MonotonicMs | null = null;
  #start: MonotonicMs = Infinity;
  #changedAt: MonotonicMs = 0;
  #timer: TimerHandle | null = null;
  #isSettled = false;

  /** An estimator without reports so far. */
  constructor(options: StartOptions) {
    this.#options = options;
  }

  /** Resolves when the start is reported, or the run ends without a report. */
  get reported(): Promise<void> {
    return this.#reported.promise;
  }

  /** More audio was reported at `moment`; by it, the run began at `start`. */
  report(moment: MonotonicMs, start: MonotonicMs): void {
    if (this.#isSettled) return;
    const { wait } = this.#options;
    this.#firstAt ??= this.#changedAt = moment;
    if (start < this.#start - SAME_MS) {
      // The first report is not a change.
      if (this.#start !== Infinity) this.#changedAt = moment;
      this.#start = start;
    }
    this.#wait();
    const isQuiet = moment - this.#changedAt >= wait.quietMs;
    if (isQuiet || moment - this.#firstAt >= LIMIT_MS) this.settle();
  }

  /**
   * Reports the start by the reports so far; does nothing before the first one.
   */
  settle(): void {
    if (this.#isSettled || this.#firstAt === null) return;
    this.#isSettled = true;
    this.#clearTimer();
    this.#reported.resolve(this.#options.report());
  }

  /** The run is over. */
  end(): void {
    this.settle();
    if (this.#firstAt === null) this.#reported.resolve();
  }

  #wait(): void {
    const { clock, wait } = this.#options;
    this.#clearTimer();
    this.#timer = clock.setTimeout(() => this.settle(), wait.waitMs);
  }

  #clearTimer(): void {
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
