/**
 * Colours, where a person looks on.
 *
 * @module
 */

import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import { env } from "../platform/host.ts";

/** Gives a text a look, or leaves it as it is. */
export type Paint = (text: string) => string;

/** The looks that output can have. */
export interface Style {
  /** What stands out. */
  readonly bold: Paint;
  /** What matters less. */
  readonly dim: Paint;
  /** What is well. */
  readonly green: Paint;
  /** What to look at. */
  readonly yellow: Paint;
  /** What failed. */
  readonly red: Paint;
}

/** No escape sequence at all: for pipes, files and who sets NO_COLOR. */
export const PLAIN: Style = {
  bold: same,
  dim: same,
  green: same,
  yellow: same,
  red: same,
};

const COLOURED: Style = { bold, dim, green, yellow, red };

/**
 * The style for a stream: coloured on a terminal, unless escape sequences are
 * not wanted.
 */
export function styleOf(stream: { isTerminal(): boolean }): Style {
  return stream.isTerminal() && !wantsPlain() ? COLOURED : PLAIN;
}

/** Whether no escape sequence may be written: NO_COLOR is set (no-color.org), or the terminal is a dumb one. */
export function wantsPlain(): boolean {
  return Deno.noColor || env("TERM") === "dumb";
}

function same(text: string): string {
  return text;
}
