/**
 * Renders the table of settings as an example configuration and as a Markdown
 * table.
 *
 * @module
 */

import {
  defaultText,
  type Setting,
  SETTING_NAMES,
  type SettingName,
  SETTINGS,
  type Settings,
} from "./settings.ts";
import { tomlOf } from "./toml_value.ts";

/**
 * Returns an example configuration: every key with its meaning and its default,
 * commented out.
 */
export function renderExample(): string {
  const lines = [
    "# Configuration of echolog, in TOML. Values that are commented out are the",
    "# defaults, or examples where the default is given beside them. Flags of",
    "# `echolog record` override this file.",
    "#",
    "# echolog uses the first of these that exists: --config PATH, $ECHOLOG_CONFIG,",
    "# $XDG_CONFIG_HOME/echolog/echolog.conf (~/.config/echolog/echolog.conf)",
    "# and /etc/echolog.conf.",
  ];
  let section = "";
  for (const name of SETTING_NAMES) {
    const { key } = SETTINGS[name];
    if (key === null) continue;
    const [table = "", entry = ""] = key.split(".");
    if (table !== section) lines.push("", `[${table}]`);
    section = table;
    lines.push(...describeEntry(name, entry));
  }
  return `${lines.join("\n")}\n`;
}

function describeEntry<K extends SettingName>(name: K, entry: string) {
  const setting: Setting<Settings[K]> = SETTINGS[name];
  const value = setting.defaultText === undefined
    ? tomlOf(setting.type, setting.type.toText(setting.defaultValue))
    : `${
      setting.example === undefined
        ? '""'
        : tomlOf(setting.type, setting.example)
    }  # default: ${setting.defaultText}`;
  return [`# ${meaningOf(name)}`, `#${entry} = ${value}`];
}

/** Returns the meaning of a setting, with its values if they can be listed. */
function meaningOf(name: SettingName): string {
  const { help, type: { choices } } = SETTINGS[name];
  return choices === undefined || choices.includes("true")
    ? help
    : `${help}: ${choices.join(", ")}`;
}

/** Returns the rows of the README's table of settings. */
export function renderTable(): string {
  const rows = SETTING_NAMES.map((name) => {
    const { flag, key, help, placeholder } = SETTINGS[name];
    const cells = [
      flag === null ? "–" : code(`--${flag} ${valueForm(name, placeholder)}`),
      key === null ? "–" : code(key),
      defaultText(name),
      // A flag has its values beside it.
      flag === null ? meaningOf(name) : help,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| flag | config key | default | meaning |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function valueForm(name: SettingName, placeholder: string): string {
  const choices = SETTINGS[name].type.choices;
  return choices === undefined ? placeholder : `{${choices.join(",")}}`;
}

function code(text: string): string {
  return `\`${text}\``;
}
