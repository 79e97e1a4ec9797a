/**
 * Waits for something that may hang, with a notice and a limit.
 *
 * @module
 */

import type { Clock, MonotonicMs } from "../clock.ts";

/** Options of {@linkcode Patience}. */
export interface PatienceOptions {
  /** The clock. */
  readonly clock: Clock;
  /** Ends all waiting. */
  readonly signal?: AbortSignal;
  /** Maximum milliseconds of waiting in all; 10 seconds unless given. */
  readonly limitMs?: number;
  /** Called once when a wait takes long. */
  onWait(): void;
}

/** Milliseconds after which a wait is reported. */
const NOTICE_MS = 1_000;
/** Maximum milliseconds of waiting in all. */
const LIMIT_MS = 10_000;
/** Minimum milliseconds for one step when the limit is reached. */
const STEP_MS = 500;

/** Result of a wait that reached its limit. */
export const TIMED_OUT = Symbol("timed out");

/** A limit for all waits of one start. */
export class Patience {
  readonly #options: PatienceOptions;
  readonly #begun: MonotonicMs;
  #isReported = false;

  /** The limit begins now. */
  constructor(options: PatienceOptions) {
    this.#options = options;
    this.#begun = options.clock.monotonic();
  }

  /**
   * Waits for a result.
   *
   * @param onLate Takes a result that comes after the limit, to release it.
   * @param noticeMs Milliseconds since the beginning after which the wait is
   * reported; a second unless given.
   * @returns the result, or {@linkcode TIMED_OUT}.
   * @throws what `work` throws within the limit.
   */
  async waitFor<T>(
    work: Promise<T>,
    onLate: (result: T) => void = () => {},
    noticeMs = NOTICE_MS,
  ): Promise<T | typeof TIMED_OUT> {
    const { clock, signal, limitMs = LIMIT_MS } = this.#options;
    const passed = clock.monotonic() - this.#begun;
    const left = signal?.aborted ? 0 : limitMs - passed;
    const end = Promise.withResolvers<typeof TIMED_OUT>();
    const stop = () => end.resolve(TIMED_OUT);
    const notice = clock.setTimeout(
      () => this.#report(),
      Math.max(0, noticeMs - passed),
    );
    const limit = clock.setTimeout(stop, Math.max(STEP_MS, left));
    signal?.addEventListener("abort", stop);
    let isLate = false;
    work.then((result) => {
      if (isLate) onLate(result);
    }, () => {});
    try {
      const result = await Promise.race([work, end.promise]);
      isLate = result === TIMED_OUT;
      return result;
    } finally {
      clock.clearTimeout(notice);
      clock.clearTimeout(limit);
      signal?.removeEventListener("abort", stop);
    }
  }

  #report(): void {
    if (this.#isReported) return;
    this.#isReported = true;
    this.#options.onWait();
  }
}
