/**
 * Finds a sample in a FLAC file by the numbers of its frames.
 *
 * Format: RFC 9639, Free Lossless Audio Codec.
 *
 * @module
 */

import type { AudioFile } from "../audio_file.ts";
import { type Frame, parseFrame } from "./frame.ts";
import {
  HEADER_LIMIT,
  readStreamInfo,
  type StreamInfo,
  STREAMINFO_AT,
  STREAMINFO_LENGTH,
} from "./header.ts";

/** Where to begin to read a FLAC file. */
export interface FlacEntry {
  /** Offset of the frame. */
  readonly at: number;
  /** Samples of the file before that frame. */
  readonly samples: number;
}

/**
 * Returns the last frame that begins at a sample or before it.
 *
 * Bytes within a frame may look like the start of one, so a start counts only
 * when the next frame, with the next number, follows.
 *
 * @param sample Samples of the file before the wanted one.
 * @param end Offset of the end of the last whole frame.
 * @returns `null` when the file is not FLAC.
 */
export async function seekFlac(
  file: AudioFile,
  sample: number,
  end: number,
): Promise<FlacEntry | null> {
  const header = await file.read(0, Math.min(file.size, HEADER_LIMIT));
  const info = readStreamInfo(header);
  if (info === null) return null;
  const first = parseFrame(header, info.audioStart, info, info.audioStart);
  if (first === null) return null;
  const samplesBefore = (frame: Frame) =>
    frame.isVariable
      ? frame.number - first.number
      : (frame.number - first.number) * first.blockSize;
  let found: FlacEntry = { at: info.audioStart, samples: 0 };
  let [low, high] = [info.audioStart, end];
  const window = 4 * largestFrame(info);
  while (high - low > window) {
    const middle = Math.floor((low + high) / 2);
    const frame = await frameFrom(file, middle, high, info);
    const samples = frame === null ? Infinity : samplesBefore(frame);
    if (frame === null || samples > sample || samples < found.samples) {
      high = middle;
      continue;
    }
    found = { at: frame.at, samples };
    low = frame.at + 1;
  }
  return found;
}

/**
 * Returns the header of a FLAC stream of unknown length: the marker and
 * STREAMINFO alone, without the length, MD5, tags and padding of the file.
 *
 * @returns `null` when the file is not FLAC.
 */
export async function flacStreamHeader(
  file: AudioFile,
): Promise<{ header: Uint8Array; audioStart: number } | null> {
  const bytes = await file.read(0, Math.min(file.size, HEADER_LIMIT));
  const info = readStreamInfo(bytes);
  if (info === null) return null;
  const header = bytes.slice(0, STREAMINFO_AT + STREAMINFO_LENGTH);
  // The last block of metadata.
  header[4] = (header[4] ?? 0) | 0x80;
  const length = STREAMINFO_AT + 13;
  header[length] = (header[length] ?? 0) & 0xf0;
  header.fill(0, length + 1);
  return { header, audioStart: info.audioStart };
}

function largestFrame({ channels, maxBlock, bitsPerSample }: StreamInfo) {
  return channels * maxBlock * Math.ceil((bitsPerSample + 1) / 8) + 64;
}

/** Returns the first frame that begins at `from` or after it, before `to`. */
async function frameFrom(
  file: AudioFile,
  from: number,
  to: number,
  info: StreamInfo,
): Promise<Frame | null> {
  const length = Math.min(3 * largestFrame(info), file.size - from);
  const bytes = await file.read(from, length);
  const frames: Frame[] = [];
  for (let at = 0; at + 16 <= bytes.length; at++) {
    if (bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xfe) !== 0xf8) continue;
    const frame = parseFrame(bytes, at, info, from + at);
    if (frame === null) continue;
    const before = frames.find((one) =>
      frame.number === one.number + (one.isVariable ? one.blockSize : 1)
    );
    if (before !== undefined) return before.at < to ? before : null;
    frames.push(frame);
  }
  return null;
}
