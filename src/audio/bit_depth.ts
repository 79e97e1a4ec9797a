/**
 * The depth of samples: bits per sample in a chunk.
 *
 * @module
 */

/** The depths that a recording can have. */
export const BIT_DEPTHS = [16, 24, 32] as const;

/** Bits per sample: one of {@linkcode BIT_DEPTHS}. */
export type BitDepth = typeof BIT_DEPTHS[number];

/** Returns the bytes that a sample of this depth takes. */
export function bytesPerSample(depth: BitDepth): number {
  return depth / 8;
}
