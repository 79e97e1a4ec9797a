/**
 * Suggests a known word for an unknown one.
 *
 * @module
 */

import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** Minimum number of edits allowed: two are a swap of letters. */
const MIN_EDITS = 2;
/** In longer words, one letter in this many may be wrong. */
const LETTERS_PER_EDIT = 3;

/**
 * Returns the word that was probably meant, or `null` if none is close.
 *
 * @param word What was typed
 * @param words What there is
 */
export function suggest(word: string, words: readonly string[]): string | null {
  if (words.length === 0) return null;
  const nearest = closestString(word, words);
  const edits = levenshteinDistance(word.toLowerCase(), nearest.toLowerCase());
  const limit = Math.max(MIN_EDITS, Math.floor(word.length / LETTERS_PER_EDIT));
  return edits <= limit && edits < word.length ? nearest : null;
}

/**
 * Returns a hint for an unknown word.
 *
 * @param word What was typed
 * @param words What there is
 * @param otherwise The hint when none of them is close
 */
export function didYouMean(
  word: string,
  words: readonly string[],
  otherwise: string,
): string {
  const nearest = suggest(word, words);
  return nearest === null ? otherwise : `did you mean ${nearest}?`;
}
