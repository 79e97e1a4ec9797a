/**
 * A line at the bottom of a terminal that is redrawn, with other lines printed
 * above it.
 *
 * @module
 */

import { writeAllSync } from "@std/io/write-all";
import { wantsPlain } from "./style.ts";
import { terminalColumns } from "./width.ts";

/** Options of {@linkcode LiveLine}. */
export interface LiveLineOptions {
  /** Writes some of the bytes and returns how many; may throw. */
  write(bytes: Uint8Array): number;
  /** Whether earlier output has not arrived yet; never, unless given. */
  isBusy?(): boolean;
  /** Returns the current columns of the terminal. */
  columns(): number;
  /** Whether no escape sequence may be written. */
  readonly isPlain?: boolean;
}

/**
 * A live line on stderr. With NO_COLOR or a dumb terminal it uses no escape
 * sequences.
 *
 * @param way Writer to the terminal; synchronous unless given.
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

/** Owns the last line of a terminal: nothing else may write to it meanwhile. */
export class LiveLine implements Disposable {
  readonly #options: LiveLineOptions;
  readonly #encoder = new TextEncoder();
  /** Columns of the shown line. */
  #width = 0;
  #isOver = false;
  /** The next draw, for when earlier output has arrived. */
  #next: (() => void) | null = null;

  /** Creates a line without drawing it. */
  constructor(options: LiveLineOptions) {
    this.#options = options;
  }

  /**
   * Maximum columns of a line: the last one stays free, because some terminals
   * wrap early.
   */
  get room(): number {
    return Math.max(1, this.#options.columns() - 1);
  }

  /** Draws the line in place of the previous one. */
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

  /** Draws a delayed line, now that earlier output has arrived. */
  resume(): void {
    this.#next?.();
  }

  /** Prints a permanent line above it; the next {@linkcode draw} shows it again. */
  print(line: string): void {
    this.#write(`${this.#erase()}${line}\n`);
    this.#width = 0;
  }

  /** Leaves the line where it is: the terminal now belongs to another program. */
  leave(): void {
    this.#width = 0;
    this.#next = null;
  }

  /** Removes the line and draws no more. */
  [Symbol.dispose](): void {
    this.#write(this.#erase());
    this.#width = 0;
    this.#isOver = true;
  }

  /**
   * Returns the text that erases the line, which a narrowed terminal has broken
   * into several.
   */
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
      // The terminal is gone; the log has all messages.
    }
  }
}
