/**
 * The file formats of chunks: one table of their differences.
 *
 * @module
 */

import type { Seconds } from "../events.ts";
import type { AudioFile, ChunkHeader } from "./contents/audio_file.ts";
import { identifyFlac, tagFlac } from "./contents/flac/tags.ts";
import { identifyOgg, ROOM_NAME, tagOgg } from "./contents/ogg_tags.ts";
import {
  type ChunkIdentity,
  type ChunkTags,
  isoTime,
  ROOM,
} from "./contents/tags.ts";
import { identifyWav, tagWav } from "./contents/wav_tags.ts";
import { BIT_DEPTHS, type BitDepth, bytesPerSample } from "./bit_depth.ts";
import {
  finishFlac,
  flacPosition,
  inspectFlac,
  isFlacHeader,
  measureFlac,
} from "./contents/flac/flac.ts";
import {
  finishMp3,
  inspectMp3,
  isMp3Header,
  measureMp3,
} from "./contents/mp3/mp3.ts";
import { identifyMp3, tagMp3 } from "./contents/mp3/mp3_tags.ts";
import { finishOgg, inspectOgg, measureOgg } from "./contents/ogg.ts";
import { finishWav, inspectWav, measureWav } from "./contents/wav.ts";

/** Contents of a chunk's file. */
export interface Contents {
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** Samples of each channel. */
  readonly samples: number;
  /** Bytes up to the end of the last whole frame; less than the file's size after a kill. */
  readonly validBytes: number;
}

/** File formats of chunks. */
export type Format = "flac" | "wav" | "opus" | "mp3";

/** Properties of a format. */
export interface FormatSpec {
  /** Depths of the encoder's samples, or `null` when it has none. */
  readonly bitDepths: readonly BitDepth[] | null;
  /** Returns the encoder for a depth, as ffmpeg names it. */
  codec(depth: BitDepth): string;
  /** The muxer, as ffmpeg names it. */
  readonly muxer: string;
  /**
   * The muxer's options, which pass captured audio to the kernel at once: a
   * kill loses almost nothing.
   */
  readonly muxerOptions: string;
  /** Further options of ffmpeg's segment muxer. */
  readonly segmentArgs: readonly string[];
  /** Further options of the encoder. */
  readonly encoderArgs?: readonly string[];
  /** Whether the encoder accepts a given frame length. */
  readonly takesFrameSize: boolean;
  /** Sample rates of the encoder, or `null` for any. */
  readonly sampleRates: readonly number[] | null;
  /** Numbers of channels of the encoder, or `null` for any. */
  readonly channelCounts: readonly number[] | null;
  /** Maximum size in a chunk's header, in bytes of samples, or `null` for any. */
  readonly maxBytes: number | null;
  /** Returns an estimate of the bytes per second, by ffmpeg's own bit rates. */
  bytesPerSecond(
    sampleRate: number,
    channels: number,
    depth: BitDepth,
  ): number;
  /** Samples per second by which samples are counted, or `null` for those of the file. */
  readonly countedRate: number | null;
  /** First bytes of a file, and the maximum size of a header. */
  readonly header: { readonly magic: string; readonly maxBytes: number };
  /**
   * Measures a chunk and corrects its header.
   *
   * @param isContinued whether its audio continues the previous chunk of the
   * same run.
   * @returns its contents, or `null` if it has no audio or is another kind of
   * file.
   */
  finish(file: AudioFile, isContinued: boolean): Promise<Contents | null>;
  /**
   * Measures a file like {@linkcode finish}, and changes nothing. It may be an
   * open chunk.
   */
  measure(file: AudioFile, isContinued: boolean): Promise<Contents | null>;
  /** Options of ffmpeg that keep room for tags. */
  readonly tagArgs: readonly string[];
  /**
   * Writes tags into the room for them.
   *
   * @returns false when there is none, and nothing is changed.
   */
  tag(file: AudioFile, tags: ChunkTags): Promise<boolean>;
  /** Returns which chunk the tags of a file name, or `null` when they do not say. */
  identify(file: AudioFile): Promise<ChunkIdentity | null>;
  /** Checks the header of a finished chunk, which changes nothing. */
  inspect(file: AudioFile): Promise<ChunkHeader>;
  /**
   * Whether a file is only a header, for formats with headers of any length.
   */
  isHeader?(file: AudioFile): Promise<boolean>;
  /**
   * Returns the position of the first sample in its run, if the file has it.
   */
  position?(file: AudioFile): Promise<Seconds | null>;
}

function pcmBytes(
  sampleRate: number,
  channels: number,
  depth: BitDepth,
): number {
  return sampleRate * channels * bytesPerSample(depth);
}

const upTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1);

/**
 * FLAC's compression of usual sound; noise is not compressed at all, silence
 * almost to zero.
 */
const FLAC_RATIO = 0.6;

