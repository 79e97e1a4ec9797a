/**
 * Whether this process is in the foreground of its terminal.
 *
 * @module
 */

import type { Clock, TimerHandle } from "../platform/clock.ts";
import {
  type TerminalGroups,
  terminalGroups,
  terminalGroupsSoon,
} from "../platform/processes.ts";

/** Milliseconds between two looks in the background: `fg` sends no signal. */
const LOOK_MS = 2_000;

/** Follows a process that the shell moves to the background and back. */
export class Foreground implements Disposable {
  readonly #clock: Clock;
  readonly #onReturn: () => void;
  #isBackground = false;
  #timer: TimerHandle | null = null;
  #isOver = false;
  readonly #onContinue = () => void this.#look();

  /**
   * Looks at once, whenever the process is continued, and from time to time
   * while it is in the background.
   *
   * @param onReturn Called when the process is in the foreground again.
   */
  constructor(clock: Clock, onReturn: () => void) {
    this.#clock = clock;
    this.#onReturn = onReturn;
    if (Deno.build.os === "windows") return;
    Deno.addSignalListener("SIGCONT", this.#onContinue);
    this.#take(terminalGroups());
  }

  /** Whether another process group has the terminal. */
  get isBackground(): boolean {
    return this.#isBackground;
  }

  /** Looks no more. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    if (Deno.build.os === "windows") return;
    Deno.removeSignalListener("SIGCONT", this.#onContinue);
  }

  async #look(): Promise<void> {
    const groups = await terminalGroupsSoon();
    if (this.#isOver) return;
    const wasBackground = this.#isBackground;
    this.#take(groups);
    if (wasBackground && !this.#isBackground) this.#onReturn();
  }

  #take(groups: TerminalGroups | null): void {
    this.#isBackground = groups !== null && groups.foreground > 0 &&
      groups.foreground !== groups.own;
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#isBackground) return;
    this.#timer = this.#clock.setTimeout(this.#onContinue, LOOK_MS);
    this.#clock.unref(this.#timer);
  }
}
