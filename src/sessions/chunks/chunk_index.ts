/**
 * Reads `chunks.jsonl`, the index of a session's chunks: one JSON object a line,
 * in the order in which the chunks were closed. Unlike the log it is never
 * rotated and has every chunk at every level.
 *
 * @module
 */

import { join } from "@std/path";
import type { ChunkCreated, EpochMs, Seconds } from "../../events.ts";
import { isoMilliseconds } from "../../log/format/timestamps.ts";
import { readText } from "../../platform/guarded/files.ts";
import { isAbsent } from "../../platform/fs.ts";

/** Largest index that is read: years of short chunks. */
const MAX_BYTES = 200_000_000;
/** Name of the index in a session's folder. */
export const INDEX_FILE = "chunks.jsonl";

/** A line of the index. Keys are stable; times are ISO 8601 in UTC. */
interface IndexLine {
  /** What happened to the chunk. */
  readonly event: "made";
  /** Its file. */
  readonly file: string;
  /** Its number. */
  readonly seq: number;
  /** The run that captured it. */
  readonly run: number;
  /** When its first sample was captured. */
  readonly start: string;
  /** When its last sample was captured. */
  readonly end: string;
  /** Samples of each channel. */
  readonly samples: number | null;
  /** Length of its audio. */
  readonly duration: Seconds;
  /** Size of its file in bytes. */
  readonly size: number;
  /**
   * Its highest level in dB relative to full scale, `"-inf"` for digital
   * silence, or `null` when that was not measured.
   */
  readonly peak: number | "-inf" | null;
  /** Present when `repair` closed it. */
  readonly recovered?: true;
}

/** Returns the line of a chunk, with its line break. */
export function indexLine(chunk: ChunkCreated): string {
  const line: IndexLine = {
    event: "made",
    file: chunk.file,
    seq: chunk.seq,
    run: chunk.run,
    start: isoMilliseconds(chunk.start),
    end: isoMilliseconds(chunk.end),
    samples: chunk.samples ?? null,
    duration: round(chunk.duration, 6),
    size: chunk.size,
    // JSON has no infinity.
    peak: chunk.peak_dbfs === -Infinity
      ? "-inf"
      : chunk.peak_dbfs === null
      ? null
      : round(chunk.peak_dbfs, 1),
    ...(chunk.recovered === true ? { recovered: true } : {}),
  };
  return `${JSON.stringify(line)}\n`;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/**
 * Reads the index of a session.
 *
 * @returns its chunks by number, the last line of each; empty when there is no
 * index. Lines that cannot be read, such as one torn by a power cut, are left
 * out.
 */
export function readIndex(folder: string): Map<number, ChunkCreated> {
  const chunks = new Map<number, ChunkCreated>();
  let text: string;
  try {
    text = readText(join(folder, INDEX_FILE), MAX_BYTES);
  } catch (error) {
    if (isAbsent(error)) return chunks;
    throw error;
  }
  for (const line of text.split("\n")) {
    const chunk = chunkOf(line);
    if (chunk !== null) chunks.set(chunk.seq, chunk);
  }
  return chunks;
}

function chunkOf(text: string): ChunkCreated | null {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isLine(line)) return null;
  const [start, end] = [Date.parse(line.start), Date.parse(line.end)];
  if (Number.isNaN(start) || Number.isNaN(end)) return null;
  return {
    event: "chunk_created",
    time: end,
    file: line.file,
    seq: line.seq,
    run: line.run,
    start,
    end,
    ...(line.samples === null ? {} : { samples: line.samples }),
    duration: line.duration,
    size: line.size,
    peak_dbfs: line.peak === "-inf" ? -Infinity : line.peak,
    ...(line.recovered === true ? { recovered: true } : {}),
  };
}

const NUMBERS = ["seq", "run", "duration", "size"];
const TEXTS = ["file", "start", "end"];

function isLine(value: unknown): value is IndexLine {
  if (typeof value !== "object" || value === null) return false;
  const fields: Record<string, unknown> = { ...value };
  return fields.event === "made" &&
    NUMBERS.every((name) => Number.isFinite(fields[name])) &&
    TEXTS.every((name) => typeof fields[name] === "string") &&
    (fields.samples === null || Number.isInteger(fields.samples)) &&
    (fields.peak === null || fields.peak === "-inf" ||
      Number.isFinite(fields.peak));
}

/** Sums of chunks. */
export interface ChunkSums {
  /** Number of them. */
  readonly chunks: number;
  /** Length of their audio. */
  readonly audio: Seconds;
  /** Size of their files in bytes. */
  readonly bytes: number;
  /** End of the last one, or `null`. */
  readonly lastEnd: EpochMs | null;
}

/** Adds up chunks. */
export function sumOf(chunks: Iterable<ChunkCreated>): ChunkSums {
  let [count, audio, bytes] = [0, 0, 0];
  let lastEnd: EpochMs | null = null;
  for (const { duration, size, end } of chunks) {
    count++;
    audio += duration;
    bytes += size;
    lastEnd = Math.max(lastEnd ?? end, end);
  }
  return { chunks: count, audio, bytes, lastEnd };
}
