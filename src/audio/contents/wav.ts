/**
 * Measures the audio in WAV files, and completes the headers that a killed
 * ffmpeg left unfinished.
 *
 * Format: Multimedia Programming Interface and Data Specifications 1.0 (RIFF).
 *
 * @module
 */

import { type AudioFile, type ChunkHeader, unreadable } from "./audio_file.ts";

/** Actual contents of a WAV file. */
export interface WavContents {
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** Samples of each channel. */
  readonly samples: number;
  /** Bytes up to the end of the last whole sample. */
  readonly validBytes: number;
  /** Offset of the size of the `data` chunk. */
  readonly dataSizeAt: number;
  /** Number of bytes of audio. */
  readonly dataSize: number;
  /** Whether the sizes in the header match the file. */
  readonly isFinished: boolean;
}

const HEADER_LIMIT = 65_536;

/**
 * Reads the header and compares it with the size of the file.
 *
 * @returns the contents, or `null` when it is not a WAV file with audio.
 */
export async function measureWav(file: AudioFile): Promise<WavContents | null> {
  const header = await file.read(0, Math.min(file.size, HEADER_LIMIT));
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const tag = (at: number) =>
    String.fromCharCode(...header.subarray(at, at + 4));
  if (header.length < 12 || tag(0) !== "RIFF" || tag(8) !== "WAVE") return null;

  let sampleRate = 0;
  let blockAlign = 0;
  for (let at = 12; at + 8 <= header.length;) {
    const size = view.getUint32(at + 4, true);
    if (tag(at) === "fmt " && at + 24 <= header.length) {
      sampleRate = view.getUint32(at + 12, true);
      blockAlign = view.getUint16(at + 20, true);
    }
    if (tag(at) === "data" && blockAlign > 0 && sampleRate > 0) {
      const dataStart = at + 8;
      const there = file.size - dataStart;
      const samples = Math.floor(there / blockAlign);
      if (samples === 0) return null;
      const dataSize = samples * blockAlign;
      return {
        sampleRate,
        samples,
        validBytes: dataStart + dataSize,
        dataSizeAt: at + 4,
        dataSize,
        isFinished: size === there && dataSize === there &&
          view.getUint32(4, true) === file.size - 8,
      };
    }
    at += 8 + size + size % 2;
  }
  return null;
}

/** Writes the sizes of `contents` into the header. */
export async function writeWavSizes(
  file: AudioFile,
  contents: WavContents,
): Promise<void> {
  await file.write(4, littleEndian(contents.validBytes - 8));
  await file.write(contents.dataSizeAt, littleEndian(contents.dataSize));
}

function littleEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** Corrects the sizes in the header of a truncated chunk and measures it. */
export async function finishWav(file: AudioFile): Promise<WavContents | null> {
  const contents = await measureWav(file);
  if (contents !== null && !contents.isFinished) {
    await writeWavSizes(file, contents);
  }
  return contents;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
/** Bytes 2 to 15 of the GUID that extends a format tag. */
const GUID_END = "\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71";

/** Reads the header of a finished chunk and checks that its fields agree. */
export async function inspectWav(file: AudioFile): Promise<ChunkHeader> {
  const header = await file.read(0, Math.min(file.size, HEADER_LIMIT));
  const contents = await measureWav(file);
  const at = findFormat(header);
  if (contents === null || at === null) return unreadable("it cannot be read");
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const short = (offset: number) => view.getUint16(at + offset, true);
  const long = (offset: number) => view.getUint32(at + offset, true);
  const [length, tag] = [long(4), short(8)];
  const [channels, sampleRate] = [short(10), long(12)];
  const [byteRate, blockAlign, bits] = [long(16), short(20), short(22)];
  const fault = contents.isFinished
    ? null
    : "its sizes are not those of the file";
  const contradicts = blockAlign * 8 !== channels * bits ||
    byteRate !== sampleRate * blockAlign || bits % 8 !== 0;
  const isKnown = tag === EXTENSIBLE
    ? length === 40 && isGuid(header, at) && short(24) === 22 &&
      short(26) === bits && isMask(long(28), channels)
    : (tag === PCM || tag === FLOAT) && (length === 16 || length === 18);
  return {
    sampleRate,
    channels,
    bitDepth: bits,
    codec: `pcm_${tagOf(header, at) === FLOAT ? "f" : "s"}${bits}le`,
    fault: fault ??
      (isKnown ? null : "its sample format is unknown") ??
      (contradicts ? "its fields contradict each other" : null),
  };
}

/** Returns the offset of the chunk `fmt `, the first one in ffmpeg's files. */
function findFormat(header: Uint8Array): number | null {
  const isFirst = String.fromCharCode(...header.subarray(12, 16)) === "fmt ";
  return isFirst && header.length >= 12 + 8 + 16 ? 12 : null;
}

/** Whether a mask names a speaker for each channel, or none. */
function isMask(mask: number, channels: number): boolean {
  const named = mask.toString(2).replaceAll("0", "").length;
  return mask === 0 || named === channels;
}

/** Returns the format tag, for an extensible format that of its GUID. */
function tagOf(header: Uint8Array, at: number): number {
  const isExtensible = header[at + 8] === 0xfe;
  return header[at + (isExtensible ? 32 : 8)] ?? 0;
}

function isGuid(header: Uint8Array, at: number): boolean {
  const tag = tagOf(header, at);
  const rest = String.fromCharCode(...header.subarray(at + 34, at + 48));
  return (tag === PCM || tag === FLOAT) && header[at + 33] === 0 &&
    rest === GUID_END;
}
