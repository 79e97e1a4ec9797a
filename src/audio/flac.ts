/**
 * Corrects the headers of FLAC files by ffmpeg's segment muxer: every chunk but
 * the last has no length in its header, and the last has the length and MD5 of
 * the whole run. This module counts the samples and corrects the header.
 *
 * Format: RFC 9639, Free Lossless Audio Codec.
 *
 * @module
 */

import type { AudioFile } from "./audio_file.ts";
import type { Seconds } from "../events.ts";

/** Bytes from the start of the file to STREAMINFO: `fLaC` and a block header. */
const STREAMINFO_AT = 8;
const STREAMINFO_LENGTH = 34;
const HEADER_LIMIT = 1 << 20;
/** Number of bytes read at a time when searching for zeros. */
const ZEROS_BLOCK = 1 << 16;
/** Maximum number of zeros at the end of a frame of digital silence. */
const FRAME_ZEROS = 16;

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

interface StreamInfo {
  readonly maxBlock: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  readonly audioStart: number;
}

interface Frame {
  readonly at: number;
  /** Number of the frame, or of its first sample in a stream with blocks of varying size. */
  readonly number: number;
  readonly blockSize: number;
  readonly isVariable: boolean;
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
  const { size, mayEndBefore } = await endOfFrames(file);
  const from = Math.max(info.audioStart, size - 3 * frameLimit);
  const tail = await file.read(from, size - from);
  const last = lastWholeFrame(tail, from, info, mayEndBefore);
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

function readStreamInfo(bytes: Uint8Array): StreamInfo | null {
  if (bytes.length < STREAMINFO_AT + STREAMINFO_LENGTH) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0) !== 0x664c6143) return null; // "fLaC"
  let at = 4;
  for (let isLast = false; !isLast;) {
    if (at + 4 > bytes.length) return null;
    const block = view.getUint32(at);
    isLast = block >= 0x80000000;
    at += 4 + (block & 0xffffff);
  }
  const rateAndMore = view.getUint32(STREAMINFO_AT + 10);
  return {
    maxBlock: view.getUint16(STREAMINFO_AT + 2),
    sampleRate: rateAndMore >>> 12,
    channels: ((rateAndMore >>> 9) & 7) + 1,
    bitsPerSample: ((rateAndMore >>> 4) & 31) + 1,
    audioStart: at,
  };
}

/**
 * Returns the latest possible end of the last frame, and how many bytes earlier
 * it may be. After a power cut any number of zeros may follow it. A CRC-16
 * stays valid with zeros after it, but may itself end in one or two.
 */
async function endOfFrames(
  file: AudioFile,
): Promise<{ size: number; mayEndBefore: number }> {
  let end = file.size;
  for (let last = -1; last < 0 && end > 0;) {
    const start = Math.max(0, end - ZEROS_BLOCK);
    const block = await file.read(start, end - start);
    last = block.findLastIndex((byte) => byte !== 0);
    end = start + last + 1;
  }
  return file.size - end > FRAME_ZEROS
    ? { size: end + 2, mayEndBefore: 2 }
    : { size: file.size, mayEndBefore: 0 };
}

/** Searches backwards from the end of `tail` for a frame with a valid CRC-16. */
function lastWholeFrame(
  tail: Uint8Array,
  offset: number,
  info: StreamInfo,
  mayEndBefore: number,
): { frame: Frame; end: number } | null {
  const ends = [];
  for (let less = mayEndBefore; less >= 0; less--) {
    ends.push(tail.length - less);
  }
  for (let at = tail.length - 2; at >= 0; at--) {
    if (tail[at] !== 0xff || ((tail[at + 1] ?? 0) & 0xfe) !== 0xf8) continue;
    const frame = parseFrame(tail, at, info, offset + at);
    if (frame === null) continue;
    const end = ends.find((end) => hasRightCrc16(tail.subarray(at, end)));
    if (end !== undefined) return { frame, end: offset + end };
    // A torn frame, or bytes that only look like one: the previous frame may
    // end here.
    ends.push(at);
  }
  return null;
}

function parseFrame(
  bytes: Uint8Array,
  at: number,
  info: StreamInfo,
  fileOffset: number,
): Frame | null {
  const byte = (index: number) => bytes[at + index] ?? 0;
  if (byte(0) !== 0xff || (byte(1) & 0xfe) !== 0xf8) return null;
  if ((byte(3) & 1) !== 0) return null;
  const blockCode = byte(2) >> 4;
  const rateCode = byte(2) & 15;
  if (blockCode === 0 || rateCode === 15 || byte(3) >> 4 > 10) return null;
  const number = codedNumber(bytes, at + 4);
  if (number === null) return null;
  let next = 4 + number.length;
  let blockSize = blockSizeOf(blockCode);
  if (blockCode === 6) blockSize = byte(next) + 1;
  if (blockCode === 7) blockSize = (byte(next) << 8 | byte(next + 1)) + 1;
  next += blockCode === 6 ? 1 : blockCode === 7 ? 2 : 0;
  next += rateCode === 12 ? 1 : rateCode > 12 ? 2 : 0;
  if (at + next >= bytes.length) return null;
  if (blockSize > info.maxBlock || fileOffset < info.audioStart) return null;
  if (crc8(bytes.subarray(at, at + next)) !== byte(next)) return null;
  return {
    at: fileOffset,
    number: number.value,
    blockSize,
    isVariable: (byte(1) & 1) === 1,
  };
}

function blockSizeOf(code: number): number {
  if (code === 1) return 192;
  if (code <= 5) return 576 << (code - 2);
  return 256 << (code - 8);
}

/**
 * Decodes a number in the extended UTF-8 of RFC 9639, section 9.1.5: up to 36
 * bits in 7 bytes.
 */
function codedNumber(
  bytes: Uint8Array,
  at: number,
): { value: number; length: number } | null {
  const first = bytes[at] ?? 0xff;
  if (first < 0x80) return { value: first, length: 1 };
  const length = Math.clz32(~(first << 24));
  if (length < 2 || length > 7) return null;
  let value = first & (0x7f >> length);
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] ?? 0;
    if ((byte & 0xc0) !== 0x80) return null;
    value = value * 64 + (byte & 0x3f);
  }
  return { value, length };
}

/** CRC-8 of a frame header, polynomial x^8 + x^2 + x + 1. */
function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 0x80) === 0 ? crc << 1 : (crc << 1) ^ 0x07;
    }
    crc &= 0xff;
  }
  return crc;
}

/** CRC-16 of a frame, polynomial x^16 + x^15 + x^2 + 1; over a frame with its CRC it is 0. */
function hasRightCrc16(frame: Uint8Array): boolean {
  let crc = 0;
  for (const byte of frame) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x8005;
    }
    crc &= 0xffff;
  }
  return frame.length > 2 && crc === 0;
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
