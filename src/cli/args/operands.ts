/**
 * The possible values of operands, for help and completion.
 *
 * @module
 */

/** A word that can be an operand. */
export interface OperandWord {
  /** The word. */
  readonly word: string;
  /** Its meaning, in one phrase. */
  readonly help?: string;
  /** Words that can follow it. */
  readonly next?: readonly OperandWord[];
}

/** A position of an operand, identified by the operands before it. */
export interface OperandPlace {
  /** The operands before it. */
  readonly before: readonly string[];
  /** The words that are possible there. */
  readonly words: readonly OperandWord[];
}

/**
 * Returns all positions of operands with known words.
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
