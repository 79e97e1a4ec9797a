/**
 * Names of chunk files.
 *
 * @module
 */

import { type Format, FORMAT_NAMES } from "./format.ts";

/** Ending of a chunk that is being written. */
export const PART = ".part";

/** Prefix of every chunk's name. */
export const CHUNK_PREFIX = "chunk_";

/** Returns the name of a finished chunk. */
export function chunkName(seq: number, format: Format): string {
  return `${CHUNK_PREFIX}${String(seq).padStart(5, "0")}.${format}`;
}

const CHUNK_NAME = new RegExp(
  `^${CHUNK_PREFIX}(\\d{5,9})\\.(${FORMAT_NAMES.join("|")})(?:\\${PART})?$`,
);

/**
 * Returns the number of a chunk, finished or not, by its name, or `null` for
 * other names.
 */
export function chunkNumber(name: string): number | null {
  const match = CHUNK_NAME.exec(name);
  return match === null ? null : Number(match[1]);
}

/**
 * Returns the format of a chunk, finished or not, by its name, or `null` for
 * other names.
 */
export function chunkFormat(name: string): Format | null {
  const [, , ending] = CHUNK_NAME.exec(name) ?? [];
  return FORMAT_NAMES.find((format) => format === ending) ?? null;
}

/** Returns the name of all open chunks as ffmpeg fills in their numbers. */
export function chunkPattern(format: Format): string {
  return `${CHUNK_PREFIX}%05d.${format}${PART}`;
}
