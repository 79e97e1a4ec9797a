/**
 * Reads `chunks.jsonl`, the index of a session's chunks: one JSON object a line,
 * in the order in which the chunks were closed and deleted. Unlike the log it is
 * never rotated and has every chunk at every level.
 *
 * @module
 */

import { join } from "@std/path";
import {
  type ChunkCreated,
  type EpochMs,
  RETENTION_RULES,
  type RetentionRule,
  type Seconds,
} from "../../events.ts";
import { isoMilliseconds } from "../../log/format/timestamps.ts";
import { readLines } from "../../platform/guarded/files.ts";
import { UnsafePathError } from "../../platform/guarded/guard.ts";
import { isAbsent } from "../../platform/fs.ts";

/**
 * Most chunks that are read: seventeen months of chunks of five minutes, or
 * seventeen days of chunks of ten seconds. Readers keep each in memory.
 */
export const MAX_CHUNKS = 150_000;
/**
 * Most chunks and deletions: thirteen months of chunks of five minutes of which
 * thirty days are left.
 */
export const MAX_ENTRIES = 225_000;
/** Largest index that is read: that many of both. */
export const MAX_BYTES = 70_000_000;
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

/**
 * A line of a chunk that retention is about to delete. It has what the chunk's
 * first line has, which older sessions lack.
 */
interface IntentLine {
  /** What happens to the chunk. */
  readonly event: "deleting";
  /** Its file. */
  readonly file: string;
  /** Its number. */
  readonly seq: number;
  /** When this was decided. */
  readonly time: string;
  /** When its first sample was captured. */
  readonly start: string;
  /** When its last sample was captured. */
  readonly end: string;
  /** Length of its audio. */
  readonly duration: Seconds;
  /** Size of its file in bytes. */
  readonly size: number;
  /** The rule that it fell under. */
  readonly rule: RetentionRule;
}

/** A line of a chunk whose file retention has removed. */
interface DeletedLine {
  /** What happened to the chunk. */
  readonly event: "deleted";
  /** Its file. */
  readonly file: string;
  /** Its number. */
  readonly seq: number;
  /** When its file was removed. */
  readonly time: string;
}

/** A line of a chunk that stays although it was announced: its session is kept. */
interface KeptLine {
  /** What happened to the chunk. */
  readonly event: "kept";
  /** Its file. */
  readonly file: string;
  /** Its number. */
  readonly seq: number;
  /** When its deletion was taken back. */
  readonly time: string;
}

/** A chunk as far as retention knows it. */
export type DeletedChunk = Pick<
  ChunkCreated,
  "file" | "seq" | "start" | "end" | "duration" | "size"
>;

/** The deletion of a chunk. */
export interface Deletion extends DeletedChunk {
  /** When it was decided. */
  readonly time: EpochMs;
  /** The rule that it fell under. */
  readonly rule: RetentionRule;
  /** Whether its file is removed, not only about to be. */
  readonly isDone: boolean;
}

/** The index of a session that has none. */
export const NO_INDEX: ChunkIndex = { made: new Map(), deletions: new Map() };

/** Returns the line that announces a deletion, with its line break. */
export function intentLine(
  { file, seq, time, start, end, duration, size, rule }: Deletion,
): string {
  const line: IntentLine = {
    event: "deleting",
    file,
    seq,
    time: isoMilliseconds(time),
    start: isoMilliseconds(start),
    end: isoMilliseconds(end),
    duration: round(duration, 6),
    size,
    rule,
  };
  return `${JSON.stringify(line)}\n`;
}

/** Returns the line that completes a deletion, with its line break. */
export function deletedLine(
  { file, seq }: Pick<Deletion, "file" | "seq">,
  time: EpochMs,
): string {
  const at = isoMilliseconds(time);
  const line: DeletedLine = { event: "deleted", file, seq, time: at };
  return `${JSON.stringify(line)}\n`;
}

