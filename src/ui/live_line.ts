/**
 * One line at the bottom of a terminal that is drawn again and again, and the
 * lines that are printed above it.
 *
 * @module
 */

/** Options of {@linkcode LiveLine}. */
export interface LiveLineOptions {
  /** Writes some of the bytes and tells how many; may throw. */
  write(bytes: Uint8Array): number;
  /** Columns of the terminal now. */
  columns(): number;
}

// ECMA-48: cursor up, clear to the end of the screen.
const UP = "\x1b[A";
const CLEAR = "\r\x1b[J";

/** Owns the end of a terminal: nothing else may write to it meanwhile. */
export class LiveLine implements Disposable {
  readonly #options: LiveLineOptions;
  readonly #encoder = new TextEncoder();
  /** Columns of the line that stands there. */
  #width = 0;
  #isOver = false;

  /** A line that is not drawn yet. */
  constructor(options: LiveLineOptions) {
    this.#options = options;
  }

  /** Columns that a line may have: the last is left free, where some terminals wrap early. */
  get room(): number {
    return Math.max(1, this.#options.columns() - 1);
  }

  /** Draws the line in the place of the one before. */
  draw(line: string, width: number): void {
    if (this.#isOver) return;
    this.#write(this.#erase() + line);
    this.#width = width;
  }

  /** Prints a line above it, for good; the next {@linkcode draw} brings it back. */
  print(line: string): void {
    this.#write(`${this.#erase()}${line}\n`);
    this.#width = 0;
  }

  /** Takes the line away and draws no more. */
  [Symbol.dispose](): void {
    this.#write(this.#erase());
    this.#width = 0;
    this.#isOver = true;
  }

  /** A terminal that was made narrower has broken the line into several. */
  #erase(): string {
    if (this.#width === 0) return "";
    const rows = Math.ceil(this.#width / Math.max(1, this.#options.columns()));
    return UP.repeat(rows - 1) + CLEAR;
  }

  #write(text: string): void {
    if (text === "") return;
    const bytes = this.#encoder.encode(text);
    try {
      for (let written = 0; written < bytes.length;) {
        written += this.#options.write(bytes.subarray(written));
      }
    } catch {
      // The terminal is gone; the log has it all.
    }
  }
}
