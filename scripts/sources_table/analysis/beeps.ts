/**
 * Finds the beeps of whole seconds in decoded audio, also after a lossy codec.
 *
 * @module
 */

import { BEEP_LENGTH, BEEP_PEAK, beepFrequency, BEEPS } from "./signal.ts";

/** A beep. */
export interface Beep {
  /** Index of its first sample in the audio. */
  readonly position: number;
  /** Second of the source, modulo the number of different beeps. */
  readonly id: number;
}

/** A beep is louder than this from its first wave on. */
const THRESHOLD = BEEP_PEAK / 3;
/** Seconds of quiet before a beep. */
const QUIET = 0.3;
/** The part of a beep by which its frequency is known, in seconds. */
const WINDOW = BEEP_LENGTH * 0.8;

/**
 * Returns the beeps of one channel. A beep whose beginning or end is missing is
 * left out.
 */
export function beepsIn(samples: Int16Array, rate: number): Beep[] {
  const beeps: Beep[] = [];
  const quiet = QUIET * rate;
  let loudAt = 0;
  for (let index = 0; index < samples.length; index++) {
    if (Math.abs(samples[index] ?? 0) < THRESHOLD) continue;
    if (index - loudAt > quiet) {
      const id = identify(samples.subarray(index, index + WINDOW * rate), rate);
      if (id !== null) beeps.push({ position: index, id });
    }
    loudAt = index;
  }
  return beeps;
}

function identify(samples: Int16Array, rate: number): number | null {
  if (samples.length < Math.floor(WINDOW * rate)) return null;
  const powers = Array.from(
    { length: BEEPS },
    (_, id) => amplitudeAt(samples, beepFrequency(id), rate),
  );
  const best = Math.max(...powers);
  // A beep that was cut off is quieter over the whole window.
  return best > BEEP_PEAK * 0.6 ? powers.indexOf(best) : null;
}

/** Returns the amplitude of one frequency. */
function amplitudeAt(
  samples: Int16Array,
  frequency: number,
  rate: number,
): number {
  let real = 0;
  let imaginary = 0;
  for (const [index, value] of samples.entries()) {
    const angle = 2 * Math.PI * frequency * index / rate;
    real += value * Math.cos(angle);
    imaginary += value * Math.sin(angle);
  }
  return 2 * Math.hypot(real, imaginary) / samples.length;
}
