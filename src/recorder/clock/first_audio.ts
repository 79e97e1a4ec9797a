/**
 * Whether a session has had audio at all.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";

/** ffmpeg may capture this much before it finds that it cannot write a file. */
const MIN_AUDIO: Seconds = 5;

/** The facts about an ended run that {@linkcode FirstAudio} uses. */
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

/** Follows the runs until one has written audio; audio that could not be written does not count. */
export class FirstAudio {
  #seems = false;
  #isSure = false;

  /** Whether the session has, or had, audio. */
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
    // With this much captured and no chunk left, the files were deleted.
    if (lastChunk > 0 || captured >= MIN_AUDIO) this.#isSure = true;
    if (captured > 0 && endedFor !== null) this.#isSure = true;
    if (this.#isSure || captured === 0 || !hasFailed(run)) return false;
    this.#seems = false;
    return true;
  }
}

/** Whether ffmpeg ended the run because of an error. */
function hasFailed({ exit: { code }, wasSignalled }: RunEnd): boolean {
  return code !== null && code !== 0 && !wasSignalled;
}
