/**
 * Looks for chunks while audio comes: a disk that hangs does not hold the
 * caller's thread.
 *
 * @module
 */

import { join } from "@std/path";
import {
  chunkName,
  type ChunkNaming,
  chunkNumber,
  isTimed,
  PART,
} from "../../audio/chunk_name.ts";
import type { Format } from "../../audio/format.ts";
import { isAbsent } from "../../platform/fs.ts";
import { MAX_MISSING, type OpenChunk } from "./open_chunks.ts";

/** Where a session's chunks are. */
export interface ChunkPlace {
  /** Folder of the session. */
  readonly folder: string;
  /** Format of its chunks. */
  readonly format: Format;
  /** How they are named; by number unless given. */
  readonly naming?: ChunkNaming;
}

/** Finds the chunks of a session. */
export interface ChunkSearch {
  /**
   * Returns the open chunks from a number on.
   *
   * @param missing How many numbers may be missing after a chunk that is found.
   * @throws when a file exists and its metadata cannot be read.
   */
  open(first: number, missing?: number): Promise<readonly OpenChunk[]>;
  /**
   * Returns the first number from which on no chunk exists, open or finished,
   * because ffmpeg overwrites files. When that cannot be checked, it skips as
   * many numbers as could be taken.
   */
  firstFree(first: number): Promise<number>;
  /**
   * Whether a file of the folder, or with `""` the folder, surely does not
   * exist. A file that cannot be read keeps its number.
   */
  isGone(file: string): Promise<boolean>;
}

/** The chunks on the disk. */
export class ChunkFolder implements ChunkSearch {
  readonly #place: ChunkPlace;

  /** The chunks of a session. */
  constructor(place: ChunkPlace) {
    this.#place = place;
  }

  async open(
    first: number,
    missing = MAX_MISSING,
  ): Promise<readonly OpenChunk[]> {
    const { format } = this.#place;
    const chunks: OpenChunk[] = [];
    let end = first + MAX_MISSING;
    for (let seq = first; seq < end; seq++) {
      const chunk = await this.#look(`${chunkName(seq, format)}${PART}`);
      // The number was skipped, or its chunk is closed.
      if (chunk === null) continue;
      chunks.push(chunk);
      end = seq + 1 + missing;
    }
    return chunks;
  }

  async firstFree(first: number): Promise<number> {
    const { format, naming = "number" } = this.#place;
    let free = first;
    const timed = naming === "time" ? await this.#timed(first) : null;
    for (let seq = first; seq < free + MAX_MISSING; seq++) {
      const name = chunkName(seq, format);
      try {
        // Open names are checked first: a chunk may be renamed in between.
        const isTaken = await this.#look(`${name}${PART}`) !== null ||
          (timed?.has(seq) ?? false) || await this.#look(name) !== null;
        if (isTaken) free = seq + 1;
      } catch {
        return free + MAX_MISSING;
      }
    }
    return free;
  }

  /** Returns the numbers of finished chunks that are named by time. */
  async #timed(first: number): Promise<ReadonlySet<number>> {
    const numbers = new Set<number>();
    try {
      for await (const { name } of Deno.readDir(this.#place.folder)) {
        const seq = isTimed(name) ? chunkNumber(name) : null;
        if (seq !== null && seq >= first) numbers.add(seq);
      }
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
    return numbers;
  }

  async isGone(file: string): Promise<boolean> {
    try {
      await Deno.stat(join(this.#place.folder, file));
      return false;
    } catch (error) {
      return isAbsent(error);
    }
  }

  async #look(file: string): Promise<OpenChunk | null> {
    try {
      const path = join(this.#place.folder, file);
      const { size, mtime } = await Deno.stat(path);
      return { file, size, written: mtime?.getTime() ?? 0 };
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }
}
