/**
 * Completion for zsh.
 *
 * @module
 */

import type { Command } from "../args/command.ts";
import type { OperandWord } from "../args/operands.ts";
import type { Option } from "../args/options.ts";
import {
  type CompletedCommand,
  completedCommands,
  LATEST,
  LIST_DEVICES,
  LIST_SESSIONS,
  valueOf,
} from "./table.ts";
import { quoteShell } from "../../platform/shell.ts";

/** Returns a script for zsh to source or to autoload as `_echolog`. */
export function zshCompletion(commands: readonly Command[]): string {
  const table = completedCommands(commands);
  return `#compdef echolog
# Completion of echolog for zsh; use it with: source <(echolog completions zsh)

_echolog_sessions() { # OPTIONS
  local -a ids expl
  ids=(\${(f)"$(${LIST_SESSIONS} "$@" 2>/dev/null </dev/null)"} ${LATEST})
  _wanted sessions expl session compadd -a ids
}

_echolog_devices() {
  local -a names expl
  names=(\${(f)"$(${LIST_DEVICES} 2>/dev/null </dev/null)"})
  _wanted devices expl device compadd -a names
}

# Adds the operands that fit those before them.
_echolog_operand() { # COMMAND OPERANDS
  local -a words_here
  case "$*" in
${table.flatMap(operandCases).join("\n")}
  esac
}

_echolog() {
  local curcontext=$curcontext state state_descr ret=1
  local -a line words_here
  local -A opt_args
  if (( CURRENT == 2 )); then
    if [[ $PREFIX == -* ]]; then
      _arguments '(-h --help)'{-h,--help}'[show help]' \\
        '(-V --version)'{-V,--version}'[print the version]'
      return
    fi
    words_here=(
${table.map((command) => describe(command.name, command.summary)).join("\n")}
    )
    _describe -t commands command words_here
    return
  fi
  local command=$words[2]
  curcontext=\${curcontext%:*:*}:echolog-$command:
  shift words
  (( CURRENT-- ))
  case $command in
${table.map(commandCase).join("\n")}
    *) return 1 ;;
  esac
  case $state in
    operand<->) _echolog_operand $command $line[1,\${state#operand}-1] && ret=0 ;;
  esac
  return ret
}

if [[ $funcstack[1] == _echolog ]]; then
  _echolog "$@"
elif (( $+functions[compdef] )); then
  compdef _echolog echolog
fi
`;
}

function commandCase(command: CompletedCommand): string {
  const { name, options, places, listOptions } = command;
  const depths = places.map(({ before }) => before.length + 1);
  const depth = Math.max(listOptions === null ? 0 : 1, ...depths);
  const operands = Array.from(
    { length: depth },
    (_, index) => quoteShell(`${index + 1}: :->operand${index + 1}`),
  );
  const specs = [...options.map(optionSpec), ...operands];
  return [
    `    ${name})`,
    `      _arguments -C -s -S ${
      specs.map((spec) => `\\\n        ${spec}`).join(" ")
    } && ret=0`,
    "      ;;",
  ].join("\n");
}

function optionSpec(option: Option): string {
  const { name, short, help, placeholder = "" } = option;
  const value = valueOf(option);
  const action = value.kind === "words"
    ? `:${placeholder}:(${value.words.join(" ")})`
    : value.kind === "list"
    ? `:${placeholder}:_values -s , ${name} ${value.words.join(" ")}`
    : value.kind === "file"
    ? `:${placeholder}:_files`
    : value.kind === "folder"
    ? `:${placeholder}:_directories`
    : value.kind === "device"
    ? `:${placeholder}:_echolog_devices`
    : value.kind === "text"
    ? `:${placeholder}: `
    : "";
  const equals = value.kind === "none" ? "" : "=";
  const rest = quoteShell(`[${help.replace(/[[\]:\\]/g, "\\$&")}]${action}`);
  return short === undefined
    ? `--${name}${equals}${rest}`
    : `'(-${short} --${name})'{-${short},--${name}${equals}}${rest}`;
}

function operandCases(command: CompletedCommand): string[] {
  const { name, places, listOptions } = command;
  const cases = places.map(({ before, words }) =>
    [
      `    ${quoteShell([name, ...before].join(" "))})`,
      "      words_here=(",
      ...words.map(({ word, help }: OperandWord) => describe(word, help)),
      "      )",
      "      _describe -t operands operand words_here",
      "      ;;",
    ].join("\n")
  );
  return listOptions === null
    ? cases
    : [...cases, `    ${name}) _echolog_sessions${listOptions} ;;`];
}

function describe(word: string, help?: string): string {
  const name = word.replace(/[:\\]/g, "\\$&");
  return `        ${quoteShell(help === undefined ? name : `${name}:${help}`)}`;
}
