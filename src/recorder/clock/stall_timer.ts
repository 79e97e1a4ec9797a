/**
 * Notices that ffmpeg produces no more audio.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import type { Clock, MonotonicMs, TimerHandle } from "../../platform/clock.ts";

/** A timer this late was suspended with the whole machine. */
const LATE_MS = 2_000;
/** Longest pause that audio sent ahead of its time explains. */
const MAX_AHEAD: Seconds = 300;

/** Calls back once when there was no progress for a time. */
export class StallTimer {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #onStall: () => void;
  #progressAt: MonotonicMs = 0;
  #ahead = 0;
  #timer: TimerHandle | null = null;

  /**
   * A timer that has not been started.
   *
   * @param clock The clock.
   * @param limit Longest time without progress.
   * @param onStall Called once when the limit has passed.
   */
  constructor(clock: Clock, limit: Seconds, onStall: () => void) {
    this.#clock = clock;
    this.#limit = limit * 1000;
    this.#onStall = onStall;
  }

  /** Counts from now on. */
  begin(): void {
    this.progress();
    this.#wait();
  }

  /**
   * There is new audio.
   *
   * @param ahead How much of it came before its time: a source that sends
   * segments pauses as long as one lasts.
   */
  progress(ahead: Seconds = 0): void {
    this.#progressAt = this.#clock.monotonic();
    this.#ahead = Math.min(ahead, MAX_AHEAD) * 1000;
  }

  /** Stops watching. */
  end(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  get #allowed(): number {
    return this.#limit + this.#ahead;
  }

  #wait(): void {
    const left = this.#progressAt + this.#allowed - this.#clock.monotonic();
    const wait = Math.max(1, left);
    const due = this.#clock.monotonic() + wait;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      const now = this.#clock.monotonic();
      // echolog and ffmpeg both stood still, as in a suspend: the limit starts
      // again.
      if (now - due > LATE_MS) this.#progressAt = now;
      if (now - this.#progressAt >= this.#allowed) this.#onStall();
      else this.#wait();
    }, wait);
  }
}
