/**
 * Colours for output on a terminal.
 *
 * @module
 */

import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import { env } from "../platform/host.ts";

/** Styles a text, or returns it unchanged. */
export type Paint = (text: string) => string;

/** The styles of output. */
export interface Style {
  /** Important text. */
  readonly bold: Paint;
  /** Less important text. */
  readonly dim: Paint;
  /** Success. */
  readonly green: Paint;
  /** Warnings. */
  readonly yellow: Paint;
  /** Failures. */
  readonly red: Paint;
}

/** No escape sequences: for pipes, files and NO_COLOR. */
export const PLAIN: Style = {
  bold: same,
  dim: same,
  green: same,
  yellow: same,
  red: same,
};

const COLOURED: Style = { bold, dim, green, yellow, red };

/**
 * Returns the style for a stream: coloured on a terminal, unless
 * {@linkcode wantsPlain}.
 */
export function styleOf(stream: { isTerminal(): boolean }): Style {
  return stream.isTerminal() && !wantsPlain() ? COLOURED : PLAIN;
}

/** Whether escape sequences are off: NO_COLOR is set (no-color.org), or the terminal is dumb. */
export function wantsPlain(): boolean {
  return Deno.noColor || env("TERM") === "dumb";
}

function same(text: string): string {
  return text;
}
