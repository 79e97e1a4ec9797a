/**
 * Whether a session has had audio at all.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";

/** ffmpeg may take so much from a device before it finds that it cannot write a file. */
const MIN_AUDIO: Seconds = 5;

/** What {@linkcode FirstAudio} looks at when a run has ended. */
export interface RunEnd {
  /** Audio by ffmpeg's own count. */
  readonly captured: Seconds;
  /** Number of its last chunk, or 0 if it made none. */
  readonly lastChunk: number;
  /** Why echolog ended it, or `null`. */
  readonly endedFor: string | null;
  /** How ffmpeg ended. */
  readonly exit: { readonly code: number | null };
  /** Whether ffmpeg reported that a signal ended it. */
  readonly wasSignalled: boolean;
}

/** Follows the runs until one has kept audio: what was captured and could not be written is none. */
export class FirstAudio {
  #seems = false;
  #isSure = false;

  /** Whether there is audio, or was. */
  get had(): boolean {
    return this.#seems;
  }

  /** A run captures audio. */
  begins(): void {
    this.#seems = true;
  }

  /**
   * A run has ended.
   *
   * @returns true when what it captured was lost, and there was no audio before.
   */
  ends(run: RunEnd): boolean {
    const { captured, lastChunk, endedFor } = run;
    // The files of much audio can only have been deleted.
    if (lastChunk > 0 || captured >= MIN_AUDIO) this.#isSure = true;
    if (captured > 0 && endedFor !== null) this.#isSure = true;
    if (this.#isSure || captured === 0 || !hasFailed(run)) return false;
    this.#seems = false;
    return true;
  }
}

/** Whether ffmpeg itself ended the run, for something that went wrong. */
function hasFailed({ exit: { code }, wasSignalled }: RunEnd): boolean {
  return code !== null && code !== 0 && !wasSignalled;
}