/** Returns the line that takes a deletion back, with its line break. */
export function keptLine(
  { file, seq }: Pick<Deletion, "file" | "seq">,
  time: EpochMs,
): string {
  const line: KeptLine = {
    event: "kept",
    file,
    seq,
    time: isoMilliseconds(time),
  };
  return `${JSON.stringify(line)}\n`;
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

/** The chunks of an index by number, the last line of each. */
export interface ChunkIndex {
  /** Those that were made, whether or not they were deleted later. */
  readonly made: ReadonlyMap<number, ChunkCreated>;
  /** Those that retention deleted, or is about to delete. */
  readonly deletions: ReadonlyMap<number, Deletion>;
}

/**
 * Reads lines of an index. Lines that cannot be read, such as one torn by a
 * power cut, are left out.
 */
export class IndexLines implements ChunkIndex {
  readonly made = new Map<number, ChunkCreated>();
  readonly deletions = new Map<
    number,
    { -readonly [K in keyof Deletion]: Deletion[K] }
  >();
  /** Numbers of chunks whose files are removed. */
  readonly removed = new Set<number>();
  /** Numbers of chunks whose deletions were taken back. */
  readonly kept = new Set<number>();

  /** Takes whole lines. */
  take(text: string): void {
    for (const line of text.split("\n")) this.takeLine(line);
  }

  /** Takes a line. */
  takeLine(text: string): void {
    // Longer ones are not of an index, and parsing them may take much memory.
    const line = text.length > LINE_BYTES ? null : parseLine(text);
    if (line === null) return;
    if (isMade(line)) {
      const chunk = chunkOf(line);
      if (chunk !== null) this.made.set(chunk.seq, chunk);
    } else if (isIntent(line)) {
      const deletion = deletionOf(line);
      if (deletion === null) return;
      this.deletions.set(deletion.seq, deletion);
      this.kept.delete(deletion.seq);
    } else if (isKept(line)) {
      this.deletions.delete(line.seq);
      this.kept.add(line.seq);
    } else if (isRemoval(line)) {
      this.removed.add(line.seq);
      const deletion = this.deletions.get(line.seq);
      if (deletion === undefined) return;
      deletion.isDone = true;
    }
  }
}

/**
 * Reads the index of a session; it is empty when there is none.
 *
 * @throws {UnsafePathError} when it is too large.
 */
export function readChunkIndex(folder: string): ChunkIndex {
  const lines = new IndexLines();
  for (const line of linesOf(folder)) {
    lines.takeLine(line);
    const { made, deletions } = lines;
    const isShort = made.size <= MAX_CHUNKS &&
      made.size + deletions.size <= MAX_ENTRIES;
    if (isShort) continue;
    const path = join(folder, INDEX_FILE);
    throw new UnsafePathError(
      path,
      `it has more than ${MAX_CHUNKS} chunks, or ${MAX_ENTRIES} with deletions`,
    );
  }
  return lines;
}

function* linesOf(folder: string): Generator<string> {
  try {
    yield* readLines(join(folder, INDEX_FILE), MAX_BYTES);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

/**
 * Adds up the chunks of a session's index without keeping them; the bytes are
 * those of the chunks that are left.
 */
export function sumIndex(folder: string): IndexSums {
  const lengths = new Map<number, Seconds>();
  const sizes = new Map<number, number>();
  const gone = new Set<number>();
  const lines = new IndexLines();
  for (const line of linesOf(folder)) {
    // It comes after the line that announced the deletion.
    if (line.startsWith(BEGINNINGS.deleted)) continue;
    lines.takeLine(line);
    for (const { seq, duration, size } of lines.made.values()) {
      lengths.set(seq, duration);
      sizes.set(seq, size);
    }
    for (const seq of lines.deletions.keys()) gone.add(seq);
    for (const seq of lines.kept) gone.delete(seq);
    lines.made.clear();
    lines.deletions.clear();
    lines.removed.clear();
    lines.kept.clear();
  }
  const audio = lengths.values().reduce((sum, length) => sum + length, 0);
  const bytes = sizes.entries().reduce(
    (sum, [seq, size]) => gone.has(seq) ? sum : sum + size,
    0,
  );
  return { chunks: lengths.size, audio, bytes };
}

/** The sums of an index. */
export type IndexSums = Pick<ChunkSums, "audio" | "chunks" | "bytes">;

/** Maximum length of a line. */
export const LINE_BYTES = 1_024;

/** How the lines about deletions begin, by what they say. */
export const BEGINNINGS = {
  deleting: `{"event":"deleting"`,
  deleted: `{"event":"deleted"`,
  kept: `{"event":"kept"`,
} as const;

/** Reads the chunks that a session made, by number. */
export function readIndex(folder: string): ReadonlyMap<number, ChunkCreated> {
  return readChunkIndex(folder).made;
}

function chunkOf(line: IndexLine): ChunkCreated | null {
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

function deletionOf(line: IntentLine): Deletion | null {
  const { file, seq, duration, size } = line;
  // One string for all takes less memory.
  const rule = RETENTION_RULES.find((name) => name === line.rule) ?? line.rule;
  const time = Date.parse(line.time);
  const [start, end] = [Date.parse(line.start), Date.parse(line.end)];
  if ([time, start, end].some(Number.isNaN)) return null;
  return { file, seq, duration, size, rule, time, start, end, isDone: false };
}

/** An object of a line. */
type Fields = Readonly<Record<string, unknown>>;

function parseLine(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

const NUMBERS = ["seq", "run", "duration"];
const TEXTS = ["file", "start", "end"];

function isSize(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isMade(fields: Fields): fields is Fields & IndexLine {
  return fields.event === "made" &&
    NUMBERS.every((name) => Number.isFinite(fields[name])) &&
    isSize(fields.size) &&
    TEXTS.every((name) => typeof fields[name] === "string") &&
    (fields.samples === null || Number.isInteger(fields.samples)) &&
    (fields.peak === null || fields.peak === "-inf" ||
      Number.isFinite(fields.peak));
}

function isIntent(fields: Fields): fields is Fields & IntentLine {
  return fields.event === "deleting" &&
    ["seq", "duration"].every((name) => Number.isFinite(fields[name])) &&
    isSize(fields.size) &&
    ["time", ...TEXTS].every((name) => typeof fields[name] === "string") &&
    RETENTION_RULES.some((rule) => rule === fields.rule);
}

function isRemoval(fields: Fields): fields is Fields & DeletedLine {
  return fields.event === "deleted" && Number.isFinite(fields.seq);
}

function isKept(fields: Fields): fields is Fields & KeptLine {
  return fields.event === "kept" && Number.isFinite(fields.seq);
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
