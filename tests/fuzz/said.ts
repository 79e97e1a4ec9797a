/**
 * What the process that runs cases says to the one that watches it.
 *
 * @module
 */

/** A line: what begins, or how a case ended. */
export type Said =
  | { readonly begun: string }
  /** The error of the case, or `null`. */
  | { readonly done: string | null };

/** What each line begins with; a case may print others. */
export const SAID = "fuzz: ";
