/**
 * When the samples of a run were captured.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import type { MonotonicMs } from "../../platform/clock.ts";

/** Audio that was lost while ffmpeg ran. */
export interface Loss {
  /** Where in the run's audio the hole is. */
  readonly position: Seconds;
  /** How much is missing. */
  readonly length: Seconds;
}

/** Minimum number of reports compared: at least one of them was not delayed. */
const WINDOW = 8;
/** Minimum milliseconds that the compared reports span. Delayed audio catches up by then, with more frequent reports meanwhile. */
const WINDOW_MS = 6_500;
/**
 * Milliseconds: of reports closer together than this, all but the last were
 * delayed.
 */
const BURST_MS = 250;
/** A reference that rises by more than this is lost audio, not drift of a sound card. */
const LOSS_MS = 100;
/** Maximum number of holes kept; the open chunks have no more. */
const MAX_LOSSES = 4_096;
/** Sound cards drift by some 10 ppm, bad ones by some 100 ppm. */
const DRIFT_PER_MS = 0.0005;

interface Sighting {
  readonly at: MonotonicMs;
  readonly captured: Seconds;
  readonly offset: number;
}

/**
 * Compares captured time with the clock. ffmpeg reports captured time after the
 * capture, never before it, so the smallest difference over several reports is
 * the right one. It follows the drift of the sound card. When it jumps up,
 * audio was lost.
 */
export class CaptureClock {
  #recent: Sighting[] = [];
  #reference: number | null = null;
  #referenceAt: MonotonicMs = 0;
  #losses: Loss[] = [];

  /**
   * Takes a report of captured time that came at `now`; returns lost audio, if
   * any.
   *
   * @param settled position up to which times were reported. A hole is found
   * some seconds late: it counts from this position on, so reported times stay
   * valid.
   */
  observe(
    captured: Seconds,
    now: MonotonicMs,
    settled: Seconds = 0,
  ): Loss | null {
    const offset = now - captured * 1000;
    const before = this.#recent.at(-1);
    if (before !== undefined && now - before.at < BURST_MS) this.#recent.pop();
    this.#recent.push({ at: now, captured, offset });
    this.#forget(now - WINDOW_MS);
    if (this.#reference === null || offset <= this.#reference) {
      this.#reference = offset;
      this.#referenceAt = now;
      return null;
    }
    return this.#recent.length < WINDOW ? null : this.#follow(now, settled);
  }

  /**
   * Drops the oldest reports, as long as the rest began at `moment` or before.
   */
  #forget(moment: MonotonicMs): void {
    while (
      this.#recent.length > WINDOW && (this.#recent[1]?.at ?? 0) <= moment
    ) this.#recent.shift();
  }

  /**
   * Returns the time of the sample at `position`, or `null` before the first
   * report.
   */
  timeOf(position: Seconds): MonotonicMs | null {
    if (this.#reference === null) return null;
    const later = this.#losses.filter((loss) => loss.position >= position)
      .reduce((sum, loss) => sum + loss.length, 0);
    return this.#reference + (position - later) * 1000;
  }

  #follow(now: MonotonicMs, settled: Seconds): Loss | null {
    const reference = this.#reference ?? 0;
    const lowest = Math.min(...this.#recent.map(({ offset }) => offset));
    const drift = (now - this.#referenceAt) * DRIFT_PER_MS;
    const rise = lowest - reference;
    if (rise < LOSS_MS + drift) {
      this.#reference = Math.min(lowest, reference + drift);
      this.#referenceAt = now;
      return null;
    }
    this.#reference = lowest;
    this.#referenceAt = now;
    const [first] = this.#recent;
    const position = Math.max(first?.captured ?? 0, settled);
    const loss = { position, length: rise / 1000 };
    this.#losses = [...this.#losses.slice(1 - MAX_LOSSES), loss];
    return loss;
  }
}
