/**
 * The keys of the configuration file.
 *
 * @module
 */

import { closestString } from "@std/text/closest-string";
import { EchologError } from "../errors.ts";
import { SETTING_NAMES, type SettingName, SETTINGS } from "./settings.ts";

/** A setting that the file can hold. */
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

/** Whether keys of settings stand in a section of this name. */
export function isSection(name: string): boolean {
  return KEYS.some((key) => key.startsWith(`${name}.`));
}

/** The key that resembles a word most, whether that has its section or not. */
export function nearestKey(word: string): string {
  if (word.includes(".")) return closestString(word, KEYS);
  const names = KEYS.map((key) => key.slice(key.indexOf(".") + 1));
  const nearest = closestString(word, names);
  return KEYS[names.indexOf(nearest)] ?? nearest;
}

/**
 * The setting of a key.
 *
 * @throws {EchologError} `usage`, with the nearest key, when there is none.
 */
export function findKey(key: string): KeyedSetting {
  const found = KEYED_SETTINGS.find((one) => one.key === key);
  if (found !== undefined) return found;
  throw new EchologError("usage", `Unknown key ${key}`, {
    hint: `did you mean ${nearestKey(key)}?`,
  });
}
