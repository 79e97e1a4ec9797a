/**
 * The type of a command.
 *
 * @module
 */

import type { OperandWord } from "./operands.ts";
import type { Option, ParsedOptions } from "./options.ts";

/** States of sessions by which a list is limited. */
export const LISTED_STATES = ["active", "crashed", "ended"] as const;

/** One of them; every state of a recorder that runs is active. */
export type ListedState = typeof LISTED_STATES[number];

/** Runs a command and returns its exit code. */
export type CommandMain = (options: ParsedOptions) => Promise<number>;

/** Titles under which help lists the commands. */
export type CommandGroup =
  | "Recording"
  | "What was recorded"
  | "Recovery and retention"
  | "Set-up";

/** A command of echolog. */
export interface Command {
  /** Its name. */
  readonly name: string;
  /** Title of the commands among which help lists it. */
  readonly group: CommandGroup;
  /** What it does, in one phrase. */
  readonly summary: string;
  /** Operands after the options, for the usage line. */
  readonly operands: string;
  /** Words that can be operands, if they can be listed. */
  readonly operandWords?: readonly OperandWord[];
  /** The sessions that an operand usually names; all unless given. */
  readonly sessionState?: ListedState;
  /** Maximum number of operands. */
  readonly maxOperands: number;
  /** Example command lines. */
  readonly examples: readonly string[];
  /** Further notes in its help. */
  readonly notes: readonly string[];
  /** Its options. */
  options(): Option[];
  /** Loads the code that runs it, which is not loaded before. */
  load(): Promise<CommandMain>;
}
