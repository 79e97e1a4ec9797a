/**
 * Whether the audio that ffmpeg reports is in a file: it reports audio before
 * it fails to open one.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";

/** An ffmpeg that cannot write has failed before it captured this much. */
const SURELY_KEPT: Seconds = 5;

/** Follows the first file of one run. */
export class KeptAudio {
  readonly #hasFile: () => Promise<boolean>;
  readonly #known = Promise.withResolvers<boolean>();
  #isKept = false;
  #isLooking = false;

  /**
   * Nothing is known so far.
   *
   * @param hasFile Whether the first file of the run has audio.
   */
  constructor(hasFile: () => Promise<boolean>) {
    this.#hasFile = hasFile;
  }

  /** Whether any audio is known to be in a file. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** Resolves once it is known whether any audio is in a file. */
  get known(): Promise<boolean> {
    return this.#known.promise;
  }

  /** This much audio was reported: looks for its file. */
  report(captured: Seconds): void {
    if (captured >= SURELY_KEPT) this.keep();
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.#hasFile().then((hasFile) => {
      if (hasFile) this.keep();
      else this.#isLooking = false;
    });
  }

  /** A file with audio was found. */
  keep(): void {
    this.#isKept = true;
    this.#known.resolve(true);
  }

  /** The run is over: no other file will come. */
  end(): void {
    this.#known.resolve(this.#isKept);
  }
}
