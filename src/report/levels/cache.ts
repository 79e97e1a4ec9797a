/**
 * Levels that were measured before, in a file beside the chunks: a second report
 * decodes only what is new.
 *
 * @module
 */

import { writeAllSync } from "@std/io/write-all";
import { join } from "@std/path";
import type { DatedChunk } from "../../export/plan/timeline.ts";
import {
  openToAppend,
  readLines,
  removeIfThere,
} from "../../platform/guarded/files.ts";
import { LEVELS_FILE } from "../../sessions/folder.ts";
import { decodeCodes, encodeCodes } from "./decibels.ts";
import type { Mark, MarkKind } from "./marks.ts";
import type { ChunkLevels } from "./meter.ts";

/** The first line; a file of another form is made again. */
const HEADER = '{"echolog_levels":1}';
/** Bytes of a file of months. */
const MAX_BYTES = 1_000_000_000;

/** What shows whether a chunk is still what was measured. */
export interface ChunkIdentity {
  /** Name of its file. */
  readonly file: string;
  /** Its size in bytes. */
  readonly size: number;
  /** When it was last changed, in milliseconds. */
  readonly changed: number;
  /** Its samples. */
  readonly samples: number;
}

/** The levels of a session's chunks on disk. */
export class LevelCache implements Disposable {
  readonly #path: string;
  readonly #known = new Map<string, string>();
  #isFresh = true;
  #file: Deno.FsFile | null = null;
  #isOff = false;

  /** The cache of a session's folder. */
  constructor(folder: string) {
    this.#path = join(folder, LEVELS_FILE);
    try {
      for (const line of readLines(this.#path, MAX_BYTES)) {
        if (this.#isFresh && line !== HEADER) break;
        this.#isFresh = false;
        const key = keyIn(line);
        if (key !== null) this.#known.set(key, line);
      }
    } catch {
      // There is none, or it is not what it should be: all is measured.
      this.#isFresh = true;
      this.#known.clear();
    }
  }

  /** Returns the levels of a chunk, or `null` when it has to be measured. */
  get(chunk: ChunkIdentity): ChunkLevels | null {
    const line = this.#known.get(keyOf(chunk));
    return line === undefined ? null : levelsIn(line, chunk.samples);
  }

  /**
   * Adds the levels of a chunk. A folder that cannot be written keeps none,
   * which costs only time.
   */
  put(chunk: ChunkIdentity, levels: ChunkLevels): void {
    if (this.#isOff) return;
    try {
      this.#file ??= this.#open();
      const line = `${lineOf(chunk, levels)}\n`;
      writeAllSync(this.#file, new TextEncoder().encode(line));
    } catch {
      this.#isOff = true;
    }
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = null;
  }

  #open(): Deno.FsFile {
    if (this.#isFresh) removeIfThere(this.#path);
    const file = openToAppend(this.#path);
    // The line before may be torn.
    const start = this.#isFresh ? HEADER : "";
    writeAllSync(file, new TextEncoder().encode(`${start}\n`));
    return file;
  }
}

/** Returns the identity of a chunk, or `null` when its file cannot be looked at. */
export function identityOf(
  { path, samples }: DatedChunk,
  file: string,
): ChunkIdentity | null {
  try {
    const { size, mtime } = Deno.lstatSync(path);
    return { file, size, changed: mtime?.getTime() ?? 0, samples };
  } catch {
    // It was deleted a moment ago.
    return null;
  }
}

function keyOf({ file, size, changed, samples }: ChunkIdentity): string {
  return JSON.stringify([file, size, changed, samples]);
}

/** The key of a line, which begins it. */
const KEY = /^\{"chunk":(\["[^"\\]*",\d+,\d+,\d+\]),/;

function keyIn(line: string): string | null {
  return KEY.exec(line)?.[1] ?? null;
}

function lineOf(chunk: ChunkIdentity, levels: ChunkLevels): string {
  const rest = JSON.stringify({
    window: levels.window,
    peaks: encodeCodes(levels.peaks),
    means: encodeCodes(levels.means),
    lows: encodeCodes(levels.lows),
    marks: levels.marks,
  });
  return `{"chunk":${keyOf(chunk)},${rest.slice(1)}`;
}

/** Reads a line; another program may have written anything. */
function levelsIn(line: string, samples: number): ChunkLevels | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // It is torn.
    return null;
  }
  if (!isRecord(value) || !Array.isArray(value.marks)) return null;
  const { window } = value;
  if (typeof window !== "number" || !(window >= 1)) return null;
  const windows = Math.ceil(samples / window);
  const [peaks, means, lows] = [value.peaks, value.means, value.lows]
    .map((text) => typeof text === "string" ? decodeCodes(text) : null);
  const marks = value.marks.flatMap((one: unknown) => markIn(one) ?? []);
  const isWhole = peaks?.length === windows && means?.length === windows &&
    lows?.length === windows && marks.length === value.marks.length;
  return isWhole ? { window, peaks, means, lows, marks } : null;
}

const KINDS: readonly MarkKind[] = ["click", "dropout"];

function markIn(value: unknown): Mark | null {
  if (!isRecord(value)) return null;
  const kind = KINDS.find((one) => one === value.kind);
  const { at, length, power, score, edge } = value;
  const isKnown = kind !== undefined && typeof at === "number" &&
    typeof length === "number" && typeof power === "number" &&
    typeof score === "number";
  if (!isKnown) return null;
  const side = edge === "start" || edge === "end" ? { edge } as const : {};
  return { kind, at, length, power, score, ...side };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
