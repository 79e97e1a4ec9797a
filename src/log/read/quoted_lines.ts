/**
 * Reads lines that a mail program quoted, indented or wrapped.
 *
 * @module
 */

import { decodeLine } from "../format/line.ts";

/** What mail programs put before a line: `> `, `> > `, `| `, spaces. */
const PREFIX = /^[>|\s]+/;
/** Matches the beginning of a line of a log, wrapped or not. */
const BEGINNING =
  /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)(?: |$)|\{"time":)/;
/** Most lines that one line is wrapped into. */
const MAX_PIECES = 64;
/** The code of a space; no line of a log begins with it or below it. */
const SPACE = 0x20;
const [GREATER, BAR] = [0x3e, 0x7c];

/**
 * Takes the quoting from lines and joins those that were wrapped. Other lines
 * pass unchanged.
 */
export class QuotedLines {
  /** A quoted line of a log, and the lines after it that may belong to it. */
  #pieces: string[] = [];

  /** Takes lines in order, and returns those that are complete. */
  push(lines: readonly string[]): readonly string[] {
    if (this.#pieces.length === 0 && !lines.some(isPrefixed)) return lines;
    return lines.flatMap((line) => this.#take(line));
  }

  /** Returns what is left at the end. */
  end(): string[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    // Text after the log is not part of its last line.
    for (let count = pieces.length; count > 1; count--) {
      const joined = pieces.slice(0, count).join(" ");
      if (decodeLine(joined) !== null) return [joined, ...pieces.slice(count)];
    }
    return pieces;
  }

  #take(line: string): string[] {
    if (!isPrefixed(line)) return [...this.end(), line];
    const bare = line.replace(PREFIX, "").trimEnd();
    if (BEGINNING.test(bare)) {
      const before = this.end();
      this.#pieces = [bare];
      return before;
    }
    if (this.#pieces.length === 0) return [line];
    this.#pieces.push(bare);
    return this.#pieces.length < MAX_PIECES ? [] : this.end();
  }
}

function isPrefixed(line: string): boolean {
  const first = line.charCodeAt(0);
  return first <= SPACE || first === GREATER || first === BAR;
}
