/**
 * Help texts, derived from the tables of commands and settings.
 *
 * @module
 */

import type { Command } from "./args/command.ts";
import type { OperandWord } from "./args/operands.ts";
import type { Option } from "./args/options.ts";
import { COMMANDS } from "./command_table.ts";
import { wrap } from "../terminal/width.ts";

/** Returns the output of `echolog --help`, wrapped at a width. */
export function generalHelp(version: string, columns: number): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length)) + 2;
  return wrapped([
    `echolog ${version} records audio unattended and keeps a log of what happened.`,
    "",
    "Usage: echolog COMMAND [OPTION...]",
    "",
    "Commands:",
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`),
    "",
    "See echolog COMMAND --help for more; echolog --version prints the version.",
    "Try it without a sound card: echolog record --device test --duration 10s",
  ], columns);
}

/** Returns the output of `echolog COMMAND --help`, wrapped at a width. */
export function commandHelp(command: Command, columns: number): string {
  const usage = ["echolog", command.name, "[OPTION...]", command.operands]
    .filter((word) => word !== "").join(" ");
  return wrapped([
    `Usage: ${usage}`,
    "",
    `${sentence(command.summary)}.`,
    ...(command.notes.length > 0 ? ["", ...command.notes] : []),
    ...describeWords(command.operandWords ?? []),
    "",
    "Options:",
    ...command.options().flatMap(describeOption),
    "",
    command.examples.length > 1 ? "Examples:" : "Example:",
    ...command.examples.map((example) => `  ${example}`),
  ], columns);
}

/** Wraps lines; the second column of a list, or the leading spaces, indent the rest. */
function wrapped(lines: readonly string[], columns: number): string {
  return lines.flatMap((line) => {
    const [start = ""] = /^( {2}\S+ {2,})?/.exec(line) ?? [];
    const [spaces = ""] = /^ */.exec(line) ?? [];
    const indent = start.length > columns / 2 ? 2 : start.length;
    return wrap(line, columns, " ".repeat(Math.max(indent, spaces.length)));
  }).join("\n");
}

function sentence(phrase: string): string {
  return phrase.charAt(0).toUpperCase() + phrase.slice(1);
}

function describeWords(words: readonly OperandWord[]): string[] {
  const described = words.filter(({ help }) => help !== undefined);
  if (described.length === 0) return [];
  const width = Math.max(...described.map(({ word }) => word.length)) + 2;
  return [
    "",
    ...described.map(({ word, help }) => `  ${word.padEnd(width)}${help}`),
  ];
}

function describeOption(option: Option): string[] {
  const value = option.choices === undefined
    ? option.placeholder
    : `{${option.choices.join(",")}}`;
  const short = option.short === undefined ? "" : `-${option.short}, `;
  const form = `  ${short}--${option.name}${
    value === undefined ? "" : ` ${value}`
  }`;
  const meaning = option.defaultValue === undefined
    ? option.help
    : `${option.help} (default: ${option.defaultValue})`;
  return [form, `        ${meaning}`];
}
