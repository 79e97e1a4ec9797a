/**
 * The file formats of chunks: one table of all that differs from one to the
 * next.
 *
 * @module
 */

import type { Seconds } from "../events.ts";
import type { AudioFile } from "./audio_file.ts";
import { finishFlac, flacPosition, isFlacHeader } from "./flac.ts";
import { finishOgg } from "./ogg.ts";
import { finishWav } from "./wav.ts";

/** What a chunk's file holds. */
export interface Contents {
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** Samples of each channel. */
  readonly samples: number;
  /** Bytes up to the end of the last whole frame; less than the file's size after a kill. */
  readonly validBytes: number;
}

/** File formats of chunks. */
export type Format = "flac" | "wav" | "opus";

/** What makes a format. */
export interface FormatSpec {
  /** The encoder, as ffmpeg names it. */
  readonly codec: string;
  /** The muxer, as ffmpeg names it. */
  readonly muxer: string;
  /** Its options, so that what is captured goes to the kernel at once: a kill loses next to nothing. */
  readonly muxerOptions: string;
  /** Further options of ffmpeg's segment muxer. */
  readonly segmentArgs: readonly string[];
  /** Whether the encoder takes frames of the length that we choose. */
  readonly takesFrameSize: boolean;
  /** Sample rates of the encoder, or `null` for any. */
  readonly sampleRates: readonly number[] | null;
  /** Numbers of channels of the encoder, or `null` for any. */
  readonly channelCounts: readonly number[] | null;
  /** Size that a chunk's header can express, in bytes of 16-bit samples, or `null` for any. */
  readonly maxBytes: number | null;
  /** Returns an estimate of the bytes of a second. */
  bytesPerSecond(sampleRate: number, channels: number): number;
  /** What a file begins with, and how many bytes a header alone can take. */
  readonly header: { readonly magic: string; readonly maxBytes: number };
  /**
   * Measures a chunk and corrects its header.
   *
   * @param isContinued whether its audio continues that of the chunk before, in the same run.
   * @returns what it holds, or `null` if it has no audio or is another kind of file.
   */
  finish(file: AudioFile, isContinued: boolean): Promise<Contents | null>;
  /** Whether a file is a header alone, where that may be of any length. */
  isHeader?(file: AudioFile): Promise<boolean>;
  /** Returns where the first sample is in its run, where the file has that. */
  position?(file: AudioFile): Promise<Seconds | null>;
}

const upTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1);

/** What FLAC makes of usual sound; noise is not compressed at all, silence to nothing. */
const FLAC_RATIO = 0.6;

/** What differs from one format to the next. */
export const FORMATS: Readonly<Record<Format, FormatSpec>> = {
  flac: {
    codec: "flac",
    muxer: "flac",
    muxerOptions: "flush_packets=1",
    segmentArgs: [],
    takesFrameSize: true,
    sampleRates: null,
    channelCounts: upTo(8),
    maxBytes: null,
    bytesPerSecond: (rate, channels) => rate * channels * 2 * FLAC_RATIO,
    // ffmpeg leaves 8 KiB of padding behind the header.
    header: { magic: "fLaC", maxBytes: 8_400 },
    finish: finishFlac,
    isHeader: isFlacHeader,
    position: flacPosition,
  },
  wav: {
    codec: "pcm_s16le",
    muxer: "wav",
    muxerOptions: "flush_packets=1",
    segmentArgs: [],
    takesFrameSize: false,
    sampleRates: null,
    channelCounts: null,
    maxBytes: 2 ** 32 - 2 ** 16,
    bytesPerSecond: (rate, channels) => rate * channels * 2,
    header: { magic: "RIFF", maxBytes: 128 },
    finish: finishWav,
  },
  opus: {
    codec: "libopus",
    muxer: "ogg",
    // A page holds a second by default, and nothing of it is in the file before.
    muxerOptions: "flush_packets=1:page_duration=100000",
    // Ogg positions would continue from the chunk before.
    segmentArgs: ["-reset_timestamps", "1"],
    takesFrameSize: false,
    sampleRates: [8_000, 12_000, 16_000, 24_000, 48_000],
    channelCounts: [1, 2, 5, 6, 7, 8],
    maxBytes: null,
    // libopus takes 64 kbit/s for a channel and 96 for a pair.
    bytesPerSecond: (_rate, channels) =>
      (Math.floor(channels / 2) * 96_000 + (channels % 2) * 64_000) / 8,
    header: { magic: "OggS", maxBytes: 512 },
    finish: finishOgg,
  },
};

// Sound for the literal above, which has no other keys.
/** The formats, the default first. */
export const FORMAT_NAMES = Object.keys(FORMATS) as [Format, ...Format[]];

/** Returns an estimate of the size of an hour of audio, by ffmpeg's own bit rates. */
export function bytesPerHour(
  { format, sampleRate, channels }: {
    readonly format: Format;
    readonly sampleRate: number;
    readonly channels: number;
  },
): number {
  return FORMATS[format].bytesPerSecond(sampleRate, channels) * 3600;
}
