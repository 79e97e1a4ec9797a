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

_echolog_sessions() {
  local word
  while IFS= read -r word; do
    # No session id needs quoting in bash.
    case $word in *[!A-Za-z0-9._-]*) ;; *) _echolog_add "$word" ;; esac
  done < <(${LIST_SESSIONS} 2>/dev/null </dev/null)
  _echolog_add ${LATEST}
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
  local cur=\${COMP_WORDS[COMP_CWORD]} command=\${COMP_WORDS[1]}
  local IFS=$' \\t\\n' prefix= takes= flag= only= i=2 word
  local -a operands
  operands=()
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _echolog_add ${table.map(({ name }) => name).join(" ")}
    case $cur in -*) _echolog_add --help --version -h -V ;; esac
    return 0
  fi
  while [ "$i" -lt "$COMP_CWORD" ]; do
    word=\${COMP_WORDS[i]}
    i=$((i + 1))
    case $only$word in
      --) only=yes ;;
      -*)
        _echolog_takes "$command" "$word"
        [ -n "$takes" ] || continue
        # By default, bash treats "=" as a word of its own.
        if [ "\${COMP_WORDS[i]}" = = ]; then
          [ "$i" -lt "$COMP_CWORD" ] && i=$((i + 1)) || cur=
        fi
        [ "$i" -lt "$COMP_CWORD" ] || flag=$word
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
  const { name, places, takesSession } = command;
  const cases = places.map(({ before, words }) => {
    const pattern = quoteShell([name, ...before].join(" "));
    const list = words.map(({ word }) => quoteShell(word)).join(" ");
    return `    ${pattern}) _echolog_add ${list} ;;`;
  });
  return takesSession ? [...cases, `    ${name}) _echolog_sessions ;;`] : cases;
}
