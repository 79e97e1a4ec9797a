/**
 * Finds numbered samples in decoded audio.
 *
 * @module
 */

import { numberedValue, numberOf } from "./signal.ts";

/** Samples whose numbers follow each other. */
export interface Stretch {
  /** Index of its first sample in the audio. */
  readonly position: number;
  /** Number of that sample. */
  readonly first: number;
  /** Number of samples. */
  readonly length: number;
}

/** Shorter stretches are chance. */
const MIN_LENGTH = 8;

/** Returns the stretches of one channel, in order. */
export function stretchesIn(samples: Int16Array): Stretch[] {
  const stretches: Stretch[] = [];
  let position = 0;
  while (position < samples.length) {
    const first = numberAt(samples, position);
    if (first === null) {
      position++;
      continue;
    }
    const length = lengthFrom(samples, position, first);
    // The number of the first odd sample is that of its pair, less certain.
    if (length >= MIN_LENGTH) stretches.push({ position, first, length });
    position += Math.max(1, length);
  }
  return stretches;
}

/** Returns the number of a sample by the pair that it begins or precedes. */
function numberAt(samples: Int16Array, position: number): number | null {
  const [one = 0, two = 0, three = 0] = samples.subarray(
    position,
    position + 3,
  );
  if (one >= 0) return numberOf(one, two);
  const next = numberOf(two, three);
  if (next === null || next === 0) return null;
  return numberedValue(next - 1) === one ? next - 1 : null;
}

function lengthFrom(
  samples: Int16Array,
  position: number,
  first: number,
): number {
  let length = 0;
  while (
    position + length < samples.length &&
    samples[position + length] === numberedValue(first + length)
  ) length++;
  return length;
}
