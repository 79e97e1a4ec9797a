/**
 * Output that is shown repeatedly in the same place.
 *
 * @module
 */

import { writeAllSync } from "@std/io/write-all";
import { wantsPlain } from "./style.ts";

/** A stream that a screen is shown on. */
export interface ScreenStream {
  /** Writes some of the bytes and returns how many. */
  writeSync(bytes: Uint8Array): number;
  /** Whether it is a terminal. */
  isTerminal(): boolean;
}

// ECMA-48 and xterm's private modes.
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[H";
const LEAVE = "\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";

/**
 * Uses the alternate screen of a terminal, which stays correct when resized;
 * disposing of it restores the old screen and prints the last output. Without a
 * terminal, or without escape sequences, it prints one text after the other.
 */
export class FullScreen implements Disposable {
  readonly #stream: ScreenStream;
  readonly #isTerminal: boolean;
  readonly #encoder = new TextEncoder();
  #last: readonly string[] = [];
  #isShown = false;

  /** Creates a screen on a stream. */
  constructor(stream: ScreenStream) {
    this.#stream = stream;
    this.#isTerminal = stream.isTerminal() && !wantsPlain();
  }

  /** Replaces the shown lines. None may be wider than the terminal. */
  show(lines: readonly string[]): void {
    this.#last = lines;
    if (!this.#isTerminal) {
      this.#write(`${lines.join("\n")}\n\n`);
      return;
    }
    const enter = this.#isShown ? HOME : ENTER;
    this.#isShown = true;
    const room = lines.slice(0, terminalRows());
    this.#write(
      enter + room.map((line) => line + CLEAR_LINE).join("\r\n") + CLEAR_BELOW,
    );
  }

  /** Waits for a time, for `end`, or for a resize of the terminal. */
  async pause(ms: number, end: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    using _resize = this.#isTerminal ? onResize(resolve) : null;
    await Promise.race([promise, end]);
    clearTimeout(timer);
  }

  /** Leaves the screen. */
  [Symbol.dispose](): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#write(`${LEAVE}${this.#last.join("\r\n")}\r\n`);
  }

  #write(text: string): void {
    writeAllSync(this.#stream, this.#encoder.encode(text));
  }
}

/** Calls back when the terminal is resized. */
export function onResize(callback: () => void): Disposable {
  // Windows has no such signal.
  if (Deno.build.os === "windows") return { [Symbol.dispose]() {} };
  Deno.addSignalListener("SIGWINCH", callback);
  return {
    [Symbol.dispose]: () => Deno.removeSignalListener("SIGWINCH", callback),
  };
}

/** Returns the rows of the terminal at stdout; 24 if it is not a terminal. */
export function terminalRows(): number {
  try {
    return Math.max(1, Deno.consoleSize().rows);
  } catch {
    // It is not a terminal any more.
    return 24;
  }
}
