/**
 * When enough is known to tell when a run began.
 *
 * @module
 */

import type { Clock, MonotonicMs, TimerHandle } from "../../platform/clock.ts";

/** Milliseconds over which reports are compared: one may be late, and streams send at once what they hold. */
const ENOUGH_MS = 500;
/** Milliseconds after the first report that nobody waits longer than, should no other come. */
const LATEST_MS = 1_500;

/** Calls once, some reports after a run's first one. */
export class StartEstimator {
  readonly #clock: Clock;
  readonly #report: () => Promise<void>;
  readonly #reported = Promise.withResolvers<void>();
  #firstAt: MonotonicMs | null = null;
  #timer: TimerHandle | null = null;
  #isSettled = false;

  /**
   * A watch without reports so far.
   *
   * @param clock Sets the timer.
   * @param tell Tells when the run began; settles when that is told.
   */
  constructor(clock: Clock, report: () => Promise<void>) {
    this.#clock = clock;
    this.#report = report;
  }

  /** Settles when it is told, or the run is over without a report. */
  get reported(): Promise<void> {
    return this.#reported.promise;
  }

  /** More audio was reported at `moment`. */
  report(moment: MonotonicMs): void {
    if (this.#firstAt === null) {
      this.#firstAt = moment;
      this.#timer = this.#clock.setTimeout(() => this.settle(), LATEST_MS);
    } else if (moment - this.#firstAt >= ENOUGH_MS) this.settle();
  }

  /** What is known counts; before the first report that is nothing. */
  settle(): void {
    if (this.#isSettled || this.#firstAt === null) return;
    this.#isSettled = true;
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#reported.resolve(this.#report());
  }

  /** The run is over. */
  end(): void {
    this.settle();
    if (this.#firstAt === null) this.#reported.resolve();
  }
}
