/**
 * How many bytes a recording takes, by the encoder, rate and channels in
 * effect.
 *
 * @module
 */

import { FORMATS } from "../../audio/format.ts";
import { encoderOf, type Encoding, lastOption } from "./sample_format.ts";

/** A recording, as far as its size depends on it. */
export interface Encoded extends Encoding {
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** Number of channels. */
  readonly channels: number;
}

const RATE_OPTION = /^-ar(?::a(?::0)?)?$/;
const CHANNELS_OPTION = /^-ac(?::a(?::0)?)?$/;

/** Returns the rate and the channels in effect: the user's arguments come last. */
export function shapeOf(
  { sampleRate, channels, outputArgs }: Pick<
    Encoded,
    "sampleRate" | "channels" | "outputArgs"
  >,
): Pick<Encoded, "sampleRate" | "channels"> {
  return {
    sampleRate: numberOf(outputArgs, RATE_OPTION) ?? sampleRate,
    channels: numberOf(outputArgs, CHANNELS_OPTION) ?? channels,
  };
}

/** Returns an estimate of the bytes per second of a recording; that of PCM is exact. */
export function encodedBytes(recording: Encoded): number {
  const { format, bitDepth } = recording;
  const { sampleRate: rate, channels } = shapeOf(recording);
  const bits = pcmBits(encoderOf(recording));
  return bits === null
    ? FORMATS[format].bytesPerSecond(rate, channels, bitDepth ?? 16)
    : rate * channels * bits / 8;
}

/** Returns the bits per sample of a PCM encoder, or `null` for another one. */
export function pcmBits(encoder: string): number | null {
  if (/^pcm_(?:alaw|mulaw|vidc)$/.test(encoder)) return 8;
  const bits = /^pcm_[suf](\d+)/.exec(encoder)?.[1];
  return bits === undefined ? null : Number(bits);
}

function numberOf(args: readonly string[], option: RegExp): number | null {
  const value = Number(lastOption(args, option) ?? NaN);
  return Number.isInteger(value) && value > 0 ? value : null;
}
