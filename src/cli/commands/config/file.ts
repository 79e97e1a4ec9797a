/**
 * Finds, creates and changes the configuration file.
 *
 * @module
 */

import { print } from "../../../terminal/output.ts";
import { settingsRedactor } from "../../args/command_settings.ts";
import { readText } from "../../../config/file.ts";
import { findKey } from "../../../config/keys.ts";
import { type LoadedSettings, loadSettings } from "../../../config/load.ts";
import {
  type ConfigHost,
  configPlaces,
  namedFile,
  userPlace,
} from "../../../config/paths.ts";
import { renderExample } from "../../../config/reference.ts";
import { ValueError } from "../../../config/setting_types.ts";
import { type SettingName, SETTINGS } from "../../../config/settings.ts";
import { EditError, editToml } from "../../../config/toml/edit.ts";
import { tomlOf } from "../../../config/toml_value.ts";
import { EchologError, oneLine } from "../../../errors.ts";
import {
  createTextFile,
  replaceTextFile,
} from "../../../platform/atomic_files.ts";
import { reasonOf } from "../../../platform/fs.ts";
import { host } from "../../../platform/host.ts";
import { MASK } from "../../../redact/urls.ts";
import { maskedText } from "./show.ts";

/**
 * Prints the path of the file in use, or of the one that would be created.
 *
 * @param flag Value of `--config`.
 */
export function printPath(flag: string | undefined): void {
  const machine = host;
  const path = fileInForce(flag, machine);
  print(oneLine(path));
  if (!isThere(path, machine)) {
    console.error(
      "echolog: this file does not exist yet; config set creates it",
    );
  }
}

/**
 * Writes the example configuration.
 *
 * @param flag Value of `--config`.
 * @throws {EchologError} `usage`, when the file exists or cannot be written.
 */
export function initConfig(flag: string | undefined): void {
  const machine = host;
  const path = namedFile(flag, machine)?.path ?? ownFile(machine);
  const others = configPlaces(machine).filter((place) =>
    flag === undefined && place !== path && isThere(place, machine)
  );
  try {
    createTextFile(path, renderExample());
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) {
      throw unwritable(path, error);
    }
    throw new EchologError(
      "usage",
      `Cannot create ${path}: the file already exists`,
      { cause: error, hint: "change a value in it with echolog config set" },
    );
  }
  print(oneLine(`Wrote ${path}`));
  for (const other of others) {
    console.error(
      oneLine(`echolog: ${other} is no longer used; echolog now uses ${path}`),
    );
  }
}

/**
 * Sets a value in the file in use, or creates that file.
 *
 * @param flag Value of `--config`.
 * @param key Key of a setting.
 * @param text The value as a flag takes it.
 * @throws {EchologError} `usage`, when the value or the resulting settings are
 * invalid; nothing is written then.
 */
export function setValue(
  flag: string | undefined,
  key: string,
  text: string,
): void {
  const machine = host;
  const { name } = findKey(key);
  const value = readValue(name, key, text);
  const path = fileInForce(flag, machine);
  const before = readText(path, machine);
  const after = edit(before ?? "", key, value, path);
  const loaded = loadText(after, path, machine);
  if (after !== before) {
    try {
      replaceTextFile(path, after);
    } catch (error) {
      throw unwritable(path, error);
    }
  }
  const redact = settingsRedactor(loaded.settings, loaded.settings.device);
  const shown = SETTINGS[name].isSecret
    ? maskedText(name, loaded.settings, redact)
    : value;
  print(oneLine(`Set ${redact(`${key} = ${shown}`)} in ${path}`));
}

function readValue(name: SettingName, key: string, text: string): string {
  const { type, isSecret } = SETTINGS[name];
  try {
    return tomlOf(type, text);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new EchologError(
      "usage",
      `Cannot set ${key} to ${isSecret ? MASK : text}`,
      {
        hint: `expected ${type.expected}`,
        cause: error,
      },
    );
  }
}

function edit(text: string, key: string, value: string, path: string): string {
  try {
    return editToml(text, key, value);
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    throw new EchologError(
      "usage",
      `Cannot set ${key} in ${path}: ${error.message}`,
      { hint: "change it in an editor", cause: error },
    );
  }
}

/** Returns the settings that another text in the file would give. */
function loadText(
  text: string,
  path: string,
  machine: ConfigHost,
): LoadedSettings {
  return loadSettings({ flags: new Map(), configPath: path }, {
    ...machine,
    readFile: () => new TextEncoder().encode(text),
  });
}

function fileInForce(flag: string | undefined, machine: ConfigHost): string {
  return namedFile(flag, machine)?.path ??
    configPlaces(machine).find((path) => isThere(path, machine)) ??
    ownFile(machine);
}

function ownFile(machine: ConfigHost): string {
  const path = userPlace(machine);
  if (path !== null) return path;
  throw new EchologError(
    "usage",
    "There is no home folder for the configuration file",
    {
      hint: "set HOME, or name a file with --config",
    },
  );
}

function isThere(path: string, machine: ConfigHost): boolean {
  try {
    return readText(path, machine) !== null;
  } catch {
    // The file exists; reading it reports why that fails.
    return true;
  }
}

function unwritable(path: string, error: unknown): EchologError {
  return new EchologError(
    "usage",
    `Cannot write the configuration ${path}: ${reasonOf(error)}`,
    {
      hint:
        "run this as a user with write permission, or name another file with --config",
      cause: error,
    },
  );
}
