/**
 * Parses the text of a configuration file.
 *
 * @module
 */

import { parse as parseToml } from "@std/toml";
import { lineNumber } from "./offsets.ts";
import { type Layout, scanToml, type Span } from "./scan.ts";

/** Names in a file, and parts of one name, that are far more than echolog has. */
const MOST_NAMES = 1_000;
const MOST_PARTS = 16;

/**
 * Parses a TOML text, with or without a byte order mark. A name that is
 * {@link https://toml.io/en/v1.0.0#keyvalue-pair | given twice} is an error,
 * because it is unclear which one was meant.
 *
 * @param text The text.
 * @param checkName Throws when a table or a key has no such name. It is called
 * before the text is parsed, which takes long when there are very many names,
 * and loses names such as `__proto__`.
 * @throws {SyntaxError} when the text is not TOML.
 */
export function parseConfig(
  text: string,
  checkName: (path: readonly string[]) => void = () => {},
): unknown {
  const layout = tryScan(text);
  if (layout !== null) {
    const names = namesIn(layout);
    for (const [at, { path }] of names.entries()) {
      // A key says more than the table that it is in.
      if (!isBelow(names[at + 1]?.path ?? [], path)) checkName(path);
    }
    refuseTooMany(names);
    refuseRepeated(text, layout, names);
    refuseBackslashes(text, layout);
  }
  return notTooDeep(() => parseToml(text.replace(/^\ufeff/, "")));
}

/** Reports a text that exhausts the stack. */
function notTooDeep<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SyntaxError("it is nested too deeply", { cause: error });
  }
}

/** The name of a table or a key, and where it is. */
interface Name {
  readonly path: readonly string[];
  readonly span: Span;
}

function isBelow(path: readonly string[], table: readonly string[]): boolean {
  return path.length > table.length &&
    table.every((part, at) => part === path[at]);
}

/** Returns all names in their order. */
function namesIn({ entries, tables }: Layout): readonly Name[] {
  return [
    ...tables.map(({ path, header }) => ({ path, span: header })),
    ...entries.map(({ path, key }) => ({ path, span: key })),
  ].sort((one, other) => one.span.start - other.span.start);
}

function refuseTooMany(names: readonly Name[]): void {
  if (names.length > MOST_NAMES) {
    throw new SyntaxError(
      `it has ${names.length} keys, more than ${MOST_NAMES}`,
    );
  }
  if (names.some(({ path }) => path.length > MOST_PARTS)) {
    throw new SyntaxError("it is nested too deeply");
  }
}

function tryScan(text: string): Layout | null {
  try {
    return notTooDeep(() => scanToml(text));
  } catch (error) {
    if (!(error instanceof SyntaxError) || error.cause instanceof RangeError) {
      throw error;
    }
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

function refuseRepeated(
  text: string,
  { tables }: Layout,
  names: readonly Name[],
): void {
  // Each table of an array has the same names again.
  if (tables.some(({ isArray }) => isArray)) return;
  const first = new Map<string, number>();
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
