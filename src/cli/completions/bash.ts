/**
 * Completion for bash. It works with bash 3.2, the version of macOS.
 *
 * @module
 */

import type { Command } from "../args/command.ts";
import {
  type CompletedCommand,
  completedCommands,
  formsOf,
  LATEST,
  LIST_DEVICES,
  LIST_SESSIONS,
  valueOf,
} from "./table.ts";
import { quoteShell } from "../../platform/shell.ts";

/** Returns a script for bash to source. */
export function bashCompletion(commands: readonly Command[]): string {
  const table = completedCommands(commands);
  return `# Completion of echolog for bash; use it with: source <(echolog completions bash)

# Adds the words that begin with the one before the cursor.
_echolog_add() {
  local word
  for word; do
    case $word in "$cur"*) COMPREPLY+=("$prefix$word") ;; esac
  done
}

_echolog_paths() { # COMPGEN-ACTION
  local word
  # Outside of a completion, and before bash 4, there is no compopt.
  compopt -o filenames 2>/dev/null
  while IFS= read -r word; do
    COMPREPLY+=("$prefix$word")
  done < <(compgen "$1" -- "$cur")
}

_echolog_sessions() { # OPTIONS
  local word
  while IFS= read -r word; do
    # No session id needs quoting in bash.
    case $word in *[!A-Za-z0-9._-]*) ;; *) _echolog_add "$word" ;; esac
  done < <(${LIST_SESSIONS} "$@" 2>/dev/null </dev/null)
  _echolog_add ${LATEST}
}

_echolog_devices() {
  local word
  while IFS= read -r word; do
    # What needs quoting is left out.
    case $word in *[!A-Za-z0-9._:,=/@%+-]*) ;; *) _echolog_add "$word" ;; esac
  done < <(${LIST_DEVICES} 2>/dev/null </dev/null)
}

# Leaves out what is before the last colon of the word at the cursor: readline
# takes a colon for the end of a word, and replaces what is behind it.
_echolog_behind_colon() { # WORD
  local at before
  case $1 in *:*) ;; *) return ;; esac
  case $COMP_WORDBREAKS in *:*) ;; *) return ;; esac
  before=\${1%"\${1##*:}"}
  for ((at = 0; at < \${#COMPREPLY[@]}; at++)); do
    COMPREPLY[at]=\${COMPREPLY[at]#"$before"}
  done
}

# Sets what follows a flag of a command; nothing follows a switch.
_echolog_takes() { # COMMAND FLAG
  takes=
  case "$1 $2" in
${table.flatMap(flagCases).join("\n")}
  esac
}

_echolog_flags() { # COMMAND
  case $1 in
${table.flatMap(flagLists).join("\n")}
  esac
}

_echolog_operand() { # COMMAND OPERANDS
  case "$*" in
${table.flatMap(operandCases).join("\n")}
  esac
}

_echolog() {
  local cur command=\${COMP_WORDS[1]}
  local IFS=$' \\t\\n' prefix= takes= flag= only= i=0 word count=0
  local -a operands words
  operands=()
  words=()
  COMPREPLY=()
  # By default, bash takes a colon for a word of its own.
  while [ "$i" -le "$COMP_CWORD" ]; do
    word=\${COMP_WORDS[i]}
    i=$((i + 1))
    if [ "$count" -gt 2 ]; then
      # "|" is in no device.
      case "\${words[count - 1]}|$word" in
        *":|"* | *"|:"*)
          words[count - 1]=\${words[count - 1]}$word
          continue
          ;;
      esac
    fi
    words[count]=$word
    count=$((count + 1))
  done
  count=$((count - 1))
  cur=\${words[count]}
  i=2
  if [ "$count" -eq 1 ]; then
    _echolog_add ${table.map(({ name }) => name).join(" ")}
    case $cur in -*) _echolog_add --help --version -h -V ;; esac
    return 0
  fi
  while [ "$i" -lt "$count" ]; do
    word=\${words[i]}
    i=$((i + 1))
    case $only$word in
      --) only=yes ;;
      -*)
        _echolog_takes "$command" "$word"
        [ -n "$takes" ] || continue
        # By default, bash treats "=" as a word of its own.
        if [ "\${words[i]}" = = ]; then
          [ "$i" -lt "$count" ] && i=$((i + 1)) || cur=
        fi
        [ "$i" -lt "$count" ] || flag=$word
        i=$((i + 1))
        ;;
      *) operands+=("$word") ;;
    esac
  done
  if [ -z "$only$flag" ]; then
    case $cur in
      --*=*)
        flag=\${cur%%=*}
        prefix=$flag=
        cur=\${cur#*=}
        ;;
      -*)
        _echolog_flags "$command"
        return 0
        ;;
    esac
  fi
  if [ -z "$flag" ]; then
    _echolog_operand "$command" \${operands[@]+"\${operands[@]}"}
    return 0
  fi
  _echolog_takes "$command" "$flag"
  case $takes in
    @file) _echolog_paths -f ;;
    @folder) _echolog_paths -d ;;
    @device)
      _echolog_devices
      _echolog_behind_colon "$cur"
      ;;
    @list*)
      # Words before the last comma stay as they are.
      case $cur in
        *,*)
          prefix=$prefix\${cur%,*},
          cur=\${cur##*,}
          ;;
      esac
      _echolog_add \${takes#@list}
      ;;
    @text | '') ;;
    *) _echolog_add $takes ;;
  esac
}

complete -F _echolog echolog
`;
}

function flagCases({ name, options }: CompletedCommand): string[] {
  return options.flatMap((option) => {
    const value = valueOf(option);
    if (value.kind === "none") return [];
    const patterns = formsOf(option).map((form) =>
      quoteShell(`${name} ${form}`)
    );
    const takes = value.kind === "words"
      ? value.words.join(" ")
      : value.kind === "list"
      ? `@list ${value.words.join(" ")}`
      : `@${value.kind}`;
    return [`    ${patterns.join(" | ")}) takes=${quoteShell(takes)} ;;`];
  });
}

function flagLists({ name, options }: CompletedCommand): string[] {
  if (options.length === 0) return [];
  return [`    ${name}) _echolog_add ${options.flatMap(formsOf).join(" ")} ;;`];
}

function operandCases(command: CompletedCommand): string[] {
  const { name, places, listOptions } = command;
  const cases = places.map(({ before, words }) => {
    const pattern = quoteShell([name, ...before].join(" "));
    const list = words.map(({ word }) => quoteShell(word)).join(" ");
    return `    ${pattern}) _echolog_add ${list} ;;`;
  });
  return listOptions === null
    ? cases
    : [...cases, `    ${name}) _echolog_sessions${listOptions} ;;`];
}
