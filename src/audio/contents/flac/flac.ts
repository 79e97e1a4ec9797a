/**
 * Corrects the headers of FLAC files by ffmpeg's segment muxer: every chunk but
 * the last has no length in its header, and the last has the length and MD5 of
 * the whole run. This module counts the samples and corrects the header.
 *
 * Format: RFC 9639, Free Lossless Audio Codec.
 *
 * @module
 */

import { type AudioFile, type ChunkHeader, unreadable } from "../audio_file.ts";
import type { Seconds } from "../../../events.ts";
import { type Frame, parseFrame } from "./frame.ts";
import {
  HEADER_LIMIT,
  metadataFault,
  readStreamInfo,
  type StreamInfo,
  STREAMINFO_AT,
  STREAMINFO_LENGTH,
  streamInfoFault,
} from "./header.ts";
import { frameEnd } from "./subframes.ts";

/** Number of bytes read at a time when searching for zeros. */
const ZEROS_BLOCK = 1 << 16;

/** Actual contents of a FLAC file. */
export interface FlacContents {
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** Samples of each channel in whole frames. */
  readonly samples: number;
  /** Number of the first sample in the encoder's stream; ffmpeg counts through a whole run. */
  readonly firstSample: number;
  /** Bytes up to the end of the last whole frame; less than the file's size after a kill. */
  readonly validBytes: number;
}

/**
 * Counts the samples of a FLAC file from its first and last frames.
 *
 * ffmpeg numbers frames through a whole run, so a chunk starts at any number,
 * and the difference is its length. The last frame is the last one with a valid
 * CRC-16: a killed ffmpeg may leave half a frame after it.
 *
 * @returns the contents, or `null` when it has no header or no whole frame.
 */
export async function measureFlac(
  file: AudioFile,
): Promise<FlacContents | null> {
  const header = await file.read(0, Math.min(file.size, HEADER_LIMIT));
  const info = readStreamInfo(header);
  if (info === null) return null;
  const first = parseFrame(header, info.audioStart, info, info.audioStart);
  if (first === null) return null;

  // Three of the largest frames hold at least two frame starts.
  const frameLimit = info.channels * info.maxBlock *
      Math.ceil((info.bitsPerSample + 1) / 8) + 64;
  const sound = await endBeforeZeros(file);
  const from = Math.max(info.audioStart, sound - 3 * frameLimit);
  // A frame may end in zeros itself.
  const to = Math.min(file.size, sound + frameLimit);
  const last = lastWholeFrame(await file.read(from, to - from), from, info);
  if (last === null) return null;
  const { frame, end } = last;
  const samples = frame.isVariable
    ? frame.number - first.number + frame.blockSize
    : (frame.number - first.number) * first.blockSize + frame.blockSize;
  if (samples <= 0) return null;
  // In a stream of equal blocks all but the last have the size of STREAMINFO.
  const firstSample = first.isVariable
    ? first.number
    : first.number * info.maxBlock;
  const { sampleRate } = info;
  return { sampleRate, samples, firstSample, validBytes: end };
}

/** Whether a FLAC file is only a header, with tags of any length and no frame. */
export async function isFlacHeader(file: AudioFile): Promise<boolean> {
  const bytes = await file.read(0, Math.min(file.size, HEADER_LIMIT));
  const info = readStreamInfo(bytes);
  return info !== null && info.audioStart >= file.size;
}

/**
 * Writes the number of samples into the header and clears the MD5, which then
 * means "not given".
 */
export async function writeFlacLength(
  file: AudioFile,
  samples: number,
): Promise<void> {
  const info = await file.read(STREAMINFO_AT, STREAMINFO_LENGTH);
  const high = Math.floor(samples / 2 ** 32) & 0x0f;
  info[13] = ((info[13] ?? 0) & 0xf0) | high;
  new DataView(info.buffer, info.byteOffset).setUint32(14, samples >>> 0);
  info.fill(0, 18, 34);
  await file.write(STREAMINFO_AT, info);
}

/**
 * Returns the offset after the last byte that is not zero. After a power cut any
 * number of zeros may follow the last frame.
 */
async function endBeforeZeros(file: AudioFile): Promise<number> {
  let end = file.size;
  for (let last = -1; last < 0 && end > 0;) {
    const start = Math.max(0, end - ZEROS_BLOCK);
    const block = await file.read(start, end - start);
    last = block.findLastIndex((byte) => byte !== 0);
    end = start + last + 1;
  }
  return end;
}

/** Searches backwards from the end of `tail` for a whole frame. */
function lastWholeFrame(
  tail: Uint8Array,
  offset: number,
  info: StreamInfo,
): { frame: Frame; end: number } | null {
  for (let at = tail.length - 2; at >= 0; at--) {
    if (tail[at] !== 0xff || ((tail[at + 1] ?? 0) & 0xfe) !== 0xf8) continue;
    const frame = parseFrame(tail, at, info, offset + at);
    if (frame === null) continue;
    const end = frameEnd(tail, at, frame, info.bitsPerSample);
    if (end !== null) return { frame, end: offset + end };
  }
  return null;
}

/** Corrects the length in the header of a chunk and measures it. */
export async function finishFlac(
  file: AudioFile,
): Promise<FlacContents | null> {
  const contents = await measureFlac(file);
  if (contents !== null) await writeFlacLength(file, contents.samples);
  return contents;
}

/** Returns where the first sample is in its run: ffmpeg numbers frames through. */
export async function flacPosition(file: AudioFile): Promise<Seconds | null> {
  const contents = await measureFlac(file);
  return contents === null ? null : contents.firstSample / contents.sampleRate;
}

/** Reads the header of a finished chunk and compares it with its frames. */
export async function inspectFlac(file: AudioFile): Promise<ChunkHeader> {
  const bytes = await file.read(0, Math.min(file.size, HEADER_LIMIT));
  const info = readStreamInfo(bytes);
  if (info === null) return unreadable("it cannot be read");
  const { sampleRate, channels, bitsPerSample: bitDepth } = info;
  // The first frame cannot be larger than the block size that its header has.
  const limits = { ...info, maxBlock: 1 << 16 };
  const first = parseFrame(bytes, info.audioStart, limits, info.audioStart);
  const contents = await measureFlac(file);
  const fault = metadataFault(bytes) ??
    (first === null
      ? "no audio follows it"
      : streamInfoFault(info, first, contents?.samples ?? null));
  return { sampleRate, channels, bitDepth, codec: null, fault };
}
