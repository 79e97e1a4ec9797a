/**
 * The table of commands for completion.
 *
 * @module
 */

import type { Command } from "../args/command.ts";
import { type OperandPlace, operandPlaces } from "../args/operands.ts";
import type { Option } from "../args/options.ts";

/**
 * Command that lists session ids, one per line; options follow it. The scripts
 * hide its errors.
 */
export const LIST_SESSIONS = "echolog sessions --ids";

/** Command that lists devices, one per line; the scripts hide its errors. */
export const LIST_DEVICES = "echolog devices --names";

/** The word that all commands accept as a session besides ids. */
export { LATEST } from "../../config/session_id.ts";

/** The value of an option: one of some words, a list of them with commas, a path, a device, any text, or nothing. */
export type OptionValue =
  | { readonly kind: "words" | "list"; readonly words: readonly string[] }
  | { readonly kind: "file" | "folder" | "device" | "text" | "none" };

/** A command with its completions. */
export interface CompletedCommand {
  /** Its name. */
  readonly name: string;
  /** What it does, in one phrase. */
  readonly summary: string;
  /** Its options. */
  readonly options: readonly Option[];
  /** Positions of operands with known words. */
  readonly places: readonly OperandPlace[];
  /** Options for {@linkcode LIST_SESSIONS}, or `null` when no operand is a session. */
  readonly listOptions: string | null;
}

/** Returns all commands to complete, including `help` with its topics. */
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
      listOptions: listOptionsOf(command),
    })),
    {
      name: "help",
      summary: "show help for a command",
      options: [],
      places: operandPlaces(topics),
      listOptions: null,
    },
  ];
}

function listOptionsOf({ operands, sessionState }: Command): string | null {
  if (!operands.includes("SESSION")) return null;
  return sessionState === undefined ? "" : ` --state ${sessionState}`;
}

/** Returns the kind of an option's value. */
export function valueOf({ choices, words, placeholder }: Option): OptionValue {
  if (words !== undefined) return { kind: "list", words };
  if (choices !== undefined) return { kind: "words", words: choices };
  switch (placeholder) {
    case undefined:
      return { kind: "none" };
    case "PATH":
      return { kind: "file" };
    case "DIR":
      return { kind: "folder" };
    case "SPEC":
      return { kind: "device" };
    default:
      return { kind: "text" };
  }
}

/** Returns the forms in which an option is written. */
export function formsOf({ name, short }: Option): string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}
