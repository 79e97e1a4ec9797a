/**
 * The file formats of chunks: all that differs from one to the next.
 *
 * @module
 */

/** File formats of chunks. */
export type Format = "flac" | "wav" | "opus";

/** Ending of a chunk that is being written. */
export const PART = ".part";

/** Encoder of each format, as ffmpeg names it. */
export const CODECS: Readonly<Record<Format, string>> = {
  flac: "flac",
  wav: "pcm_s16le",
  opus: "libopus",
};

/** Name of a finished chunk. */
export function chunkName(seq: number, format: Format): string {
  return `chunk_${String(seq).padStart(5, "0")}.${format}`;
}

/** Number of a chunk by its name, finished or not, or `null` when it is no chunk's name. */
export function chunkNumber(name: string): number | null {
  const match = /^chunk_(\d{5,9})\.(?:flac|wav|opus)(?:\.part)?$/.exec(name);
  return match === null ? null : Number(match[1]);
}
