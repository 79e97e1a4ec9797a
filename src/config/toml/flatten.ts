/**
 * What a TOML text says, in a form that can be compared.
 *
 * @module
 */

import { parseConfig } from "./parse.ts";

/**
 * Every value of a TOML text by its whole name, `section.name`. Tables are
 * known by what they hold.
 *
 * @throws {SyntaxError} when the text is not TOML.
 */
export function leavesOf(text: string): Map<string, string> {
  const leaves = new Map<string, string>();
  const visit = (value: unknown, name: string): void => {
    const isTable = typeof value === "object" && value !== null &&
      !Array.isArray(value) && !(value instanceof Date);
    if (!isTable) {
      // JSON has no word for NaN and the infinite numbers.
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
 * What has changed besides, or has not become what it should.
 *
 * @param before The values of a text.
 * @param after Its values after it was changed.
 * @param key The name of the value that should have changed.
 * @param value What it should be, as TOML.
 * @returns Names of values; none when only that one has changed.
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
