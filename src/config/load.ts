/**
 * Loads flags and a TOML file into typed, checked and frozen settings, each
 * with its source.
 *
 * @module
 */

import { dirname } from "@std/path";
import { FORMATS } from "../audio/format.ts";
import { type ConfigFile, readConfig } from "./file.ts";
import {
  assertChunkSize,
  assertDepth,
  assertRollover,
  recordedChannels,
  type Source,
  type Sources,
} from "./recording_checks.ts";
import { type ConfigHost, expandHome, resolvePath } from "./paths.ts";
import { ValueError } from "./setting_types.ts";
import {
  type Setting,
  SETTING_NAMES,
  type SettingName,
  SETTINGS,
  type Settings,
} from "./settings.ts";
import { EchologError } from "../errors.ts";
import { deviceLabel } from "../redact/device.ts";
import { MASK } from "../redact/urls.ts";

export { configPlaces } from "./paths.ts";
export {
  assertChunkSize,
  assertLimits,
  type Source,
} from "./recording_checks.ts";

/** Settings with their sources. */
export interface LoadedSettings {
  /** The values in effect. */
  readonly settings: Settings;
  /** Source of each given value; the others are defaults. */
  readonly sources: Sources;
  /** Settings whose value is not the default. */
  readonly changed: ReadonlySet<SettingName>;
  /** The configuration file that was read, or `null`. */
  readonly configPath: string | null;
}

/** Options of {@linkcode loadSettings}. */
export interface LoadOptions {
  /** Text of each given flag, by its name without dashes. */
  readonly flags: ReadonlyMap<string, string>;
  /** Value of `--config`. */
  readonly configPath?: string;
}

/**
 * Loads and checks all settings: a flag beats the file, the file beats the
 * default.
 *
 * @throws {EchologError} `usage`, naming the value at fault.
 */
export function loadSettings(
  options: LoadOptions,
  machine: ConfigHost,
): LoadedSettings {
  const file = readConfig(options.configPath, machine);
  const sources = new Map<SettingName, Exclude<Source, "default">>();
  const changed = new Set<SettingName>();

  /** Returns a value as an error shows it. */
  const shown = (name: SettingName, value: unknown, text: string) =>
    SETTINGS[name].isSecret
      ? MASK
      : name === "device" && typeof value === "string" &&
          file.values.get(SETTINGS.redactDevice.key ?? "") === true
      ? deviceLabel(value)
      : text;
  const take = <T>(name: SettingName, setting: Setting<T>, given: T): T => {
    const { type, defaultValue, isPath } = setting;
    const value = isPath ? expand(given, machine) : given;
    // Without a home folder no path is the default, which is in the home
    // folder.
    const usual = isPath && machine.home !== null
      ? expand(defaultValue, machine)
      : defaultValue;
    if (type.toText(value) !== type.toText(usual)) changed.add(name);
    return value;
  };
  const load = <T>(name: SettingName, setting: Setting<T>): T => {
    const flag = setting.flag === null
      ? undefined
      : options.flags.get(setting.flag);
    if (flag !== undefined) {
      sources.set(name, "flag");
      const read = (text: string) => setting.type.fromText(text);
      const where = `--${setting.flag} ${shown(name, flag, flag)}`;
      return take(name, setting, accept(setting, flag, read, where));
    }
    if (setting.key !== null && file.values.has(setting.key)) {
      sources.set(name, "file");
      const value = file.values.get(setting.key);
      const read = (value: unknown) => setting.type.fromToml(value);
      const where = `${setting.key} = ${
        shown(name, value, show(value))
      } in ${file.path}`;
      return take(name, setting, accept(setting, value, read, where));
    }
    return setting.isPath
      ? expand(setting.defaultValue, machine)
      : setting.defaultValue;
  };

  const loaded = loadEach((name, setting) => load(name, setting));
  const settings = {
    ...loaded,
    channels: recordedChannels(loaded, sources),
    outputDir: resolvePath(loaded.outputDir, {
      cwd: sources.get("outputDir") === "file"
        ? folderOf(file, machine)
        : machine.cwd,
    }),
  };
  checkTogether(settings);
  return {
    settings: Object.freeze(settings),
    sources,
    changed,
    configPath: file.path,
  };
}

