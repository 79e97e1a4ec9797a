/**
 * Finds the chunks that ffmpeg has open by their names.
 *
 * @module
 */

import { join } from "@std/path";
import { chunkName, chunkNumber, PART } from "../../audio/chunk_name.ts";
import { type Format, FORMAT_NAMES } from "../../audio/format.ts";
import type { EpochMs } from "../../events.ts";
import { isAbsent } from "../../platform/fs.ts";

/** A chunk that is being written, or was when its ffmpeg ended. */
export interface OpenChunk {
  /** Its file name. */
  readonly file: string;
  /** Its size in bytes so far. */
  readonly size: number;
  /** When it was last written. */
  readonly written: EpochMs;
}

/**
 * Numbers searched for the next chunk: one fewer may have been deleted before
 * it.
 */
export const MAX_MISSING = 20;

/**
 * Yields the open chunks from a number on. ffmpeg numbers its files
 * consecutively, so they are searched by name: after months, listing the folder
 * takes tens of milliseconds and megabytes.
 *
 * @throws when a file exists and its metadata cannot be read.
 */
export function* openChunksFrom(
  folder: string,
  format: Format,
  first: number,
): Generator<OpenChunk> {
  let end = first + MAX_MISSING;
  for (let seq = first; seq < end; seq++) {
    const file = `${chunkName(seq, format)}${PART}`;
    const chunk = inspect(folder, file);
    if (chunk === null) continue;
    yield chunk;
    end = seq + 1 + MAX_MISSING;
  }
}

/** Whether a folder has an open chunk. */
export function hasOpenChunk(folder: string): boolean {
  try {
    return [...Deno.readDirSync(folder)].some(({ name }) =>
      name.endsWith(PART) && chunkNumber(name) !== null
    );
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** What a session's state has about its chunks. */
interface ChunkState {
  /** File format of the chunks. */
  readonly format: string;
  /** Number of finished chunks. */
  readonly chunks: number;
}

/** Returns the chunk in a folder that is being written, or `null`. */
export function openChunkOf(
  folder: string,
  state: ChunkState | null,
): OpenChunk | null {
  try {
    return nextOpenChunk(folder, state) ?? lastOpenChunk(folder);
  } catch {
    // The chunk was renamed a moment ago, or the folder is gone.
    return null;
  }
}

/** Returns the open chunk after the closed ones; when there are several, numbers were skipped. */
function nextOpenChunk(
  folder: string,
  state: ChunkState | null,
): OpenChunk | null {
  const format = FORMAT_NAMES.find((format) => format === state?.format);
  if (state === null || format === undefined) return null;
  const [next, ...more] = openChunksFrom(folder, format, state.chunks + 1);
  return next === undefined || more.length > 0 ? null : next;
}

function lastOpenChunk(folder: string): OpenChunk | null {
  const file = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.endsWith(PART)).sort().at(-1);
  return file === undefined ? null : inspect(folder, file);
}

function inspect(folder: string, file: string): OpenChunk | null {
  try {
    const { size, mtime } = Deno.statSync(join(folder, file));
    return { file, size, written: mtime?.getTime() ?? 0 };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
