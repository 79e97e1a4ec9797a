/**
 * One line at the bottom of a terminal that is drawn again and again, and the
 * lines that are printed above it.
 *
 * @module
 */

import { writeAllSync } from "@std/io/write-all";
import { wantsPlain } from "./style.ts";
import { terminalColumns } from "./width.ts";

/** Options of {@linkcode LiveLine}. */
export interface LiveLineOptions {
  /** Writes some of the bytes and tells how many; may throw. */
  write(bytes: Uint8Array): number;
  /** Whether what was written has not arrived yet; never, unless given. */
  isBusy?(): boolean;
  /** Columns of the terminal now. */
  columns(): number;
  /** Whether no escape sequence may be written. */
  readonly isPlain?: boolean;
}

/**
 * A live line on stderr. With NO_COLOR or a dumb terminal it does without
 * escape sequences.
 *
 * @param way How to write there; at once, unless given.
 */
export function liveLineOnStderr(
  way: Pick<LiveLineOptions, "write" | "isBusy"> = {
    write: (bytes) => Deno.stderr.writeSync(bytes),
  },
): LiveLine {
  return new LiveLine({
    write: (bytes) => way.write(bytes),
    isBusy: () => way.isBusy?.() ?? false,
    columns: terminalColumns,
    isPlain: wantsPlain(),
  });
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
  /** What is to be drawn as soon as there is nobody to wait for. */
  #next: (() => void) | null = null;

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
    this.#next = null;
    if (this.#options.isBusy?.() === true) {
      this.#next = () => this.draw(line, width);
      return;
    }
    this.#write(this.#erase() + line);
    this.#width = width;
  }

  /** Draws what could not be drawn before, now that all that was written has arrived. */
  resume(): void {
    this.#next?.();
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
    if (this.#options.isPlain === true) {
      return `\r${" ".repeat(Math.min(this.#width, this.room))}\r`;
    }
    const rows = Math.ceil(this.#width / Math.max(1, this.#options.columns()));
    return UP.repeat(rows - 1) + CLEAR;
  }

  #write(text: string): void {
    if (text === "") return;
    try {
      const { write } = this.#options;
      writeAllSync({ writeSync: write }, this.#encoder.encode(text));
    } catch {
      // The terminal is gone; the log has it all.
    }
  }
}
