/**
 * A sound that shows every lost, repeated or late sample: it numbers its samples
 * in the first channel and beeps at each second in the last one.
 *
 * @module
 */

/** Format of the sound. */
export interface Signal {
  /** Samples per second and channel. */
  readonly rate: number;
  /** Number of channels. */
  readonly channels: number;
  /**
   * How its samples are recognized. Lossy codecs do not keep numbers: with
   * `beeps`, the first of several channels has a tone instead.
   */
  readonly carries: "numbers" | "beeps";
}

/** Number of different beeps: those of 16 seconds differ in their frequency. */
export const BEEPS = 16;
/** Length of a beep in seconds. */
export const BEEP_LENGTH = 0.06;
/** Amplitude of a beep. */
export const BEEP_PEAK = 12_000;

/** Returns the frequency of a second's beep. */
export function beepFrequency(second: number): number {
  return 800 + 100 * (second % BEEPS);
}

/** Numbers use 15 bits of each of two samples. */
const HALF = 32_768;

/**
 * Returns the value of a numbered sample. Even samples are not negative and hold
 * the low part of the pair's number, odd ones are negative and hold the high
 * part.
 */
export function numberedValue(sample: number): number {
  const pair = Math.floor(sample / 2);
  return sample % 2 === 0 ? pair % HALF : -1 - Math.floor(pair / HALF) % HALF;
}

/** Returns the number of the first sample of a pair, or `null` for other values. */
export function numberOf(even: number, odd: number): number | null {
  return even >= 0 && odd < 0 ? 2 * (even + HALF * (-1 - odd)) : null;
}

/** Returns `count` samples of the sound, interleaved, from sample `first` on. */
export function makeSignal(
  { rate, channels, carries }: Signal,
  first: number,
  count: number,
): Int16Array<ArrayBuffer> {
  const block = new Int16Array(count * channels);
  for (let index = 0; index < count; index++) {
    const sample = first + index;
    const at = index * channels;
    if (channels > 1 || carries === "beeps") {
      block[at + channels - 1] = beepAt(sample, rate);
    }
    if (carries === "numbers") block[at] = numberedValue(sample);
    else if (channels > 1) block[at] = toneAt(sample, rate);
  }
  return block;
}

function beepAt(sample: number, rate: number): number {
  const part = (sample % rate) / rate;
  if (part >= BEEP_LENGTH) return 0;
  const frequency = beepFrequency(Math.floor(sample / rate));
  return Math.round(BEEP_PEAK * Math.sin(2 * Math.PI * frequency * part));
}

function toneAt(sample: number, rate: number): number {
  const part = (sample % rate) / rate;
  return Math.round(4_000 * Math.sin(2 * Math.PI * 440 * part));
}
