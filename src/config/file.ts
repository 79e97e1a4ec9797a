/**
 * Reads the configuration file.
 *
 * @module
 */

import { isKey, isSection, keyHint } from "./keys.ts";
import { type ConfigHost, configPlaces, namedFile } from "./paths.ts";
import { parseConfig } from "./toml/parse.ts";
import { EchologError, messageOf } from "../errors.ts";
import { isAbsent, reasonOf } from "../platform/fs.ts";

/** The contents of a configuration file. */
export interface ConfigFile {
  /** Its path, or `null` when there is none. */
  readonly path: string | null;
  /** Its values by the keys of settings. */
  readonly values: ReadonlyMap<string, unknown>;
}

/**
 * Reads the configuration file in use: the one that is named, otherwise the
 * first that exists.
 *
 * @param flag Value of `--config`.
 * @param machine Reads files and knows where they are.
 * @param checks Whether an unknown key is an error.
 * @throws {EchologError} `usage`, when it cannot be read or used.
 */
export function readConfig(
  flag: string | undefined,
  machine: ConfigHost,
  checks: "all keys" | "any keys" = "all keys",
): ConfigFile {
  const isStrict = checks === "all keys";
  const named = namedFile(flag, machine);
  if (named !== null) {
    const { path, from } = named;
    const values = tryRead(path, machine, isStrict);
    if (values === null) {
      throw new EchologError(
        "usage",
        `Cannot read the configuration ${path} named by ${from}: there is no such file`,
        { hint: "name one that exists, or leave it out" },
      );
    }
    return { path, values };
  }
  for (const path of configPlaces(machine)) {
    const values = tryRead(path, machine, isStrict);
    if (values !== null) return { path, values };
  }
  return { path: null, values: new Map() };
}

function tryRead(path: string, machine: ConfigHost, isStrict: boolean) {
  const text = readText(path, machine);
  return text === null ? null : valuesOf(text, path, isStrict);
}

/**
 * Returns the text of a configuration file, with its byte order mark if it has
 * one.
 *
 * @returns `null` when there is no such file.
 * @throws {EchologError} `usage`, when it cannot be read.
 */
export function readText(
  path: string,
  machine: Pick<ConfigHost, "readFile">,
): string | null {
  let bytes: Uint8Array;
  try {
    bytes = machine.readFile(path);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw unreadable(path, reasonOf(error), error);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes);
  } catch (error) {
    throw unreadable(path, "it is not UTF-8 text", error);
  }
}

function valuesOf(
  text: string,
  path: string,
  isStrict: boolean,
): Map<string, unknown> {
  let table: unknown;
  try {
    table = parseConfig(
      text,
      isStrict ? (name) => checkName(name, path) : undefined,
    );
  } catch (error) {
    if (error instanceof EchologError) throw error;
    const reason = messageOf(error).replace(/\s+/g, " ").trim();
    throw unreadable(path, `it is not TOML: ${reason}`, error);
  }
  const values = new Map<string, unknown>();
  flatten(table, "", values);
  if (isStrict) { for (const key of values.keys()) checkKey(key, path); }
  return values;
}

function unreadable(path: string, reason: string, cause: unknown) {
  return new EchologError(
    "usage",
    `Cannot read the configuration ${path}: ${reason}`,
    { cause, hint: "fix it, or name another with --config" },
  );
}

function flatten(
  value: unknown,
  prefix: string,
  into: Map<string, unknown>,
): void {
  if (prefix !== "" && (!isTable(value) || isKey(prefix))) {
    into.set(prefix, value);
    return;
  }
  if (!isTable(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    flatten(inner, prefix === "" ? key : `${prefix}.${key}`, into);
  }
  const isEmpty = Object.keys(value).length === 0;
  if (isEmpty && prefix !== "" && !isSection(prefix)) into.set(prefix, value);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    !Array.isArray(value) && !(value instanceof Date);
}

/** Checks the name of a table or a key before the text is parsed. */
function checkName(name: readonly string[], path: string): void {
  const isKnown =
    [1, 2].some((parts) => isKey(name.slice(0, parts).join("."))) ||
    isSection(name.join("."));
  if (!isKnown) throw unknownKey(name.map(written).join("."), path);
}

function written(part: string): string {
  return /^[\w-]+$/.test(part) ? part : JSON.stringify(part);
}

function unknownKey(key: string, path: string): EchologError {
  const shown = key.length > 80 ? `${key.slice(0, 77)}...` : key;
  return new EchologError("usage", `Unknown key ${shown} in ${path}`, {
    hint: keyHint(shown),
  });
}

function checkKey(key: string, path: string): void {
  if (isKey(key)) return;
  if (isSection(key)) {
    throw new EchologError(
      "usage",
      `Cannot use ${key} in ${path}: ${key} is a section`,
      {
        hint: `write it as [${key}] with its keys below`,
      },
    );
  }
  throw unknownKey(key, path);
}
