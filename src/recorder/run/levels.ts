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
export const SILENCE: Seconds = 10;
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

/** This many silences are reported one by one, the others once an hour. */
const REPORTED_SILENCES = 3;
const HOUR: Seconds = 3_600;

/** Judges the levels of a session. */
export class LevelMeter {
  #zeros = 0;
  #silences = 0;
  #isReported = false;
  #held = 0;
  #silentAt: Seconds = -Infinity;
  #reportedAt: Seconds = -Infinity;
  #clippedAt: Seconds = -Infinity;

  /** A new run begins: a reported silence continues with it, a shorter one starts again. */
  startRun(): void {
    if (!this.isSilent) this.#zeros = 0;
  }

  /** Whether every sample has been zero for long enough to be no quiet room. */
  get isSilent(): boolean {
    return this.#zeros * BLOCK >= SILENCE;
  }

  /** Takes the peak of a stretch that ended at `now`, in seconds of any clock; returns a note, if any. */
  observe(dbfs: number, now: Seconds): LevelNote | null {
    if (dbfs === -Infinity) return this.#observeZero(now);
    const silent = this.#zeros * BLOCK;
    this.#zeros = 0;
    if (silent >= SILENCE && this.#isReported) {
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

  #observeZero(now: Seconds): LevelNote | null {
    this.#zeros++;
    const silent = this.#zeros * BLOCK;
    if (silent < SILENCE) return null;
    const isNew = silent === SILENCE;
    if (isNew) this.#begin(now);
    this.#silentAt = now;
    if (isNew && this.#isReported) {
      this.#reportedAt = now;
      return {
        code: "digital_silence",
        message:
          `Every sample was zero for ${SILENCE} s: the device is muted or dead`,
      };
    }
    return this.#isReported ? null : this.#sumUp(now, silent);
  }

  #begin(now: Seconds): void {
    if (now - this.#silentAt > HOUR) this.#silences = 0;
    this.#silences++;
    this.#isReported = this.#silences <= REPORTED_SILENCES;
    if (!this.#isReported) this.#held++;
  }

  #sumUp(now: Seconds, silent: Seconds): LevelNote | null {
    if (now - this.#reportedAt < HOUR) return null;
    this.#reportedAt = now;
    const held = this.#held;
    this.#held = 0;
    const count = held > 1
      ? `${held} times in the last hour; the last time for ${silent} s so far`
      : `for ${silent} s`;
    return {
      code: "digital_silence",
      message: `Every sample was zero ${count}`,
    };
  }
}