/** Bytes per second of LAME's own bit rates for one channel, by sample rate. */
const MP3_BYTES: ReadonlyMap<number, number> = new Map([
  [8_000, 1_000],
  [11_025, 2_000],
  [12_000, 2_000],
  [16_000, 3_000],
  [22_050, 4_000],
  [24_000, 4_000],
  [32_000, 6_000],
  [44_100, 8_000],
  [48_000, 8_000],
]);

function mp3Bytes(sampleRate: number, channels: number): number {
  if (sampleRate === 8_000 && channels === 2) return 3_000;
  return (MP3_BYTES.get(sampleRate) ?? 8_000) * channels;
}

/** Properties of each format. */
export const FORMATS: Readonly<Record<Format, FormatSpec>> = {
  flac: {
    // Its encoder writes 32 bits only as an experiment, from ffmpeg 6.1 on.
    bitDepths: [16, 24],
    codec: () => "flac",
    muxer: "flac",
    muxerOptions: "flush_packets=1",
    segmentArgs: [],
    takesFrameSize: true,
    sampleRates: null,
    channelCounts: upTo(8),
    maxBytes: null,
    bytesPerSecond: (rate, channels, depth) =>
      pcmBytes(rate, channels, depth) * FLAC_RATIO,
    // ffmpeg writes 8 KiB of padding after the header.
    countedRate: null,
    header: { magic: "fLaC", maxBytes: 8_400 },
    finish: finishFlac,
    measure: measureFlac,
    tagArgs: [],
    tag: tagFlac,
    identify: identifyFlac,
    inspect: inspectFlac,
    isHeader: isFlacHeader,
    position: flacPosition,
  },
  wav: {
    bitDepths: BIT_DEPTHS,
    codec: (depth) => `pcm_s${depth}le`,
    muxer: "wav",
    muxerOptions: "flush_packets=1:write_bext=1",
    segmentArgs: [],
    takesFrameSize: false,
    sampleRates: null,
    channelCounts: null,
    maxBytes: 2 ** 32 - 2 ** 16,
    bytesPerSecond: pcmBytes,
    countedRate: null,
    header: { magic: "RIFF", maxBytes: 1_500 },
    finish: finishWav,
    measure: measureWav,
    tagArgs: [
      ...["-metadata", `date=${isoTime(0)}`],
      ...["-metadata", `comment=${ROOM}`],
    ],
    tag: tagWav,
    identify: identifyWav,
    inspect: inspectWav,
  },
  opus: {
    bitDepths: null,
    codec: () => "libopus",
    muxer: "ogg",
    // A page holds a second by default, and is not in the file before it is
    // complete.
    muxerOptions: "flush_packets=1:page_duration=100000",
    // Otherwise Ogg positions continue from the previous chunk.
    segmentArgs: ["-reset_timestamps", "1"],
    takesFrameSize: false,
    sampleRates: [8_000, 12_000, 16_000, 24_000, 48_000],
    channelCounts: [1, 2, 5, 6, 7, 8],
    maxBytes: null,
    // libopus uses 64 kbit/s for one channel and 96 for two.
    bytesPerSecond: (_rate, channels) =>
      (Math.floor(channels / 2) * 96_000 + (channels % 2) * 64_000) / 8,
    // RFC 7845: whatever the rate of the source was.
    countedRate: 48_000,
    header: { magic: "OggS", maxBytes: 1_024 },
    finish: finishOgg,
    measure: measureOgg,
    tagArgs: ["-metadata", `${ROOM_NAME}=${ROOM}`],
    tag: tagOgg,
    identify: identifyOgg,
    inspect: inspectOgg,
  },
  mp3: {
    bitDepths: null,
    codec: () => "libmp3lame",
    muxer: "mp3",
    // A Xing header would make decoders skip the encoder's delay in each chunk,
    // though only a run begins with it.
    muxerOptions: "flush_packets=1:write_xing=0:id3v2_version=4",
    segmentArgs: [],
    // No frame needs the bytes of another, so a chunk decodes by itself.
    encoderArgs: ["-reservoir", "0"],
    takesFrameSize: false,
    sampleRates: [...MP3_BYTES.keys()],
    channelCounts: [1, 2],
    maxBytes: null,
    bytesPerSecond: mp3Bytes,
    countedRate: null,
    header: { magic: "ID3", maxBytes: 10 },
    finish: finishMp3,
    measure: measureMp3,
    tagArgs: ["-metadata", `${ROOM_NAME}=${ROOM}`],
    tag: tagMp3,
    identify: identifyMp3,
    inspect: inspectMp3,
    isHeader: isMp3Header,
  },
};

// Sound for the literal above, which has no other keys.
/** The formats, the default first. */
export const FORMAT_NAMES = Object.keys(FORMATS) as [Format, ...Format[]];
