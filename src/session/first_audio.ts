/**
 * Whether a session has had audio at all.
 *
 * @module
 */

import type { Seconds } from "../events.ts";
import type { RunResult } from "./run.ts";

/** ffmpeg may take so much from a device before it finds that it cannot write a file. */
const LEAST_AUDIO: Seconds = 5;

/** Follows the runs until one has kept audio: what was captured and could not be written is none. */
export class FirstAudio {
  #seems = false;
  #isKept = false;
  #wasLost = false;

  /** Whether there is audio, or was. */
  get had(): boolean {
    return this.#seems;
  }

  /** Whether it may come to nothing, as that of a run before did. */
  get isDoubtful(): boolean {
    return this.#wasLost && !this.#isKept;
  }

  /** A run captures audio. */
  begins(): void {
    this.#seems = true;
  }

  /** A run has ended. */
  ends(
    { captured, lastChunk, endedFor }: Pick<
      RunResult,
      "captured" | "lastChunk" | "endedFor"
    >,
  ): void {
    if (lastChunk > 0) this.#isKept = true;
    if (this.#isKept || captured === 0) return;
    // Somebody may have deleted its file, or the folder.
    if (endedFor !== null || captured >= LEAST_AUDIO) return;
    this.#seems = false;
    this.#wasLost = true;
  }
}