/**
 * Returns the output folder alone. Other settings may be wrong.
 *
 * @throws {EchologError} `usage`, when the configuration cannot be read at all.
 */
export function loadOutputDir(
  options: LoadOptions,
  machine: ConfigHost,
): string {
  const { flag, key, defaultValue } = SETTINGS.outputDir;
  const given = flag === null ? undefined : options.flags.get(flag);
  if (given !== undefined) return resolvePath(expand(given, machine), machine);
  const file = readConfig(options.configPath, machine, "any keys");
  const value = key === null ? undefined : file.values.get(key);
  return typeof value === "string" && value !== ""
    ? resolvePath(expand(value, machine), { cwd: folderOf(file, machine) })
    : resolvePath(expand(defaultValue, machine), machine);
}

/** A relative path in a file starts at that file's folder. */
function folderOf({ path }: ConfigFile, machine: ConfigHost): string {
  return path === null ? machine.cwd : dirname(resolvePath(path, machine));
}

/** Loads every setting of the table. */
function loadEach(
  load: <T>(name: SettingName, setting: Setting<T>) => T,
): Settings {
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of SETTING_NAMES) {
    const setting: Setting<unknown> = SETTINGS[name];
    values[name] = load(name, setting);
  }
  // Safe because the table has a setting of the right type for every name.
  return values as Settings;
}

/**
 * Returns each setting that is not the default, `key=value(source)`, for the
 * log's `overrides`.
 */
export function describeOverrides(loaded: LoadedSettings): string {
  const write = <T>(setting: Setting<T>, value: T) =>
    setting.type.toText(value);
  const describe = <K extends SettingName>(name: K) => {
    const setting: Setting<Settings[K]> = SETTINGS[name];
    const text = setting.isSecret
      ? MASK
      : write(setting, loaded.settings[name]);
    const value = /[\s"()]/.test(text) ? JSON.stringify(text) : text;
    const label = setting.key ?? setting.flag ?? name;
    return `${label}=${value}(${loaded.sources.get(name)})`;
  };
  return SETTING_NAMES
    .filter((name) => loaded.changed.has(name))
    .map(describe)
    .join(" ");
}

function accept<T, V>(
  setting: Setting<T>,
  value: V,
  read: (value: V) => T,
  where: string,
): T {
  try {
    return read(value);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new EchologError("usage", `Cannot use ${where}`, {
      hint: `expected ${setting.type.expected}`,
      cause: error,
    });
  }
}

function show(value: unknown): string {
  const text = value instanceof Date
    ? value.toISOString()
    : JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function expand<T>(value: T, machine: ConfigHost): T;
function expand(value: unknown, machine: ConfigHost): unknown {
  // Of a command, the program.
  if (Array.isArray(value)) {
    return value.map((word, index) =>
      index === 0 ? expand(word, machine) : word
    );
  }
  return typeof value === "string" ? expandHome(value, machine) : value;
}

/** Checks settings that depend on each other. */
function checkTogether(settings: Settings): void {
  if (settings.duration !== null && settings.until !== null) {
    throw new EchologError(
      "usage",
      `Cannot use --until ${settings.until} together with --duration`,
      { hint: "give one of them" },
    );
  }
  assertRollover(settings);
  const { format, channels, sampleRate, bitDepth } = settings;
  const { sampleRates, channelCounts } = FORMATS[format];
  assertDepth(settings);
  if (sampleRates !== null && !sampleRates.includes(sampleRate)) {
    throw new EchologError(
      "usage",
      `Cannot record ${format} at ${sampleRate} Hz`,
      { hint: `set recording.sample_rate to one of ${sampleRates.join(", ")}` },
    );
  }
  if (channelCounts !== null && !channelCounts.includes(channels)) {
    throw new EchologError(
      "usage",
      `Cannot record ${format} with ${channels} channels`,
      {
        hint: `choose one of ${channelCounts.join(", ")}, or another --format`,
      },
    );
  }
  // The depth that auto chooses is known, and checked, later.
  assertChunkSize(settings, bitDepth === "auto" ? 16 : bitDepth);
}
