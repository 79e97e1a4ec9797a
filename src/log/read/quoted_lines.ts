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
const [GREATER, BAR, BRACE] = [0x3e, 0x7c, 0x7b];
const [ZERO, NINE] = [0x30, 0x39];

/** A piece of a line. */
interface Piece {
  /** The line as it came. */
  readonly line: string;
  /** Without what a mail program put before it. */
  readonly text: string;
}

/**
 * Takes the quoting from lines and joins those that were wrapped. Other lines
 * pass unchanged.
 */
export class QuotedLines {
  /** A line of a log, and the lines after it that may belong to it. */
  #pieces: Piece[] = [];

  /** Takes lines in order, and returns those that are complete. */
  push(lines: readonly string[]): readonly string[] {
    if (this.#pieces.length === 0 && lines.every(isPlain)) return lines;
    return lines.flatMap((line) => this.#take(line));
  }

  /** Returns what is left at the end. */
  end(): string[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    const [first] = pieces;
    if (first === undefined) return [];
    // Text after the log is not part of its last line.
    for (let count = pieces.length; count > 1; count--) {
      const isBlank = pieces[count - 1]?.text.trim() === "";
      const joined = isBlank ? null : joinedLine(pieces.slice(0, count));
      if (joined === null) continue;
      return [joined, ...pieces.slice(count).map(withoutPrefix)];
    }
    return pieces.map(withoutPrefix);
  }

  #take(line: string): string[] {
    const text = line.replace(PREFIX, "");
    if (BEGINNING.test(text.trimEnd())) {
      const before = this.end();
      this.#pieces = [{ line, text }];
      return before;
    }
    if (this.#pieces.length === 0) return [line];
    this.#pieces.push({ line, text });
    return this.#pieces.length < MAX_PIECES ? [] : this.end();
  }
}

/**
 * Joins the pieces of a line. A program that wraps at blanks may drop them; one
 * that wraps anywhere, as JSON without blanks makes it, drops nothing.
 */
function joinedLine(pieces: readonly Piece[]): string | null {
  const atBlanks = pieces.map(({ text }) => text.trim()).join(" ");
  const anywhere = pieces.map(({ text }) => text).join("").trimEnd();
  const isJson = atBlanks.startsWith("{");
  // Anything could be the rest of the last word of a line that is whole.
  const isWhole = decodeLine(pieces[0]?.text.trimEnd() ?? "") !== null;
  return (isWhole
    ? [atBlanks]
    : isJson
    ? [anywhere, atBlanks]
    : [atBlanks, anywhere])
    .find((joined) => decodeLine(joined) !== null) ?? null;
}

/** Returns a line without its quoting; one that has none is left as it is. */
function withoutPrefix({ line, text }: Piece): string {
  return isPrefixed(line) ? text.trimEnd() : line;
}

/** Whether a line may be a line of a log as echolog writes it. */
function isPlain(line: string): boolean {
  const first = line.charCodeAt(0);
  return first >= ZERO && first <= NINE || first === BRACE;
}

function isPrefixed(line: string): boolean {
  const first = line.charCodeAt(0);
  return first <= SPACE || first === GREATER || first === BAR;
}
