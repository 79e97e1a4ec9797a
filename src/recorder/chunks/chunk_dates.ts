/**
 * When each chunk of a run was captured.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import type { Clock, MonotonicMs } from "../../platform/clock.ts";

/** Part of a run by ffmpeg's list, in seconds from the run's start. */
export interface Span {
  /** Where it begins. */
  readonly start: Seconds;
  /** Where it ends. */
  readonly end: Seconds;
}

/** Options of {@linkcode ChunkDates}. */
export interface DateOptions {
  /** The clock. */
  readonly clock: Clock;
  /** Returns when the run began as it was reported, or `null` when unknown. */
  begunAt(): MonotonicMs | null;
  /** Returns when the sample at a position in the run was captured, or `null` when unknown. */
  timeOf(position: Seconds): MonotonicMs | null;
}

/** Where a chunk is. */
export interface Placed {
  /** Position of its first sample in the run. */
  readonly position: Seconds;
  /** When its first sample was captured. */
  readonly start: MonotonicMs;
  /** When its last sample was captured. */
  readonly end: MonotonicMs;
  /** Length of the audio before it that is in no chunk. */
  readonly hole: Seconds;
}

/** Chunks join when the clock puts them at most this far apart. */
const JOIN_MS = 30;

/** Dates the chunks of one run. */
export class ChunkDates {
  readonly #options: DateOptions;
  #position: Seconds = 0;
  #end: MonotonicMs | null = null;

  /** Dates for a run without chunks so far. */
  constructor(options: DateOptions) {
    this.#options = options;
  }

  /** End of the run's audio in chunks. */
  get position(): Seconds {
    return this.#position;
  }

  /** When the last sample of the chunks was captured, or `null`. */
  get end(): MonotonicMs | null {
    return this.#end;
  }

  /** Returns when a chunk began, as far as that is known now. */
  startOf(span: Span | null, duration: Seconds): MonotonicMs {
    return this.#startOf(span?.start ?? this.#position, duration);
  }

  /**
   * Dates a chunk.
   *
   * @param span Its place by ffmpeg's list; without it, the chunk follows the
   * last one.
   * @param duration Its length.
   */
  place(span: Span | null, duration: Seconds): Placed {
    const position = span?.start ?? this.#position;
    const hole = position - this.#position;
    const start = this.#startOf(position, duration);
    const end = this.#endOf(position + duration, start, duration);
    // A chunk that took several attempts may lie before the last one.
    if (position + duration > this.#position) {
      this.#end = end;
      this.#position = position + duration;
    }
    return { position, start, end, hole };
  }

  /** Chunks join, so a chunk begins where the last one ended, or later. */
  #startOf(position: Seconds, duration: Seconds): MonotonicMs {
    const { clock, timeOf, begunAt } = this.#options;
    const expected = timeOf(position);
    const joined = this.#end ?? begunAt();
    if (joined === null) return expected ?? clock.monotonic() - duration * 1000;
    if (position < this.#position && expected !== null) return expected;
    return expected === null || expected - joined < JOIN_MS ? joined : expected;
  }

  /**
   * A chunk ends by its length. Sound cards drift, and a hole inside the chunk
   * makes its end later: when the clock says something else, it is right.
   */
  #endOf(
    position: Seconds,
    start: MonotonicMs,
    duration: Seconds,
  ): MonotonicMs {
    const laid = start + duration * 1000;
    const expected = this.#options.timeOf(position);
    const isLaid = expected === null || Math.abs(expected - laid) < JOIN_MS;
    return isLaid ? laid : Math.max(start, expected);
  }
}
