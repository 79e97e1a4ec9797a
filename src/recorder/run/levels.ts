/**
 * Evaluates measured levels: the peak of a chunk, digital silence, clipping.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";

/** Highest sample value in a stretch of audio. */
export interface Peak {
  /** Where the stretch begins in the run. */
  readonly position: Seconds;
  /** In dB relative to full scale; `-Infinity` for digital zero. */
  readonly dbfs: number;
}

/** A note for the user about the levels. */
export interface LevelNote {
  /** Subject of the note. */
  readonly code: "digital_silence" | "digital_silence_ended" | "clipping";
  /** The note in words. */
  readonly message: string;
}

/** Length of the stretches that peaks are measured over. */
export const BLOCK: Seconds = 1;
/** Digital zero for this long is a dead or muted device, not a quiet room. */
const SILENCE: Seconds = 10;
/** The highest positive 16-bit sample is 0.0003 dB below full scale. */
const CLIPPED_DBFS = -0.001;
/** Clipping is reported at most once in this time. */
const CLIPPING_PAUSE: Seconds = 3_600;
/** Maximum number of peaks kept: as many as the longest chunk has. */
const MAX_PEAKS = 6 * 3_600 + 60;

/** The peaks of one run, for its chunks. */
export class PeakTrack {
  #peaks: Peak[] = [];

  /** Takes a peak. */
  add(peak: Peak): void {
    this.#peaks.push(peak);
    if (this.#peaks.length > MAX_PEAKS) this.#peaks.shift();
  }

  /**
   * Returns the highest peak between two positions and drops the peaks up to
   * there; `null` when none was measured.
   */
  take(start: Seconds, end: Seconds): number | null {
    let highest: number | null = null;
    for (const { position, dbfs } of this.#peaks) {
      if (position + BLOCK <= start || position >= end) continue;
      highest = highest === null ? dbfs : Math.max(highest, dbfs);
    }
    this.#peaks = this.#peaks.filter(({ position }) => position + BLOCK > end);
    return highest;
  }
}

/** Judges the levels of a session. */
export class LevelMeter {
  #zeros = 0;
  #clippedAt: Seconds = -Infinity;

  /** A new run begins: a reported silence continues with it, a shorter one starts again. */
  startRun(): void {
    if (this.#zeros * BLOCK < SILENCE) this.#zeros = 0;
  }

  /** Takes the peak of a stretch that ended at `now`, in seconds of any clock; returns a note, if any. */
  observe(dbfs: number, now: Seconds): LevelNote | null {
    if (dbfs === -Infinity) return this.#observeZero();
    const silent = this.#zeros * BLOCK;
    this.#zeros = 0;
    if (silent >= SILENCE) {
      return {
        code: "digital_silence_ended",
        message: `Sound returned after ${silent} s of digital silence`,
      };
    }
    if (dbfs < CLIPPED_DBFS) return null;
    if (now - this.#clippedAt < CLIPPING_PAUSE) return null;
    this.#clippedAt = now;
    return {
      code: "clipping",
      message: "Samples reach full scale; the input level is too high",
    };
  }

  #observeZero(): LevelNote | null {
    this.#zeros++;
    if (this.#zeros * BLOCK !== SILENCE) return null;
    return {
      code: "digital_silence",
      message:
        `Every sample was zero for ${SILENCE} s: the device is muted or dead`,
    };
  }
}
