/**
 * The table of commands as completion sees it.
 *
 * @module
 */

import type { Command } from "../args/command.ts";
import { type OperandPlace, operandPlaces } from "../args/operands.ts";
import type { Option } from "../args/options.ts";

/** Lists the ids of sessions, one a line; whoever runs it hides its errors. */
export const LIST_SESSIONS = "echolog sessions --ids";

/** The session that all commands take besides ids. */
export { LATEST } from "../../config/session_id.ts";

/** What stands behind an option: words, a path, any text, or nothing. */
export type OptionValue =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "file" | "folder" | "text" | "none" };

/** A command with all that can stand behind it. */
export interface CompletedCommand {
  /** Its name. */
  readonly name: string;
  /** What it does, in one phrase. */
  readonly summary: string;
  /** Its options. */
  readonly options: readonly Option[];
  /** Places of operands whose words are known. */
  readonly places: readonly OperandPlace[];
  /** Whether its operand is a session. */
  readonly takesSession: boolean;
}

/** All that can be completed, `help` with its topics included. */
export function completedCommands(
  commands: readonly Command[],
): CompletedCommand[] {
  const topics = commands.map(({ name, summary }) => ({
    word: name,
    help: summary,
  }));
  return [
    ...commands.map((command) => ({
      name: command.name,
      summary: command.summary,
      options: command.options(),
      places: operandPlaces(command.operandWords ?? []),
      takesSession: command.operands.includes("SESSION"),
    })),
    {
      name: "help",
      summary: "show help for a command",
      options: [],
      places: operandPlaces(topics),
      takesSession: false,
    },
  ];
}

/** What stands behind an option. */
export function valueOf({ choices, placeholder }: Option): OptionValue {
  if (choices !== undefined) return { kind: "words", words: choices };
  switch (placeholder) {
    case undefined:
      return { kind: "none" };
    case "PATH":
      return { kind: "file" };
    case "DIR":
      return { kind: "folder" };
    default:
      return { kind: "text" };
  }
}

/** The forms in which an option is written. */
export function formsOf({ name, short }: Option): string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}
