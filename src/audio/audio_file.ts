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
