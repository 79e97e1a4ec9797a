/**
 * What a command of the command line is.
 *
 * @module
 */

import type { OperandWord } from "./operands.ts";
import type { Option, ParsedOptions } from "./options.ts";

/** Runs a command and gives its exit code. */
export type CommandMain = (options: ParsedOptions) => Promise<number>;

/** A command of echolog. */
export interface Command {
  /** Its name. */
  readonly name: string;
  /** What it does, in one phrase. */
  readonly summary: string;
  /** Operands after the options, for the usage line. */
  readonly operands: string;
  /** Words that can be operands, where they can be listed. */
  readonly operandWords?: readonly OperandWord[];
  /** How many operands it takes at most. */
  readonly maxOperands: number;
  /** Command lines that are worth trying. */
  readonly examples: readonly string[];
  /** What help says besides. */
  readonly notes: readonly string[];
  /** Its options. */
  options(): Option[];
  /** Loads the code that runs it; nothing of it is loaded before. */
  load(): Promise<CommandMain>;
}
