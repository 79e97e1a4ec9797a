/**
 * When the samples of a run were captured, by the wall clock.
 *
 * @module
 */

import type { EpochMs, Seconds } from "../events.ts";

/**
 * Finds the wall-clock time of a run's first sample. ffmpeg reports captured
 * time some while after the capture, never before it; so the smallest
 * difference between the clock and the captured time is the best estimate.
 */
export class CaptureClock {
  #origin: EpochMs | null = null;

  /** Wall-clock time of the first sample, or `null` before the first report. */
  get origin(): EpochMs | null {
    return this.#origin;
  }

  /** Takes a report that came at `now`. */
  observe(captured: Seconds, now: EpochMs): void {
    const origin = now - captured * 1000;
    if (this.#origin === null || origin < this.#origin) this.#origin = origin;
  }

  /** Wall-clock time of the sample at `position` in the run. */
  timeOf(position: Seconds): EpochMs | null {
    return this.#origin === null ? null : this.#origin + position * 1000;
  }
}
