/**
 * Output that is shown again and again in the same place.
 *
 * @module
 */

import { writeAllSync } from "@std/io/write-all";
import { wantsPlain } from "./style.ts";

/** What a screen is shown on. */
export interface ScreenStream {
  /** Writes some of the bytes and tells how many. */
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
 * On a terminal the alternate screen, which comes out right whatever its size
 * becomes; disposing of it brings the old one back with what was shown last.
 * Elsewhere, and where escape sequences are not wanted, one text after the other.
 */
export class FullScreen implements Disposable {
  readonly #stream: ScreenStream;
  readonly #isTerminal: boolean;
  readonly #encoder = new TextEncoder();
  #last: readonly string[] = [];
  #isShown = false;

  /** A screen on a stream. */
  constructor(stream: ScreenStream) {
    this.#stream = stream;
    this.#isTerminal = stream.isTerminal() && !wantsPlain();
  }

  /** Shows lines in the place of those before. None may be wider than the terminal. */
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

  /** Waits for a time, for `end`, or for the terminal to get another size. */
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

/** Calls back when the terminal gets another size. */
export function onResize(callback: () => void): Disposable {
  // Windows has no such signal.
  if (Deno.build.os === "windows") return { [Symbol.dispose]() {} };
  Deno.addSignalListener("SIGWINCH", callback);
  return {
    [Symbol.dispose]: () => Deno.removeSignalListener("SIGWINCH", callback),
  };
}

/** Rows of the terminal at stdout; where it is none, 24. */
export function terminalRows(): number {
  try {
    return Math.max(1, Deno.consoleSize().rows);
  } catch {
    // It is no terminal any more.
    return 24;
  }
}
