/**
 * Formats values as TOML.
 *
 * @module
 */

import type { ValueType } from "./setting_types.ts";

/**
 * Returns a text as a TOML string.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { quoteToml } from "./toml_value.ts";
 *
 * assertEquals(quoteToml('dshow:audio="Mic"'), '"dshow:audio=\\"Mic\\""');
 * ```
 */
export function quoteToml(text: string): string {
  // JSON escapes like TOML, except for DEL, which TOML forbids.
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

/**
 * Returns a value of a setting as TOML, in its written form: a duration or a
 * size with a unit is a string, `90` is a number.
 *
 * @param type Type of the setting.
 * @param text The value as a flag takes it.
 * @throws {ValueError} when the text is not a value of that type.
 */
export function tomlOf(type: ValueType<unknown>, text: string): string {
  const value = type.fromText(text);
  if (Array.isArray(value)) {
    return `[${value.map((one) => quoteToml(String(one))).join(", ")}]`;
  }
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "number") return quoteToml(text);
  // "+5" and "007" are not numbers in TOML.
  return isRead(type, text) && String(value) !== text
    ? quoteToml(text)
    : String(value);
}

/** Whether the type accepts a string in the file, too. */
function isRead(type: ValueType<unknown>, text: string): boolean {
  try {
    type.fromToml(text);
    return true;
  } catch {
    // The type rejects it with an error: integers are not strings in TOML.
    return false;
  }
}
