/**
 * What can stand in the place of operands, for help and completion.
 *
 * @module
 */

/** A word that can stand in an operand's place. */
export interface OperandWord {
  /** The word. */
  readonly word: string;
  /** What it stands for, in one phrase. */
  readonly help?: string;
  /** What can follow it. */
  readonly next?: readonly OperandWord[];
}

/** A place of an operand, told by the operands before it. */
export interface OperandPlace {
  /** The operands before it. */
  readonly before: readonly string[];
  /** The words that can stand in it. */
  readonly words: readonly OperandWord[];
}

/**
 * Every place that words can stand in.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { operandPlaces } from "./operands.ts";
 *
 * const places = operandPlaces([{ word: "get", next: [{ word: "a" }] }]);
 * assertEquals(places.map(({ before }) => before), [[], ["get"]]);
 * ```
 */
export function operandPlaces(
  words: readonly OperandWord[],
  before: readonly string[] = [],
): OperandPlace[] {
  if (words.length === 0) return [];
  return [
    { before, words },
    ...words.flatMap(({ word, next }) =>
      operandPlaces(next ?? [], [...before, word])
    ),
  ];
}
