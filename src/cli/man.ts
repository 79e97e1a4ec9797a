/**
 * The manual pages, derived from the tables of commands and settings, in the
 * mdoc language ({@link https://mandoc.bsd.lv/man/mdoc.7.html | mdoc(7)}).
 *
 * @module
 */

import type { Command } from "./args/command.ts";
import type { Option } from "./args/options.ts";
import { COMMANDS } from "./command_table.ts";
import {
  defaultText,
  SETTING_NAMES,
  type SettingName,
  SETTINGS,
} from "../config/settings.ts";
import {
  type Entry,
  ENVIRONMENT_ENTRIES,
  EXIT_CODE_ENTRIES,
  FILE_ENTRIES,
} from "./help_facts.ts";
import { groupsOf, valueOf } from "./help.ts";
import { wrap } from "../terminal/width.ts";

/** Longest line of a source, by mandoc's style. */
const MAX_LINE = 78;

/** The pages by their names. */
export const MAN_PAGES: Readonly<Record<string, (date: Date) => string>> = {
  "echolog.1": commandPage,
  "echolog.conf.5": configPage,
};

function commandPage(date: Date): string {
  return page([
    ...head("ECHOLOG", 1, date),
    ".Sh NAME",
    ".Nm echolog",
    ".Nd record audio unattended and log what happened",
    ".Sh SYNOPSIS",
    ...COMMANDS.flatMap(synopsis),
    ".Sh DESCRIPTION",
    ".Nm",
    "runs ffmpeg, writes chunk files into a session folder, and keeps a log",
    "beside them that lists every chunk, every gap with its cause, ffmpeg's",
    "command and its errors, and why the recording stopped.",
    "It restarts ffmpeg whenever ffmpeg fails.",
    ...groupsOf(COMMANDS, ({ group }) => group).flatMap(({ title, items }) => [
      `.Ss ${argument(title)}`,
      ".Bl -tag -width Ds",
      ...items.flatMap(describeCommand),
      ".El",
    ]),
    ".Sh ENVIRONMENT",
    ...list(ENVIRONMENT_ENTRIES, "Ev"),
    ".Sh FILES",
    ...list(FILE_ENTRIES, "Pa"),
    ".Sh EXIT STATUS",
    ...list(EXIT_CODE_ENTRIES, "Er"),
    ".Sh EXAMPLES",
    ...COMMANDS.flatMap(({ examples }) => examples.slice(0, 1))
      .map((example) => `.Dl ${text(example)[0]}`),
    ".Sh SEE ALSO",
    ".Xr ffmpeg 1 ,",
    ".Xr echolog.conf 5",
  ]);
}

function configPage(date: Date): string {
  const names = SETTING_NAMES.filter((name) => SETTINGS[name].key !== null);
  const sections = groupsOf(names, (name) => keyOf(name)[0]);
  return page([
    ...head("ECHOLOG.CONF", 5, date),
    ".Sh NAME",
    ".Nm echolog.conf",
    ".Nd configuration of echolog",
    ".Sh DESCRIPTION",
    "The file is TOML: a section such as",
    ".Li [recording]",
    "is followed by its keys.",
    "A flag of",
    ".Xr echolog 1",
    "beats the file, and the file beats the default.",
    "Durations are written as 90, 90s, 5m, 1h30m, 30d, 6w or 1y; sizes as",
    "5242880, 5MB or 5MiB.",
    "An unknown key is an error.",
    ...sections.flatMap(({ title, items }) => [
      `.Ss ${argument(title)}`,
      ".Bl -tag -width Ds",
      ...items.flatMap(describeSetting),
      ".El",
    ]),
    ".Sh FILES",
    "The first of these that exists is used:",
    ...list([
      ["--config PATH", "the file that is named on the command line"],
      ["$ECHOLOG_CONFIG", "the file that this variable names"],
      ["$XDG_CONFIG_HOME/echolog/echolog.conf", "or that in ~/.config"],
      ["/etc/echolog.conf", "the configuration of the machine"],
    ], "Pa"),
    ".Sh SEE ALSO",
    ".Xr echolog 1",
  ]);
}

function head(title: string, section: number, date: Date): string[] {
  const day = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone: "UTC", year: "numeric", month: "long", day: "numeric" },
  }).format(date);
  return [`.Dd ${day}`, `.Dt ${title} ${section}`, ".Os"];
}

function synopsis({ name, operands }: Command): string[] {
  return [
    ".Nm",
    `.Cm ${argument(name)}`,
    ".Op Ar option ...",
    ...(operands === "" ? [] : [`.Ar ${argument(operands)}`]),
  ];
}

function describeCommand(command: Command): string[] {
  const { name, operands, summary, notes } = command;
  const options = command.options().filter(({ name }) => name !== "help");
  return [
    `.It Cm ${argument(name)}${
      operands === "" ? "" : ` Ar ${argument(operands)}`
    }`,
    ...text(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`),
    ...sentences(notes.join(" ")),
    ...(options.length === 0
      ? []
      : [".Bl -tag -width Ds", ...options.flatMap(describeOption), ".El"]),
  ];
}

function describeOption(option: Option): string[] {
  const { name, short, help, defaultValue } = option;
  const value = valueOf(option);
  return [
    `.It ${short === undefined ? "" : `Fl ${short} , `}Fl Fl ${name}${
      value === null ? "" : ` Ar ${argument(value)}`
    }`,
    ...text(help),
    ...(defaultValue === undefined
      ? []
      : [`.Pq default : ${argument(defaultValue)}`]),
  ];
}

function keyOf(name: SettingName): readonly [string, string] {
  const [section = "", key = ""] = (SETTINGS[name].key ?? "").split(".");
  return [section, key];
}

function describeSetting(name: SettingName): string[] {
  const { help, placeholder, type: { choices } } = SETTINGS[name];
  const value = choices === undefined ? placeholder : choices.join(" | ");
  return [
    `.It Cm ${argument(keyOf(name)[1])} = Ar ${argument(value)}`,
    ...text(help),
    `.Pq default : ${argument(defaultText(name))}`,
  ];
}

function list(entries: readonly Entry[], macro: string): string[] {
  return [
    ".Bl -tag -width Ds",
    ...entries.flatMap(([word, meaning]) => [
      `.It ${macro} ${argument(word)}`,
      ...text(meaning),
    ]),
    ".El",
  ];
}

/** Returns sentences on lines of their own, as mdoc wants them. */
function sentences(prose: string): string[] {
  if (prose === "") return [];
  return prose.split(/(?<=[.:]) (?=[A-Z])/).flatMap(text);
}

/** Returns a text as lines of text, none of which is a macro. */
function text(prose: string): string[] {
  return wrap(escaped(prose), MAX_LINE)
    .map((line) => line.trimEnd().replace(/^[.']/, "\\&$&"));
}

/** Returns a text as one argument of a macro, which no word of it can be. */
function argument(words: string): string {
  return `"${escaped(words).replaceAll('"', "\\(dq")}"`
    .replace(/^"(?=[A-Z][a-z]"$)/, '"\\&');
}

function escaped(words: string): string {
  return words.replaceAll("\\", "\\e").replaceAll("-", "\\-")
    .replaceAll("…", "...").replaceAll("–", "none");
}

function page(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
