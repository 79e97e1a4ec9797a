/**
 * Options of commands, and the parser of command lines.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import {
  defaultText,
  SETTING_NAMES,
  type SettingName,
  SETTINGS,
} from "../../config/settings.ts";
import { EchologError } from "../../errors.ts";
import { suggest } from "../../platform/suggest.ts";

/** An option that a command takes. */
export interface Option {
  /** Long name without its dashes. */
  readonly name: string;
  /** One letter, if there is a short form. */
  readonly short?: string;
  /** Placeholder for the value in help; a switch has none. */
  readonly placeholder?: string;
  /** Its purpose, in one phrase. */
  readonly help: string;
  /** Whether it may be given several times; its values are then joined with commas. */
  readonly isList?: boolean;
  /** All values, if they can be listed. */
  readonly choices?: readonly string[];
  /** All words of which a value has one or several, with commas between them. */
  readonly words?: readonly string[];
  /** The default in words. */
  readonly defaultValue?: string;
  /** Title under which help lists it; `Options` unless given. */
  readonly group?: string;
  /** Whether its value is that of the setting with this flag. */
  readonly isSetting?: boolean;
}

/** The parsed options of a command line. */
export interface ParsedOptions {
  /** Text of each option that takes a value. */
  readonly values: ReadonlyMap<string, string>;
  /** Those of the options that are settings. */
  readonly flags: ReadonlyMap<string, string>;
  /** Names of the switches that were given. */
  readonly switches: ReadonlySet<string>;
  /** Words that are not options. */
  readonly operands: readonly string[];
}

/** Titles of the settings by the section of their key. */
const GROUPS: Readonly<Record<string, string>> = {
  recording: "Recording",
  ffmpeg: "Recording",
  logging: "Log",
  recovery: "Recovery",
  disk: "Disk",
};

/** `--help`, which every command takes. */
export const HELP_OPTION: Option = {
  name: "help",
  short: "h",
  help: "show this help",
};

/** `--config`, for every command that reads settings. */
export const CONFIG_OPTION: Option = {
  name: "config",
  placeholder: "PATH",
  help: "the configuration file",
  defaultValue:
    "$ECHOLOG_CONFIG, then echolog/echolog.conf in $XDG_CONFIG_HOME or ~/.config, then /etc/echolog.conf",
};

/** `--json`, for commands with output for programs. */
export const JSON_OPTION: Option = { name: "json", help: "print JSON" };

/** Options that name where to look for sessions. */
export const PLACE_OPTIONS: readonly Option[] = [
  ...settingOptions(["outputDir"]),
  CONFIG_OPTION,
];

/**
 * Returns an option for each setting that has a flag, or for the named
 * settings.
 */
export function settingOptions(
  names: readonly SettingName[] = SETTING_NAMES,
): Option[] {
  const isWhole = names === SETTING_NAMES;
  return names.flatMap((name) => {
    const { flag, placeholder, help, type } = SETTINGS[name];
    if (flag === null) return [];
    const group = groupOf(name);
    const choices = type.choices;
    return [{
      name: flag,
      isSetting: true,
      ...(isWhole && group !== null ? { group } : {}),
      placeholder,
      help,
      defaultValue: defaultText(name),
      ...(choices === undefined ? {} : { choices }),
    }];
  });
}

/** Returns the title of a setting among all of them: by the section of its key. */
function groupOf(name: SettingName): string | null {
  const [section = ""] = (SETTINGS[name].key ?? "recording.").split(".");
  return GROUPS[section] ?? null;
}

/**
 * Parses the options of a command.
 *
 * @param command What to type before `--help`.
 * @throws {EchologError} `usage`, for an option that is unknown, lacks its
 * value, or has one that it does not take.
 */
export function parseOptions(
  argv: readonly string[],
  options: readonly Option[],
  command = "echolog",
): ParsedOptions {
  const named = options.filter((option) => option.placeholder !== undefined)
    .map((option) => option.name);
  const switches = options.filter((option) => option.placeholder === undefined)
    .map((option) => option.name);
  const lists = options.filter((option) => option.isList === true)
    .map((option) => option.name);
  const alias = Object.fromEntries(
    options.flatMap(({ name, short }) =>
      short === undefined ? [] : [[short, name]]
    ),
  );
  const unknown: string[] = [];
  const words = withPlainSwitches(argv, options);
  const parsed: Record<string, unknown> = parseArgs(words, {
    string: [...named, "_"],
    boolean: switches,
    collect: lists,
    alias,
    unknown: (argument, key) => {
      if (key !== undefined) unknown.push(argument);
      return key === undefined;
    },
  });

  const values = new Map<string, string>();
  for (const name of named) {
    const given = parsed[name];
    const isMissing = given === "" ||
      Array.isArray(given) && given.includes("");
    if (isMissing) {
      throw new EchologError("usage", `Option --${name} needs a value`, {
        hint: `write --${name} ${placeholderOf(options, name)}`,
      });
    }
    if (typeof given === "string") values.set(name, given);
    if (Array.isArray(given) && given.length > 0) {
      values.set(name, given.join(","));
    }
  }
  const [first] = unknown;
  if (first !== undefined) throw unknownOption(first, options, command);
  const operands = Array.isArray(parsed._) ? parsed._.map(String) : [];
  const settings = new Set(
    options.filter(({ isSetting }) => isSetting).map(({ name }) => name),
  );
  return {
    values,
    flags: new Map([...values].filter(([name]) => settings.has(name))),
    switches: new Set(switches.filter((name) => parsed[name] === true)),
    operands,
  };
}

function placeholderOf(options: readonly Option[], name: string): string {
  return options.find((option) => option.name === name)?.placeholder ?? "";
}

/**
 * Returns the words with `=true` after each switch: without it, the parser
 * takes a `true` or `false` that follows for its value.
 */
function withPlainSwitches(
  argv: readonly string[],
  options: readonly Option[],
): string[] {
  const switches = options.filter(({ placeholder }) => !placeholder);
  const end = argv.indexOf("--");
  return argv.map((word, index) => {
    if (end >= 0 && index >= end) return word;
    const [spelled = ""] = /^--?[^=]*/.exec(word) ?? [];
    const found = switches.find(({ name, short }) =>
      spelled === `--${name}` || spelled === `-${short}`
    );
    if (found === undefined) return word;
    if (spelled === word) return `--${found.name}=true`;
    throw new EchologError("usage", `Cannot use ${word}`, {
      hint: `${spelled} takes no value; write ${spelled}, or leave it out`,
    });
  });
}

function unknownOption(
  argument: string,
  options: readonly Option[],
  command: string,
) {
  const name = argument.replace(/=.*$/s, "");
  const nearest = suggest(
    name.replace(/^-+/, ""),
    options.map((option) => option.name),
  );
  return new EchologError("usage", `Unknown option ${name}`, {
    hint: nearest === null
      ? `see ${command} --help`
      : `did you mean --${nearest}? See ${command} --help`,
  });
}
