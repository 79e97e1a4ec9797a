/**
 * Quotes the values of a line, so that they cannot break the line or control a
 * terminal, and cuts values that are too long.
 *
 * @module
 */

/** Maximum number of UTF-8 bytes of a value, including the mark of a cut. */
export const MAX_VALUE_BYTES = 4096;

/**
 * Maximum for a command, which is of use only whole. Linux allows 128 KiB for
 * an argument. Readers of logs accept lines of 1 MiB, and each byte may need
 * an escape.
 */
export const MAX_COMMAND_BYTES = 160 * 1024;

/**
 * Returns a value as written after `key=`.
 *
 * @example Usage
 * ```ts
 * import { quoteValue } from "./quote.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quoteValue("hw:1,0"), "hw:1,0");
 * assertEquals(quoteValue("my mic"), '"my mic"');
 * assertEquals(quoteValue("\x1b[31m"), '"\\u001b[31m"');
 * ```
 *
 * @param value Any text.
 * @param limit Maximum number of bytes; more are cut.
 * @returns The value, in quotes where it needs them.
 */
export function quoteValue(value: string, limit = MAX_VALUE_BYTES): string {
  // Nearly all values are short and plain: one regular expression decides.
  if (value.length <= SHORT) {
    if (BARE.test(value)) return value === "null" ? '"null"' : value;
    if (PLAIN.test(value)) return `"${value}"`;
  }
  const capped = capValue(value, limit);
  const inside = escapeValue(capped);
  return inside !== capped || NEEDS_QUOTES.test(inside)
    ? `"${inside}"`
    : inside;
}

/** Number of code units of a value that is always under the limit. */
const SHORT = 1_000;
/** Printable ASCII without space, quote, equals sign and backslash. */
const BARE = /^[!#-<>-\[\]-~]+$/;
/** Printable ASCII without quote and backslash. */
const PLAIN = /^[ !#-\[\]-~]*$/;

/**
 * Cuts a value that is too long between two characters and marks the cut.
 *
 * @param value Any text.
 * @param limit Maximum number of bytes.
 * @returns The same text, or its beginning followed by `…[N more bytes]`; in
 *   UTF-8 never more than the limit.
 */
export function capValue(value: string, limit = MAX_VALUE_BYTES): string {
  // A UTF-16 code unit takes three bytes at most.
  if (value.length * 3 <= limit) return value;
  const space = limit === MAX_VALUE_BYTES ? room : new Uint8Array(limit);
  if (encoder.encodeInto(value, space).read === value.length) return value;
  const total = encoder.encode(value).length;
  const { read, written } = encoder.encodeInto(
    value,
    space.subarray(0, limit - MAX_MARK),
  );
  return `${value.slice(0, read)}…[${total - written} more bytes]`;
}

const encoder = new TextEncoder();
const room = new Uint8Array(MAX_VALUE_BYTES);
const MAX_MARK = "…[9007199254740991 more bytes]".length + 2;

// ASCII and C1 control characters, characters that some readers treat as the
// end of a line or that change the direction of text, the byte order mark and
// U+FFFD.
const UNPRINTABLE =
  "\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ufffd";
const ESCAPED = new RegExp(`["\\\\${UNPRINTABLE}]`, "g");
// A surrogate may be unpaired: the slow path checks it.
const SUSPECT = new RegExp(`["\\\\${UNPRINTABLE}\\ud800-\\udfff]`);
// A value without escapes still needs quotes if it matches this.
const NEEDS_QUOTES = /^$|^null$|[ =]/;

/**
 * Writes the inside of a quoted value: these escapes are in JSON and logfmt
 * alike.
 */
export function escapeValue(value: string): string {
  if (!SUSPECT.test(value)) return value;
  return value.toWellFormed().replace(ESCAPED, escapeCharacter);
}

function escapeCharacter(character: string): string {
  switch (character) {
    case '"':
      return '\\"';
    case "\\":
      return "\\\\";
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case "\t":
      return "\\t";
    default:
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  }
}
