/**
 * Help texts, derived from the tables of commands and settings.
 *
 * @module
 */

import type { Command } from "./args/command.ts";
import type { Option } from "./args/options.ts";
import { COMMANDS } from "./command_table.ts";
import { wrap } from "../terminal/width.ts";
import {
  type Entry,
  ENVIRONMENT_ENTRIES,
  EXIT_CODE_ENTRIES,
} from "./help_facts.ts";

/** Widest first column: what is wider has its meaning on the next line. */
const MAX_FORM = 26;

/** Returns the output of `echolog --help`, wrapped at a width. */
export function generalHelp(version: string, columns: number): string {
  const groups = groupsOf(COMMANDS, ({ group }) => group);
  return render([
    `echolog ${version} records audio unattended and keeps a log of what happened.`,
    "",
    "Usage: echolog COMMAND [OPTION...]",
    ...groups.flatMap(({ title, items }) => [
      "",
      `${title}:`,
      items.map(({ name, summary }): Entry => [name, summary]),
    ]),
    "",
    "Environment:",
    ENVIRONMENT_ENTRIES,
    "",
    "Exit codes:",
    EXIT_CODE_ENTRIES,
    "",
    "See echolog help COMMAND for more; echolog --version prints the version.",
    "Try it without a sound card: echolog record --device test --duration 10s",
  ], columns);
}

/** Returns the output of `echolog COMMAND --help`, wrapped at a width. */
export function commandHelp(command: Command, columns: number): string {
  const usage = ["echolog", command.name, "[OPTION...]", command.operands]
    .filter((word) => word !== "").join(" ");
  const words = (command.operandWords ?? [])
    .flatMap(({ word, help }): Entry[] =>
      help === undefined ? [] : [[word, help]]
    );
  const groups = groupsOf(command.options(), ({ group }) => group ?? "Options");
  return render([
    `Usage: ${usage}`,
    "",
    `${sentence(command.summary)}.`,
    ...(command.notes.length > 0 ? ["", ...command.notes] : []),
    ...(words.length > 0 ? ["", words] : []),
    ...groups.flatMap(({ title, items }) => [
      "",
      `${title}:`,
      items.map(entryOf),
    ]),
    "",
    command.examples.length > 1 ? "Examples:" : "Example:",
    ...command.examples.map((example) => `  ${example}`),
  ], columns);
}

/** Returns an option as it is typed, and its meaning with its default. */
export function entryOf(option: Option): Entry {
  const value = valueOf(option);
  const short = option.short === undefined ? "" : `-${option.short}, `;
  const form = `${short}--${option.name}${value === null ? "" : ` ${value}`}`;
  const meaning = option.defaultValue === undefined
    ? option.help
    : `${option.help} (default: ${option.defaultValue})`;
  return [form, meaning];
}

/** Returns the placeholder of an option's value, or `null` for a switch. */
export function valueOf({ placeholder, choices }: Option): string | null {
  return choices === undefined ? placeholder ?? null : `{${choices.join(",")}}`;
}

/** Items of one title. */
interface Group<T> {
  readonly title: string;
  readonly items: readonly T[];
}

/** Groups items by title, in the order of the first of each. */
export function groupsOf<T>(
  items: readonly T[],
  titleOf: (item: T) => string,
): Group<T>[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const title = titleOf(item);
    groups.set(title, [...groups.get(title) ?? [], item]);
  }
  return [...groups].map(([title, items]) => ({ title, items }));
}

/** Renders lines, and lists in two columns whose second ones are below each other. */
function render(
  parts: readonly (string | readonly Entry[])[],
  columns: number,
): string {
  const forms = parts.flatMap((part) =>
    typeof part === "string" ? [] : part.map(([form]) => form.length)
  ).filter((length) => length <= MAX_FORM);
  const width = Math.max(...forms) + 4;
  return parts.flatMap((part) =>
    typeof part === "string"
      ? inLines(part, columns)
      : part.flatMap((entry) => inColumns(entry, width, columns))
  ).join("\n");
}

function inLines(line: string, columns: number): string[] {
  const [spaces = ""] = /^ */.exec(line) ?? [];
  return wrap(line, columns, spaces);
}

function inColumns(
  [form, meaning]: Entry,
  width: number,
  columns: number,
): string[] {
  const indent = " ".repeat(width);
  return form.length + 4 <= width
    ? wrap(`  ${form}`.padEnd(width) + meaning, columns, indent)
    : [
      ...wrap(`  ${form}`, columns, "    "),
      ...wrap(indent + meaning, columns, indent),
    ];
}

function sentence(phrase: string): string {
  return phrase.charAt(0).toUpperCase() + phrase.slice(1);
}
