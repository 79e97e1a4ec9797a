/**
 * A session of an output folder as retention knows it: its chunks, and whether
 * it is kept. It is read once; then only what was added to its index is.
 *
 * @module
 */

import { join } from "@std/path";
import { chunkNumber } from "../audio/chunk_name.ts";
import type { ChunkCreated, EpochMs } from "../events.ts";
import { decodeEvent } from "../log/format/event_fields.ts";
import { readLog } from "../log/read/reader.ts";
import type { Clock, MonotonicMs } from "../platform/clock.ts";
import { openToRead, readText } from "../platform/guarded/async_files.ts";
import { isAbsent } from "../platform/fs.ts";
import {
  type DeletedChunk,
  type Deletion,
  INDEX_FILE,
  IndexLines,
  LINE_BYTES,
} from "../sessions/chunks/chunk_index.ts";
import { KEEP_FILE, LOG_FILE } from "../sessions/folder.ts";
import {
  MAX_STATE_BYTES,
  parseState,
  STATE_FILE,
} from "../sessions/state_file.ts";
import { datedAt, type Seen } from "./clock_trust.ts";

/** A chunk that is on the disk. */
export interface StoredChunk extends Omit<DeletedChunk, "size">, Seen {
  /** Size of its file in bytes. */
  size: number;
  /** Its session. */
  readonly session: StoredSession;
}

/** Bytes of an index that are read at once: more would hold the audio. */
const BLOCK_BYTES = 262_144;

/** Milliseconds between two comparisons of a session that is being recorded. */
const HOUR_MS = 3_600_000;
/**
 * Milliseconds between two comparisons of an ended one, whose folder each
 * deletion changes.
 */
const COMPARE_MS = 600_000;
/** Milliseconds in which a recorder has written the state of a new session. */
const BEGIN_MS = 600_000;

/** What a look at a session found. */
export interface News {
  /** Chunks that were not known. */
  readonly added: readonly StoredChunk[];
  /** Chunks that are gone. */
  readonly removed: readonly StoredChunk[];
  /** Whether the session is kept now and was not, or the other way round. */
  readonly isToggled: boolean;
}

/** A session of an output folder. */
export class StoredSession {
  /** Its name. */
  readonly id: string;
  /** Its folder. */
  readonly folder: string;
  /** Its folder, as it was when it was found. */
  readonly info: Deno.FileInfo;
  /** Its chunks by number. */
  readonly chunks = new Map<number, StoredChunk>();
  /** Deletions that were decided, and may not have been carried out. */
  readonly unfinished = new Map<number, Deletion>();
  readonly #clock: Clock;
  #read = 0;
  #rest = "";
  #wasRead = false;
  #isKept = false;
  #isEnded = false;
  #hasState = false;
  readonly #foundAt: MonotonicMs;
  #endedAt: EpochMs | null = null;
  #comparedTime: number | null = null;
  #comparedAt: MonotonicMs = -Infinity;

  /** A session that was not read yet. */
  constructor(id: string, folder: string, info: Deno.FileInfo, clock: Clock) {
    this.id = id;
    this.folder = folder;
    this.info = info;
    this.#clock = clock;
    this.#foundAt = clock.monotonic();
  }

  /** Whether nothing of it may be deleted. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** Whether its last line is written: only a deletion changes it then. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether nothing shows that it is a session, some time after it was found. */
  get isIdle(): boolean {
    return !this.#hasState && this.chunks.size === 0 &&
      this.#clock.monotonic() - this.#foundAt > BEGIN_MS;
  }

  /** When it ended, or `null` when it has not, or when that is unknown. */
  get endedAt(): EpochMs | null {
    return this.#endedAt;
  }

  /** Whether its folder was compared with what is known. */
  get wasCompared(): boolean {
    return this.#comparedTime !== null;
  }

