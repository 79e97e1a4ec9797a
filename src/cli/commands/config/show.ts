/**
 * Renders the settings in effect as text and JSON.
 *
 * @module
 */

import { toJson } from "../../../terminal/output.ts";
import { settingsRedactor } from "../../args/command_settings.ts";
import { KEYED_SETTINGS } from "../../../config/keys.ts";
import type { LoadedSettings } from "../../../config/load.ts";
import {
  defaultText,
  type Setting,
  type SettingName,
  SETTINGS,
  type Settings,
} from "../../../config/settings.ts";
import { tomlOf } from "../../../config/toml_value.ts";
import { oneLine } from "../../../errors.ts";
import type { Redact } from "../../../redact/redact.ts";
import { MASK } from "../../../redact/urls.ts";

/** Column of the sources, unless a value reaches into it. */
const SOURCE_COLUMN = 44;

/**
 * Returns every setting that has a key, with the source of its value.
 *
 * @param loaded The settings.
 * @param asJson As JSON, otherwise as TOML with the sources in comments.
 */
export function describeSettings(
  loaded: LoadedSettings,
  asJson: boolean,
): string {
  const redact = settingsRedactor(loaded.settings, loaded.settings.device);
  if (asJson) return renderJson(loaded, redact);
  const file = loaded.configPath ?? "no configuration file";
  return [
    `# ${file}`,
    ...KEYED_SETTINGS.map(({ name, key }) => {
      const { value, source } = valueOf(name, loaded);
      return value === null
        ? `# ${key} is not set  # ${source}: ${defaultText(name)}`
        : `${tomlLine(key, name, loaded.settings, redact)} `
          .padEnd(SOURCE_COLUMN) + ` # ${source}`;
    }),
  ].map(oneLine).join("\n");
}

/**
 * Returns a value as a flag takes it, without secrets; empty when there is
 * none.
 */
export function maskedText(
  name: SettingName,
  settings: Settings,
  redact: Redact,
): string {
  const value = settings[name];
  return isList(value)
    ? JSON.stringify(maskedList(name, value, redact))
    : redact(textOf(name, settings));
}

function textOf<K extends SettingName>(name: K, settings: Settings): string {
  const setting: Setting<Settings[K]> = SETTINGS[name];
  return setting.type.toText(settings[name]);
}

function tomlLine(
  key: string,
  name: SettingName,
  settings: Settings,
  redact: Redact,
): string {
  const { type } = SETTINGS[name];
  return isList(settings[name])
    ? `${key} = ${tomlOf(type, maskedText(name, settings, redact))}`
    : redact(`${key} = ${tomlOf(type, textOf(name, settings))}`);
}

function valueOf(name: SettingName, { settings, sources }: LoadedSettings) {
  return { value: settings[name], source: sources.get(name) ?? "default" };
}

function renderJson(loaded: LoadedSettings, redact: Redact): string {
  const settings = KEYED_SETTINGS.map(({ name, key }) => {
    const { value, source } = valueOf(name, loaded);
    return [key, { value: masked(name, value, redact), source }];
  });
  return toJson(
    { config: loaded.configPath, settings: Object.fromEntries(settings) },
    2,
  );
}

function masked(name: SettingName, value: unknown, redact: Redact): unknown {
  if (typeof value === "string") return redact(value);
  return isList(value) ? maskedList(name, value, redact) : value;
}

/**
 * Masks each argument by itself, so that a mask cannot extend into the next
 * one. The value after an option such as `-password` is recognized by that
 * option.
 */
function maskedList(
  name: SettingName,
  list: readonly string[],
  redact: Redact,
): string[] {
  if (SETTINGS[name].isSecret) {
    // The program is shown; an argument may be a secret of any form.
    return list.map((word, index) => index === 0 ? redact(word) : MASK);
  }
  return list.map((word, index) => {
    const own = redact(word);
    const option = list[index - 1] ?? "";
    if (!/^--?[a-z][\w-]*$/i.test(option)) return own;
    try {
      return String(JSON.parse(redact(JSON.stringify([option, own])))[1]);
    } catch {
      // The mask covers a quote.
      return MASK;
    }
  });
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}
