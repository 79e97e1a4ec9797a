/**
 * Measures the audio in WAV files, and completes the headers that a killed
 * ffmpeg left unfinished.
 *
 * Format: Multimedia Programming Interface and Data Specifications 1.0 (RIFF).
 *
 * @module
 */

import type { AudioFile } from "./audio_file.ts";

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
