/**
 * Flattens a TOML text into values that can be compared.
 *
 * @module
 */

import { parseConfig } from "./parse.ts";

/**
 * Returns every value of a TOML text by its full name, `section.name`. Tables
 * are represented by their values.
 *
 * @throws {SyntaxError} when the text is not TOML.
 */
export function leavesOf(text: string): Map<string, string> {
  const leaves = new Map<string, string>();
  const visit = (value: unknown, name: string): void => {
    const isTable = typeof value === "object" && value !== null &&
      !Array.isArray(value) && !(value instanceof Date);
    if (!isTable) {
      // JSON has no NaN and no infinity.
      const form = typeof value === "number" ? value : JSON.stringify(value);
      leaves.set(name, `${typeof value} ${form}`);
      return;
    }
    for (const [key, inner] of Object.entries(value)) {
      visit(inner, name === "" ? key : `${name}.${key}`);
    }
  };
  visit(parseConfig(text), "");
  return leaves;
}

/**
 * Returns other values that changed, or the value if it is not as expected.
 *
 * @param before The values of a text.
 * @param after Its values after the change.
 * @param key The name of the changed value.
 * @param value The expected value, as TOML.
 * @returns Names of values; empty when only that one has changed.
 * @throws {SyntaxError} when the value is not TOML.
 */
export function strayChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  key: string,
  value: string,
): string[] {
  const expected = new Map(before);
  for (const form of leavesOf(`value = ${value}`).values()) {
    expected.set(key, form);
  }
  return [...new Set([...expected.keys(), ...after.keys()])]
    .filter((name) => after.get(name) !== expected.get(name));
}
