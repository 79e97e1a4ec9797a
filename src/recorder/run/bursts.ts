/**
 * How a source sends its audio: steadily, or in bursts with pauses.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import type { MonotonicMs } from "../../platform/clock.ts";

/** After this many milliseconds without audio, the next audio is a new burst. */
const PAUSE_MS = 1_500;

/** Measures the bursts of one run. */
export class Bursts {
  #begun: { readonly at: MonotonicMs; readonly captured: Seconds } | null =
    null;
  #at: MonotonicMs = 0;
  #captured: Seconds = 0;

  /** Takes captured time at a moment. */
  report(captured: Seconds, at: MonotonicMs): void {
    if (this.#begun === null || at - this.#at > PAUSE_MS) {
      this.#begun = { at, captured: this.#captured };
    }
    this.#at = at;
    this.#captured = captured;
  }

  /** How much more audio than time the last burst had. */
  get ahead(): Seconds {
    if (this.#begun === null) return 0;
    const { at, captured } = this.#begun;
    return Math.max(0, this.#captured - captured - (this.#at - at) / 1000);
  }
}
