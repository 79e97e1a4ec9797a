/**
 * How far something has come, on a terminal only.
 *
 * @module
 */

import { type LiveLine, liveLineOnStderr } from "./live_line.ts";
import { cutEnd, widthOf } from "./width.ts";

const CELLS = 20;
/** At most ten times a second, in milliseconds. */
const PAUSE_MS = 100;

/** A bar on stderr; disposing of it takes it away. */
export class ProgressBar implements Disposable {
  readonly #name: string;
  readonly #total: number;
  readonly #line: LiveLine | null;
  #done = 0;
  #drawnAt = -Infinity;

  /** A bar for `total` steps; where stderr is no terminal it shows nothing. */
  constructor(name: string, total: number) {
    this.#name = name;
    this.#total = total;
    const isShown = Deno.stderr.isTerminal() && total > 0;
    this.#line = isShown ? liveLineOnStderr() : null;
    this.#draw();
  }

  /** One step more is done. */
  advance(): void {
    this.#done++;
    if (performance.now() - this.#drawnAt >= PAUSE_MS) this.#draw();
  }

  /** Takes the bar away. */
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

/** `Decoding ████████░░░░░░░░░░░░ 40/100` */
export function renderBar(name: string, done: number, total: number): string {
  const filled = Math.floor(CELLS * Math.min(1, done / total));
  const bar = "█".repeat(filled) + "░".repeat(CELLS - filled);
  return `${name} ${bar} ${done}/${total}`;
}
