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
import { UnsafePathError } from "../../platform/guarded/guard.ts";
import { readLines } from "../../platform/guarded/files.ts";
import { isAbsent } from "../../platform/fs.ts";

/**
 * Most chunks that are read: two years of chunks of five minutes, or a month of
 * chunks of ten seconds. Readers keep each in memory.
 */
export const MAX_CHUNKS = 220_000;
/** Largest index that is read: that many lines. */
export const MAX_BYTES = 60_000_000;
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
  for (const chunk of chunksIn(folder)) {
    chunks.set(chunk.seq, chunk);
    if (chunks.size <= MAX_CHUNKS) continue;
    const path = join(folder, INDEX_FILE);
    throw new UnsafePathError(path, `it has more than ${MAX_CHUNKS} chunks`);
  }
  return chunks;
}

/** Adds up the chunks of a session's index without keeping them. */
export function sumIndex(folder: string): Pick<ChunkSums, "audio" | "chunks"> {
  const lengths = new Map<number, Seconds>();
  for (const { seq, duration } of chunksIn(folder)) lengths.set(seq, duration);
  const audio = lengths.values().reduce((sum, length) => sum + length, 0);
  return { chunks: lengths.size, audio };
}

function* chunksIn(folder: string): Generator<ChunkCreated> {
  try {
    for (const line of readLines(join(folder, INDEX_FILE), MAX_BYTES)) {
      const chunk = chunkOf(line);
      if (chunk !== null) yield chunk;
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
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
  const chunk = {
    event: "chunk_created" as const,
    time: end,
    file: line.file,
    seq: line.seq,
    run: line.run,
    start,
    end,
    duration: line.duration,
    size: line.size,
    peak_dbfs: line.peak === "-inf" ? -Infinity : line.peak,
  };
  // Objects of one shape take less memory.
  const { samples, recovered } = line;
  if (recovered === true) {
    return { ...chunk, ...(samples === null ? {} : { samples }), recovered };
  }
  return samples === null ? chunk : Object.assign(chunk, { samples });
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
