/**
 * Shows progress, on a terminal only.
 *
 * @module
 */

import { type LiveLine, liveLineOnStderr } from "./live_line.ts";
import { cutEnd, widthOf } from "./width.ts";

const CELLS = 20;
/** Milliseconds between two draws: at most ten per second. */
const PAUSE_MS = 100;

/** A bar on stderr; disposing of it removes it. */
export class ProgressBar implements Disposable {
  readonly #name: string;
  readonly #total: number;
  readonly #line: LiveLine | null;
  #done = 0;
  #drawnAt = -Infinity;

  /**
   * Creates a bar for `total` steps; it shows nothing if stderr is not a
   * terminal.
   */
  constructor(name: string, total: number) {
    this.#name = name;
    this.#total = total;
    const isShown = Deno.stderr.isTerminal() && total > 0;
    this.#line = isShown ? liveLineOnStderr() : null;
    this.#draw();
  }

  /** Counts one more step. */
  advance(): void {
    this.reach(this.#done + 1);
  }

  /** Tells how many steps are done; fewer than before when the work starts again. */
  reach(done: number): void {
    this.#done = done;
    if (performance.now() - this.#drawnAt >= PAUSE_MS) this.#draw();
  }

  /** Removes the bar. */
  [Symbol.dispose](): void {
    this.#line?.[Symbol.dispose]();
  }

  #draw(): void {
    if (this.#line === null) return;
    this.#drawnAt = performance.now();
    const text = cutEnd(
      renderBar(this.#name, this.#done, this.#total),
      this.#line.room,
    );
    this.#line.draw(text, widthOf(text));
  }
}

/** Returns `Decoding ████████░░░░░░░░░░░░ 40/100`. */
export function renderBar(name: string, done: number, total: number): string {
  const filled = Math.floor(CELLS * Math.min(1, done / total));
  const bar = "█".repeat(filled) + "░".repeat(CELLS - filled);
  return `${name} ${bar} ${done}/${total}`;
}