  /**
   * Whether its folder, last changed at `time`, should be compared with what is
   * known. The folder of a session that is being recorded changes all the time.
   */
  shouldCompare(time: number): boolean {
    const moment = this.#clock.monotonic();
    if (time === this.#comparedTime) return false;
    const interval = this.#isEnded ? COMPARE_MS : HOUR_MS;
    if (moment - this.#comparedAt < interval) return false;
    this.#comparedTime = time;
    this.#comparedAt = moment;
    return true;
  }

  /**
   * Reads what was added to it.
   *
   * @throws when it cannot be read.
   */
  async refresh(): Promise<News> {
    const wasKept = this.#isKept;
    // The end comes after the last chunk: it is looked at first.
    await this.#readState();
    this.#isKept = await exists(join(this.folder, KEEP_FILE));
    const lines = new IndexLines();
    await this.#readIndex(lines);
    // A session of an earlier version has no index.
    const isEarlier = !this.#wasRead && lines.made.size === 0;
    const made = isEarlier
      ? await chunksInLog(this.folder)
      : lines.made.values();
    this.#wasRead = true;
    return { ...this.#take(made, lines), isToggled: wasKept !== this.#isKept };
  }

  /** Removes a chunk that is not on the disk any more. */
  forget({ seq }: StoredChunk): void {
    this.chunks.delete(seq);
  }

  /**
   * Looks whether it is kept now. Another user, whose list of changes is not
   * read, may have kept it.
   */
  async isKeptNow(): Promise<boolean> {
    this.#isKept = await exists(join(this.folder, KEEP_FILE));
    return this.#isKept;
  }

  #take(
    made: Iterable<ChunkCreated>,
    { deletions, removed: done, kept }: IndexLines,
  ): Omit<News, "isToggled"> {
    const added = new Map<number, StoredChunk>();
    for (const one of made) {
      const { file, seq } = one;
      // Its name comes from a file.
      if (chunkNumber(file) === null || this.chunks.has(seq)) continue;
      const chunk = this.#seen(one);
      added.set(seq, chunk);
      this.chunks.set(seq, chunk);
    }
    const removed: StoredChunk[] = [];
    for (const seq of done) this.unfinished.delete(seq);
    for (const deletion of deletions.values()) {
      const { seq, file, isDone } = deletion;
      if (isDone) this.unfinished.delete(seq);
      else if (chunkNumber(file) !== null) this.unfinished.set(seq, deletion);
      const known = this.chunks.get(seq);
      this.chunks.delete(seq);
      if (!added.delete(seq) && known !== undefined) removed.push(known);
    }
    for (const seq of kept) {
      const chunk = this.#keep(seq);
      if (chunk !== null) added.set(seq, chunk);
    }
    return { added: [...added.values()], removed };
  }

  /**
   * Takes back deletions that were decided and not carried out.
   *
   * @returns the chunks, which count again.
   */
  keep(deletions: readonly Deletion[]): readonly StoredChunk[] {
    return deletions.map(({ seq }) => this.#keep(seq))
      .filter((chunk) => chunk !== null);
  }

  #keep(seq: number): StoredChunk | null {
    const deletion = this.unfinished.get(seq);
    this.unfinished.delete(seq);
    if (deletion === undefined || this.chunks.has(seq)) return null;
    const chunk = this.#seen(deletion);
    this.chunks.set(seq, chunk);
    return chunk;
  }

  /** Returns a chunk that is known from now on. */
  #seen({ file, seq, start, end, duration, size }: DeletedChunk): StoredChunk {
    return {
      ...{ session: this, file, seq, start, end, duration, size },
      dated: datedAt(end, this.#clock.now()),
      seenAt: this.#clock.monotonic(),
    };
  }

  async #readState(): Promise<void> {
    try {
      const path = join(this.folder, STATE_FILE);
      const state = parseState(await readText(path, MAX_STATE_BYTES));
      this.#hasState = true;
      this.#isEnded = state?.state === "ended";
      this.#endedAt = state === null || !this.#isEnded
        ? null
        : state.wall === null
        ? Date.parse(state.updated)
        : Date.parse(state.start) + state.wall * 1000;
    } catch (error) {
      // Without a state it may still change.
      if (!isAbsent(error)) throw error;
    }
  }

  async #readIndex(lines: IndexLines): Promise<void> {
    let file: Deno.FsFile;
    try {
      file = await openToRead(join(this.folder, INDEX_FILE));
    } catch (error) {
      if (isAbsent(error)) return;
      throw error;
    }
    using _file = file;
    const decoder = new TextDecoder();
    const bytes = new Uint8Array(BLOCK_BYTES);
    // A repair took zeros away that a power cut had left.
    if ((await file.stat()).size < this.#read) {
      this.#read = 0;
      this.#rest = "";
    }
    await file.seek(this.#read, Deno.SeekMode.Start);
    for (;;) {
      const count = await file.read(bytes);
      if (count === null) return;
      this.#read += count;
      const text = this.#rest +
        decoder.decode(bytes.subarray(0, count), { stream: true });
      const end = text.lastIndexOf("\n") + 1;
      lines.take(text.slice(0, end));
      // No line is longer: the beginning shows that this one is.
      this.#rest = text.slice(end, end + LINE_BYTES + 1);
    }
  }
}

/** Returns the chunks that a session's log has lines for. */
async function chunksInLog(folder: string): Promise<ChunkCreated[]> {
  const chunks = new Map<number, ChunkCreated>();
  try {
    for await (const { text, entry } of readLog(join(folder, LOG_FILE))) {
      if (entry === null || !text.includes("chunk_created")) continue;
      const event = decodeEvent(entry);
      if (event?.event === "chunk_created") chunks.set(event.seq, event);
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  return [...chunks.values()];
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
