/**
 * A chunk's file: made true, measured, and given its final name.
 *
 * @module
 */

import { type AudioFile, openAudioFile } from "./audio_file.ts";
import { isFlacHeader, measureFlac, writeFlacLength } from "./flac.ts";
import type { Format } from "./format.ts";
import { clearPreSkip, measureOgg } from "./ogg.ts";
import { measureWav, writeWavSizes } from "./wav.ts";
import type { Seconds } from "../events.ts";

/** What a closed chunk holds. */
export interface FinishedChunk {
  /** Samples of each channel. */
  readonly samples: number;
  /** Length of the audio. */
  readonly duration: Seconds;
  /** Size of the file in bytes. */
  readonly size: number;
}

/** Bytes that a header alone can take, whole or not, and what it begins with. */
const HEADERS: Readonly<Record<Format, { magic: string; most: number }>> = {
  // ffmpeg leaves 8 KiB of padding behind the header.
  flac: { magic: "fLaC", most: 8_400 },
  wav: { magic: "RIFF", most: 128 },
  opus: { magic: "OggS", most: 512 },
};

/**
 * Makes the header of a chunk true, takes off what a killed ffmpeg left of a
 * last frame, and writes the file through to the disk.
 *
 * @param isContinued whether its audio goes on from the chunk before, in the same run.
 * @returns what it holds, or `null` when it is empty or a header alone.
 * @throws when the file cannot be read or written, or holds something that is no audio.
 */
export async function finishChunkFile(
  path: string,
  format: Format,
  isContinued: boolean,
): Promise<FinishedChunk | null> {
  using handle = await Deno.open(path, { read: true, write: true });
  const file = await openAudioFile(handle);
  const contents = await finish(file, format, isContinued);
  if (contents === null) {
    if (await isHeaderAlone(file, format)) return null;
    throw new Error(`its ${file.size} bytes cannot be read as ${format}`);
  }
  if (contents.validBytes < file.size) await file.truncate(contents.validBytes);
  await handle.syncData();
  return {
    samples: contents.samples,
    duration: contents.samples / contents.sampleRate,
    size: contents.validBytes,
  };
}

async function finish(file: AudioFile, format: Format, isContinued: boolean) {
  switch (format) {
    case "flac": {
      const contents = await measureFlac(file);
      if (contents !== null) await writeFlacLength(file, contents.samples);
      return contents;
    }
    case "wav": {
      const contents = await measureWav(file);
      if (contents !== null && !contents.isFinished) {
        await writeWavSizes(file, contents);
      }
      return contents;
    }
    case "opus": {
      const contents = await measureOgg(file, isContinued);
      if (contents !== null && isContinued) await clearPreSkip(file);
      return contents;
    }
  }
}

async function isHeaderAlone(
  file: AudioFile,
  format: Format,
): Promise<boolean> {
  // A source's tags can be of any length.
  if (format === "flac" && await isFlacHeader(file)) return true;
  const { magic, most } = HEADERS[format];
  if (file.size > most) return false;
  const start = await file.read(0, Math.min(file.size, magic.length));
  return magic.startsWith(String.fromCharCode(...start));
}

/**
 * Gives a file its final name, never that of another file.
 *
 * @throws when there is a file of that name.
 */
export async function renameInto(from: string, to: string): Promise<void> {
  try {
    await Deno.lstat(to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await Deno.rename(from, to);
    return;
  }
  throw new Error(`${to} is there already`);
}
