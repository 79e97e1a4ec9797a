/**
 * The keys of the configuration file.
 *
 * @module
 */

import { SETTING_NAMES, type SettingName, SETTINGS } from "./settings.ts";
import { EchologError } from "../errors.ts";
import { suggest } from "../platform/suggest.ts";

/** A setting with a key in the file. */
export interface KeyedSetting {
  /** Its name in the code. */
  readonly name: SettingName;
  /** Its key, `section.name`. */
  readonly key: string;
}

/** All settings that have a key, in the table's order. */
export const KEYED_SETTINGS: readonly KeyedSetting[] = SETTING_NAMES.flatMap(
  (name) => {
    const { key } = SETTINGS[name];
    return key === null ? [] : [{ name, key }];
  },
);

const KEYS = KEYED_SETTINGS.map(({ key }) => key);

/** Whether a setting has this key. */
export function isKey(key: string): boolean {
  return KEYS.includes(key);
}

/** Whether settings have keys in a section of this name. */
export function isSection(name: string): boolean {
  return KEYS.some((key) => key.startsWith(`${name}.`));
}

/** Returns a hint for an unknown key, with or without its section. */
export function keyHint(word: string): string {
  const names = KEYS.map((key) => key.slice(key.indexOf(".") + 1));
  const nearest = word.includes(".")
    ? suggest(word, KEYS)
    : KEYS[names.indexOf(suggest(word, names) ?? "")] ?? null;
  return nearest === null
    ? "echolog config show lists the keys"
    : `did you mean ${nearest}?`;
}

/**
 * Returns the setting of a key.
 *
 * @throws {EchologError} `usage`, with the nearest key, when there is none.
 */
export function findKey(key: string): KeyedSetting {
  const found = KEYED_SETTINGS.find((one) => one.key === key);
  if (found !== undefined) return found;
  throw new EchologError("usage", `Unknown key ${key}`, {
    hint: keyHint(key),
  });
}
