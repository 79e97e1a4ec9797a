/**
 * Measures, cuts and wraps text in columns of a terminal.
 *
 * @module
 */

import { unicodeWidth } from "@std/cli/unicode-width";

/** Columns of an unknown terminal. */
export const DEFAULT_COLUMNS = 80;

/** Returns the columns of the terminal at stdout or stderr, or the default. */
export function terminalColumns(): number {
  try {
    const { columns } = Deno.consoleSize();
    return columns > 0 ? columns : DEFAULT_COLUMNS;
  } catch {
    // Neither is a terminal.
    return DEFAULT_COLUMNS;
  }
}

/** Returns the columns of a text. */
export function widthOf(text: string): number {
  return unicodeWidth(text);
}

/** Pads a text with trailing spaces to a width. */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/** Pads a text with leading spaces to a width. */
export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - widthOf(text))) + text;
}

/** Cuts a text that is too wide at its end, and marks the cut with `…`. */
export function cutEnd(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  return `${head([...text], Math.max(0, columns - 1)).join("")}…`;
}

/**
 * Cuts a text that is too wide at its beginning, for paths, whose end matters
 * most.
 */
export function cutStart(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  const characters = [...text].reverse();
  return `…${head(characters, Math.max(0, columns - 1)).reverse().join("")}`;
}

/**
 * Breaks a text into lines between words. A word that is too wide for a line is
 * broken. Leading spaces stay.
 *
 * @param columns Width of a line.
 * @param indent Prefix of every line but the first, part of its width.
 */
export function wrap(text: string, columns: number, indent = ""): string[] {
  const lines: string[] = [];
  const words = text.trimStart();
  let line = text.slice(0, text.length - words.length);
  for (const word of words.split(" ")) {
    let rest = word;
    const joined = line.trim() === "" ? line + rest : `${line} ${rest}`;
    if (widthOf(joined) <= columns) {
      line = joined;
      continue;
    }
    if (line.trim() !== "") {
      lines.push(line);
      line = indent;
    }
    while (widthOf(line + rest) > columns) {
      const room = Math.max(1, columns - widthOf(line));
      const piece = head([...rest], room);
      if (piece.length === 0) break;
      lines.push(line + piece.join(""));
      rest = [...rest].slice(piece.length).join("");
      line = indent;
    }
    line += rest;
  }
  lines.push(line);
  return lines;
}

/** Returns as many characters from the beginning as fit. */
function head(characters: readonly string[], columns: number): string[] {
  let width = 0;
  let count = 0;
  for (const character of characters) {
    width += widthOf(character);
    if (width > columns) break;
    count++;
  }
  return characters.slice(0, count);
}
