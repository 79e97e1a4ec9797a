/**
 * The formats of an exported file.
 *
 * @module
 */

import type { SampleForm } from "./pcm.ts";

/** A format of an exported file. */
export interface TargetFormat {
  /** The muxer, as ffmpeg names it. */
  readonly muxer: string;
  /** The encoder for a form of sample, as ffmpeg names it. */
  encoder(form: SampleForm): string;
  /** Options of the encoder. */
  readonly encoderArgs: readonly string[];
  /** Options of the muxer. */
  readonly muxerArgs: readonly string[];
  /** Whether decoding gives back the samples. */
  readonly isLossless: boolean;
  /** Most bits per sample that it holds, or `null` when it has none. */
  readonly maxBits: number | null;
  /** Most channels. */
  readonly maxChannels: number;
  /** Returns the sample rate of the file for one of the source. */
  sampleRate(source: number): number;
}

/** Sample rates of MPEG audio, ascending. */
const MP3_RATES = [
  ...[8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000],
];

/** The formats, by the extensions of their files. */
export const TARGETS = {
  flac: {
    muxer: "flac",
    encoder: () => "flac",
    encoderArgs: [],
    muxerArgs: [],
    isLossless: true,
    maxBits: 24,
    maxChannels: 8,
    sampleRate: (source) => source,
  },
  wav: {
    muxer: "wav",
    encoder: (form) => `pcm_${form}`,
    encoderArgs: [],
    // A header of 64 bits above 4 GB (EBU Tech 3306).
    muxerArgs: ["-rf64", "auto"],
    isLossless: true,
    maxBits: 32,
    maxChannels: Infinity,
    sampleRate: (source) => source,
  },
  opus: {
    muxer: "ogg",
    encoder: () => "libopus",
    encoderArgs: [],
    muxerArgs: [],
    isLossless: false,
    maxBits: null,
    maxChannels: 8,
    // RFC 7845: a decoder gives 48 kHz, whatever the source had.
    sampleRate: () => 48_000,
  },
  mp3: {
    muxer: "mp3",
    encoder: () => "libmp3lame",
    encoderArgs: ["-q:a", "2"],
    muxerArgs: ["-id3v2_version", "4"],
    isLossless: false,
    maxBits: null,
    maxChannels: 2,
    sampleRate: (source) => MP3_RATES.find((rate) => rate >= source) ?? 48_000,
  },
} as const satisfies Record<string, TargetFormat>;

/** The extension of an exported file. */
export type TargetName = keyof typeof TARGETS;

/** The extensions, for messages. */
export const TARGET_NAMES = Object.keys(TARGETS).join(", ");

/** Returns the format of a file by its name, or `null` when it is unknown. */
export function targetOf(path: string): TargetName | null {
  const extension = /\.([A-Za-z0-9]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  return isTarget(extension) ? extension : null;
}

function isTarget(name: string): name is TargetName {
  return Object.hasOwn(TARGETS, name);
}
