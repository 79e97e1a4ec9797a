/**
 * Completion for fish.
 *
 * @module
 */

import type { Command } from "../args/command.ts";
import type { Option } from "../args/options.ts";
import {
  type CompletedCommand,
  completedCommands,
  formsOf,
  LATEST,
  LIST_DEVICES,
  LIST_SESSIONS,
  valueOf,
} from "./table.ts";

/**
 * Returns a script for fish to source or to find as `completions/echolog.fish`.
 */
export function fishCompletion(commands: readonly Command[]): string {
  const table = completedCommands(commands);
  return `# Completion of echolog for fish; use it with: echolog completions fish | source

function __echolog_takes_value # COMMAND FLAG
    switch "$argv"
${table.flatMap(valueCases).join("\n")}
            return 0
    end
    return 1
end

# Whether the words before the cursor are these, flags and their values aside.
function __echolog_at # COMMAND OPERANDS
    set -l tokens (commandline -opc)
    set -l found
    set -l is_value no
    set -l only no
    for word in $tokens[2..-1]
        if test $is_value = yes
            set is_value no
        else if test $only = no; and string match -q -- '-*' $word
            if test $word = --
                set only yes
            else if __echolog_takes_value $found[1] $word
                set is_value yes
            end
        else
            set -a found $word
        end
    end
    test "$found" = "$argv"
end

function __echolog_in # COMMAND
    set -l tokens (commandline -opc)
    test "$tokens[2]" = $argv[1]
end

complete -c echolog -f
complete -c echolog -n __echolog_at -s h -l help -d 'show help'
complete -c echolog -n __echolog_at -s V -l version -d 'print the version'
${table.map(commandLine).join("\n")}
${table.flatMap(commandLines).join("\n")}
`;
}

function valueCases({ name, options }: CompletedCommand): string[] {
  const forms = options.filter((option) => valueOf(option).kind !== "none")
    .flatMap(formsOf).map((form) => quote(`${name} ${form}`));
  return forms.length === 0 ? [] : [`        case ${forms.join(" ")}`];
}

function commandLine({ name, summary }: CompletedCommand): string {
  return `complete -c echolog -n __echolog_at -a ${name} -d ${quote(summary)}`;
}

function commandLines(command: CompletedCommand): string[] {
  const { name, options, places, listOptions } = command;
  const operands = places.flatMap(({ before, words }) => {
    const at = [name, ...before].join(" ");
    return words.map(({ word, help }) => operandLine(at, quote(word), help));
  });
  const list = `(${LIST_SESSIONS}${listOptions ?? ""} 2>/dev/null </dev/null)`;
  const sessions = [
    operandLine(name, quote(list)),
    operandLine(name, LATEST, "the latest session"),
  ];
  return [
    ...options.map((option) => optionLine(name, option)),
    ...operands,
    ...(listOptions === null ? [] : sessions),
  ];
}

function operandLine(at: string, words: string, help?: string): string {
  const about = help === undefined ? "" : ` -d ${quote(help)}`;
  return `complete -c echolog -n ${
    quote(`__echolog_at ${at}`)
  } -a ${words}${about}`;
}

function optionLine(command: string, option: Option): string {
  const short = option.short === undefined ? "" : ` -s ${option.short}`;
  return `complete -c echolog -n ${
    quote(`__echolog_in ${command}`)
  }${short} -l ${option.name}${valueArguments(option)} -d ${
    quote(option.help)
  }`;
}

function valueArguments(option: Option): string {
  const value = valueOf(option);
  switch (value.kind) {
    case "none":
      return "";
    case "text":
      return " -x";
    case "file":
      return " -r -F";
    case "folder":
      return " -x -a '(__fish_complete_directories)'";
    case "device":
      return ` -x -a ${quote(`(${LIST_DEVICES} 2>/dev/null </dev/null)`)}`;
    case "list":
      return ` -x -a ${quote(`(__fish_append , ${value.words.join(" ")})`)}`;
    case "words":
      return ` -x -a ${quote(value.words.join(" "))}`;
  }
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
