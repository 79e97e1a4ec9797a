/**
 * Whether a source is a file that gives the same audio each time it is opened.
 *
 * A file comes as fast as it can be read, and ends. Opened again, it has the
 * same peaks in the same seconds.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";

/** A source that is ahead of time by this much gives what it has, and not what it hears. */
const AHEAD: Seconds = 1;
/** Before this time, a source may be slow to begin. */
const JUDGED_AFTER: Seconds = 5;
/** Number of peaks that are kept: those of a day. */
const MAX_PEAKS = 86_400;

/** A file that a run has read to its end. */
export interface KnownFile {
  /** The peak of each whole second, in dBFS. */
  readonly peaks: readonly number[];
  /** Length of its audio. */
  readonly length: Seconds;
  /** Where it begins, in seconds of the session's audio taken once. */
  readonly place: Seconds;
}

/** Compares the audio of one run with a file that was read before. */
export class FileAudio {
  readonly #known: KnownFile | null;
  #peaks: number[] = [];
  #isSame: boolean;
  #isLive = false;

  /** A run without audio so far; `known` is the last file, or `null`. */
  constructor(known: KnownFile | null) {
    this.#known = known;
    this.#isSame = known !== null;
  }

  /**
   * More audio was captured.
   *
   * @param elapsed Time since ffmpeg was started.
   */
  report(captured: Seconds, elapsed: Seconds): void {
    if (elapsed < JUDGED_AFTER || captured >= elapsed + AHEAD) return;
    this.#isLive = true;
    this.#isSame = false;
    this.#peaks = [];
  }

  /** Takes the peak of the next second. */
  addPeak(dbfs: number): void {
    if (this.#isLive || this.#peaks.length >= MAX_PEAKS) return;
    const expected = this.#known?.peaks[this.#peaks.length];
    if (expected !== undefined && expected !== dbfs) this.#isSame = false;
    this.#peaks.push(dbfs);
  }

  /** Whether all audio so far may be that of the known file. */
  mayRepeat(captured: Seconds): boolean {
    return this.#isSame && captured <= (this.#known?.length ?? 0);
  }

  /** Returns the file whose audio a run of this length begins with, or `null`. */
  repeated(captured: Seconds): KnownFile | null {
    // Without a whole second there is nothing to compare, and equal ones, as of a
    // tone, say little: then the length must be the same, too.
    const isTold = new Set(this.#peaks).size > 1 ||
      this.#peaks.length > 0 && captured === this.#known?.length;
    return this.#isSame && isTold ? this.#known : null;
  }

  /**
   * Returns the file that a run has read to its end, or `null` when it was none.
   *
   * @param elapsed Time from the start of ffmpeg to its end.
   * @param place Where its audio begins in that of the session.
   */
  file(
    length: Seconds,
    elapsed: Seconds,
    place: Seconds,
  ): KnownFile | null {
    // Silence says nothing: a live stream may send some at once, again and again.
    const hasSound = this.#peaks.some((peak) => peak !== -Infinity);
    const isFile = !this.#isLive && hasSound && length >= elapsed + AHEAD;
    return isFile ? { peaks: this.#peaks, length, place } : null;
  }
}
