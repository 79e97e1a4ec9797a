/**
 * The last lines of a log.
 *
 * @module
 */

import type { ReadLine } from "../../log/read/reader.ts";

/** Lines that are kept beyond those that are wanted. */
const SPARE = 1_000;

/** Passes on the last lines, or all of them at once when all are wanted. */
export class LastLines {
  readonly #count: number;
  readonly #print: (line: ReadLine) => void;
  #lines: ReadLine[] = [];

  /** Passes the last `count` lines to `print`. */
  constructor(count: number, print: (line: ReadLine) => void) {
    this.#count = count;
    this.#print = print;
  }

  /** Takes the next line. */
  add(line: ReadLine): void {
    if (this.#count === Infinity) return this.#print(line);
    this.#lines.push(line);
    // Taking one off the front each time would cost too much.
    if (this.#lines.length > 2 * this.#count + SPARE) this.#trim();
  }

  /** There are no more lines. */
  end(): void {
    this.#trim();
    for (const line of this.#lines) this.#print(line);
  }

  #trim(): void {
    this.#lines = this.#count === 0 ? [] : this.#lines.slice(-this.#count);
  }
}
