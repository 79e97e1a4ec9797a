/**
 * Points of decoded audio whose place in the source is known.
 *
 * @module
 */

import { beepsIn } from "./beeps.ts";
import { stretchesIn } from "./numbers.ts";
import { BEEPS, type Signal } from "./signal.ts";

/** A point of the audio. */
export interface Mark {
  /** Where it is in the audio, in seconds. */
  readonly position: number;
  /** Where it is in the source, in seconds. */
  readonly source: number;
  /** Whether the audio after it belongs to it up to the next mark. */
  readonly isJoined: boolean;
}

/** Seconds between the marks of numbered samples. */
const STEP = 0.1;

/**
 * Returns the marks of one channel.
 *
 * @param expected About which second of the source a position is: beeps repeat.
 */
export function marksIn(
  samples: Int16Array,
  { rate, carries }: Signal,
  expected: (position: number) => number,
): Mark[] {
  return carries === "numbers"
    ? marksOfNumbers(samples, rate)
    : marksOfBeeps(samples, rate, expected);
}

function marksOfNumbers(samples: Int16Array, rate: number): Mark[] {
  return stretchesIn(samples).flatMap(({ position, first, length }) => {
    const marks: Mark[] = [];
    const mark = (offset: number, isJoined: boolean) =>
      marks.push({
        position: (position + offset) / rate,
        source: (first + offset) / rate,
        isJoined,
      });
    for (let at = 0; at < length; at += STEP * rate) mark(at, true);
    mark(length, false);
    return marks;
  });
}

function marksOfBeeps(
  samples: Int16Array,
  rate: number,
  expected: (position: number) => number,
): Mark[] {
  return beepsIn(samples, rate).map(({ position, id }) => {
    const near = expected(position / rate);
    const turns = Math.round((near - id) / BEEPS);
    return {
      position: position / rate,
      source: id + BEEPS * turns,
      isJoined: false,
    };
  });
}
