/**
 * Names of chunk files.
 *
 * @module
 */

import type { EpochMs } from "../events.ts";
import { type Format, FORMAT_NAMES } from "./format.ts";

/** Ending of a chunk that is being written. */
export const PART = ".part";

/** Prefix of every chunk's name. */
export const CHUNK_PREFIX = "chunk_";

/** How chunks are named; the first is the default. */
export const CHUNK_NAMINGS = ["number", "time"] as const;

/** One of {@linkcode CHUNK_NAMINGS}. */
export type ChunkNaming = typeof CHUNK_NAMINGS[number];

/** Returns the name of a finished chunk by its number. */
export function chunkName(seq: number, format: Format): string {
  return `${CHUNK_PREFIX}${digits(seq)}.${format}`;
}

/**
 * A name is by the clock at the chunk's start, which is right to this: a chunk
 * that begins with the hour must not have the hour before in its name.
 */
const TOLERANCE_MS = 100;

/**
 * Returns the name of a finished chunk by its start and its number:
 * `20250922T100000Z_00001.flac`. It is legal on FAT and SMB.
 */
export function timedName(
  seq: number,
  format: Format,
  start: EpochMs,
): string {
  const time = new Date(start + TOLERANCE_MS).toISOString()
    .replace(/[:-]|\.\d+/g, "");
  return `${time}_${digits(seq)}.${format}`;
}

function digits(seq: number): string {
  return String(seq).padStart(5, "0");
}

const CHUNK_NAME = new RegExp(
  `^(?:${CHUNK_PREFIX}|\\d{8}T\\d{6}Z_)(\\d{5,9})\\.(${
    FORMAT_NAMES.join("|")
  })(?:\\${PART})?$`,
);

/** Whether a chunk is named by the time of its start. */
export function isTimed(name: string): boolean {
  return chunkNumber(name) !== null && !name.startsWith(CHUNK_PREFIX);
}

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
