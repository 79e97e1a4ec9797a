/**
 * An audio file with random access.
 *
 * @module
 */

import { writeAll } from "@std/io/write-all";

/** An open file with random access. */
export interface AudioFile {
  /** Its size in bytes. */
  readonly size: number;
  /** Reads `length` bytes from `position`; fewer only at the end of the file. */
  read(position: number, length: number): Promise<Uint8Array>;
  /** Writes all bytes at `position`. */
  write(position: number, bytes: Uint8Array): Promise<void>;
  /** Cuts the file to `size` bytes. */
  truncate(size: number): Promise<void>;
}

/** What the header of a finished chunk says. */
export interface ChunkHeader {
  /** Samples per second and channel, or `null` when unreadable. */
  readonly sampleRate: number | null;
  /** Number of channels, or `null` when unreadable. */
  readonly channels: number | null;
  /** Bits per sample, or `null` when the format has none. */
  readonly bitDepth: number | null;
  /** The encoder, as ffmpeg names it, or `null` when the format has only one. */
  readonly codec: string | null;
  /** How it contradicts itself or the audio, or `null`. */
  readonly fault: string | null;
}

/** Returns the result for a header that cannot be read. */
export function unreadable(fault: string): ChunkHeader {
  return {
    sampleRate: null,
    channels: null,
    bitDepth: null,
    codec: null,
    fault,
  };
}

/** Wraps an open file as an {@linkcode AudioFile}. */
export async function openAudioFile(handle: Deno.FsFile): Promise<AudioFile> {
  const { size } = await handle.stat();
  return {
    size,
    async read(position, length) {
      await handle.seek(position, Deno.SeekMode.Start);
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const count = await handle.read(bytes.subarray(filled));
        if (count === null) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    },
    async write(position, bytes) {
      await handle.seek(position, Deno.SeekMode.Start);
      await writeAll(handle, bytes);
    },
    truncate: (size) => handle.truncate(size),
  };
}
