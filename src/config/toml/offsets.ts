/**
 * Finds the lines of a text by offset.
 *
 * @module
 */

/** Returns the start of the line that contains an offset. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Returns the number of the line that contains an offset, from 1. */
export function lineNumber(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/**
 * Returns the end of the line that contains an offset, without its line end.
 */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  if (end < 0) return text.length;
  return text.charAt(end - 1) === "\r" && end > offset ? end - 1 : end;
}

/** Returns the first line end from an offset on, or else of the text. */
export function eolFrom(text: string, offset: number): string {
  const near = /\r?\n/g;
  near.lastIndex = offset;
  return near.exec(text)?.[0] ?? /\r?\n/.exec(text)?.[0] ?? "\n";
}

/** Returns the indentation of the line that contains an offset. */
export function indentAt(text: string, offset: number): string {
  const space = /[ \t]*/y;
  space.lastIndex = lineStart(text, offset);
  return space.exec(text)?.[0] ?? "";
}
