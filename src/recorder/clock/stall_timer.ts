/**
 * Notices that an ffmpeg gives no more audio.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import type { Clock, MonotonicMs, TimerHandle } from "../../platform/clock.ts";

/** A timer that comes later than this was held up with everything else. */
const LATE_MS = 2_000;

/** Calls once when there was no progress for a time. */
export class StallTimer {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #onStall: () => void;
  #progressAt: MonotonicMs = 0;
  #timer: TimerHandle | null = null;

  /**
   * A watch that has not begun.
   *
   * @param clock Tells the time.
   * @param limit Longest time without progress.
   * @param onStall Called once when that has passed.
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

  /** There is new audio. */
  progress(): void {
    this.#progressAt = this.#clock.monotonic();
  }

  /** Looks no more. */
  end(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wait(): void {
    const left = this.#progressAt + this.#limit - this.#clock.monotonic();
    const wait = Math.max(1, left);
    const due = this.#clock.monotonic() + wait;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      const now = this.#clock.monotonic();
      // Held up together with ffmpeg, as in a suspend: it gets its time anew.
      if (now - due > LATE_MS) this.progress();
      if (now - this.#progressAt >= this.#limit) this.#onStall();
      else this.#wait();
    }, wait);
  }
}
