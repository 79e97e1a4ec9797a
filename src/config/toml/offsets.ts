/**
 * The lines of a text by their offsets.
 *
 * @module
 */

/** Where the line begins that an offset is in. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** The number of the line that an offset is in, from 1. */
export function lineNumber(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Where the line ends that an offset is in, its line end not included. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  if (end < 0) return text.length;
  return text.charAt(end - 1) === "\r" && end > offset ? end - 1 : end;
}

/** The first line end from an offset on or, where there is none, of the text. */
export function eolFrom(text: string, offset: number): string {
  const near = /\r?\n/g;
  near.lastIndex = offset;
  return near.exec(text)?.[0] ?? /\r?\n/.exec(text)?.[0] ?? "\n";
}

/** The blanks that the line of an offset begins with. */
export function indentAt(text: string, offset: number): string {
  const space = /[ \t]*/y;
  space.lastIndex = lineStart(text, offset);
  return space.exec(text)?.[0] ?? "";
}
