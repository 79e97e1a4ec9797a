/**
 * Corrects and measures a chunk's file, and gives it its final name.
 *
 * @module
 */

import { type AudioFile, openAudioFile } from "./contents/audio_file.ts";
import type { ChunkTags } from "./contents/tags.ts";
import { type Format, FORMATS } from "./format.ts";
import { openToChange, ownFolderOf } from "../platform/guarded/async_files.ts";
import type { Seconds } from "../events.ts";

/** Number of bytes read at a time. */
const BLOCK = 65_536;

/** Contents of a closed chunk. */
export interface FinishedChunk {
  /** Samples of each channel. */
  readonly samples: number;
  /** Length of the audio. */
  readonly duration: Seconds;
  /** Size of the file in bytes. */
  readonly size: number;
}

/**
 * Corrects the header of a chunk, and cuts off the partial last frame that a
 * killed ffmpeg left. The caller syncs the file to disk.
 *
 * @param isContinued whether its audio continues the previous chunk of the same
 * run.
 * @param tagsFor Returns its tags when its length is known; without it, it gets
 * none.
 * @returns its contents, or `null` when it is empty, only a header, or only
 * zero bytes, which a power cut may leave.
 * @throws when the file cannot be read or written, or is not audio.
 */
export async function finishChunkFile(
  path: string,
  format: Format,
  isContinued: boolean,
  tagsFor?: (duration: Seconds) => ChunkTags,
): Promise<FinishedChunk | null> {
  using handle = await openToChange(path);
  const file = await openAudioFile(handle);
  const contents = await FORMATS[format].finish(file, isContinued);
  if (contents === null) {
    if (await isHeaderAlone(file, format)) return null;
    if (await isZero(file)) return null;
    throw new Error(`its ${file.size} bytes cannot be read as ${format}`);
  }
  if (contents.validBytes < file.size) await file.truncate(contents.validBytes);
  const duration = contents.samples / contents.sampleRate;
  if (tagsFor !== undefined) {
    await FORMATS[format].tag(file, tagsFor(duration));
  }
  return {
    samples: contents.samples,
    duration,
    size: contents.validBytes,
  };
}

async function isHeaderAlone(
  file: AudioFile,
  format: Format,
): Promise<boolean> {
  const { isHeader, header: { magic, maxBytes } } = FORMATS[format];
  if (await isHeader?.(file)) return true;
  if (file.size > maxBytes) return false;
  const start = await file.read(0, Math.min(file.size, magic.length));
  return magic.startsWith(String.fromCharCode(...start));
}

/** Whether a file has only zero bytes. */
async function isZero(file: AudioFile): Promise<boolean> {
  for (let at = 0; at < file.size; at += BLOCK) {
    const bytes = await file.read(at, BLOCK);
    if (bytes.some((byte) => byte !== 0)) return false;
  }
  return true;
}

/**
 * Gives a file its final name, never replacing another file.
 *
 * @throws when there is a file of that name.
 * @throws {UnsafePathError} when its folder is a link, or another user's.
 */
export async function renameInto(from: string, to: string): Promise<void> {
  // The disk may have taken long since it was opened.
  await ownFolderOf(to);
  try {
    await Deno.lstat(to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await Deno.rename(from, to);
    return;
  }
  throw new Error(`${to} already exists`);
}
