/**
 * Parses the text of a configuration file.
 *
 * @module
 */

import { parse as parseToml } from "@std/toml";
import { lineNumber } from "./offsets.ts";
import { type Layout, scanToml } from "./scan.ts";

/**
 * Parses a TOML text, with or without a byte order mark. A name that is
 * {@link https://toml.io/en/v1.0.0#keyvalue-pair | given twice} is an error,
 * because it is unclear which one was meant.
 *
 * @throws {SyntaxError} when the text is not TOML.
 */
export function parseConfig(text: string): unknown {
  const layout = tryScan(text);
  if (layout !== null) {
    refuseRepeated(text, layout);
    refuseBackslashes(text, layout);
  }
  return parseToml(text.replace(/^\ufeff/, ""));
}

function tryScan(text: string): Layout | null {
  try {
    return scanToml(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The parser reports the error better.
    return null;
  }
}

/** A path of Windows in double quotes, where a backslash begins an escape. */
const WINDOWS_PATH = /"[A-Za-z]:\\(?!\\)[^"\n]*/;

function refuseBackslashes(text: string, { entries }: Layout): void {
  for (const { value: { start, end } } of entries) {
    const value = text.slice(start, end);
    // In single quotes a backslash is itself.
    const [path] = WINDOWS_PATH.exec(value.replace(/'[^'\n]*'/g, "")) ?? [];
    if (path === undefined) continue;
    throw new SyntaxError(
      `line ${
        lineNumber(text, start)
      } has single backslashes in ${path}"; write the path with / or in single quotes`,
    );
  }
}

function refuseRepeated(text: string, { entries, tables }: Layout): void {
  // Each table of an array has the same names again.
  if (tables.some(({ isArray }) => isArray)) return;
  const first = new Map<string, number>();
  const names = [
    ...tables.map(({ path, header }) => ({ path, span: header })),
    ...entries.map(({ path, key }) => ({ path, span: key })),
  ].sort((one, other) => one.span.start - other.span.start);
  for (const { path, span: { start } } of names) {
    const name = JSON.stringify(path);
    const before = first.get(name);
    if (before !== undefined) {
      const [line, again] = [before, start].map((at) => lineNumber(text, at));
      throw new SyntaxError(
        `${path.join(".")} is on line ${line} and again on line ${again}`,
      );
    }
    first.set(name, start);
  }
}
