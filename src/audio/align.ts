/**
 * Chunks that begin at multiples of their length on the clock.
 *
 * @module
 */

/** Whether chunks are aligned, and to which clock; the first is the default. */
export const ALIGNMENTS = ["off", "utc", "local"] as const;

/** One of {@linkcode ALIGNMENTS}. */
export type Align = typeof ALIGNMENTS[number];
