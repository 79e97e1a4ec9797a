/**
 * All chunks of an output folder, the oldest first. The folder is read once, and
 * then kept up to date without walking it: what a look costs does not grow with
 * the number of chunks or sessions.
 *
 * @module
 */

import { pooledMap } from "@std/async/pool";
import { join } from "@std/path";
import type { EpochMs } from "../events.ts";
import type { Clock } from "../platform/clock.ts";
import { isSame, userId } from "../platform/guarded/guard.ts";
import { type StoredChunk, StoredSession } from "./stored_session.ts";

/**
 * Milliseconds that a folder must be older than a look at it: a file system with
 * coarse times does not show a change right after another one.
 */
const SETTLED_MS = 5_000;
/** Sessions that are compared with their folders at each look, in turn. */
const COMPARED = 8;

/** Files whose sizes are read at a time. */
const MEASURED_AT_ONCE = 16;

/** Options of {@linkcode FolderIndex}. */
export interface FolderIndexOptions {
  /** The output folder. */
  readonly outputDir: string;
  /** The clock. */
  readonly clock: Clock;
  /** Takes why a session cannot be read now. */
  onUnreadable(folder: string, error: unknown): void;
}

/** Knows the chunks of an output folder. */
export class FolderIndex {
  readonly #options: FolderIndexOptions;
  readonly #sessions = new Map<string, StoredSession>();
  readonly #changing = new Set<StoredSession>();
  readonly #unfinished = new Set<StoredSession>();
  readonly #kept = new Set<StoredSession>();
  /** Ended sessions that may have no audio. */
  readonly #empty = new Set<StoredSession>();
  #chunks: StoredChunk[] = [];
  /** Chunks before this one are deleted. */
  #head = 0;
  #isSorted = true;
  #bytes = 0;
  #count = 0;
  #newest: EpochMs | null = null;
  #place: Deno.FileInfo | null = null;
  #listedAt: number | null = null;
  #turn: StoredSession[] = [];

  /** An index that knows nothing yet. */
  constructor(options: FolderIndexOptions) {
    this.#options = options;
  }

  /** Number of all chunks. */
  get count(): number {
    return this.#count;
  }

  /** Size of all chunks in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Size of the chunks of kept sessions. */
  get keptBytes(): number {
    let bytes = 0;
    for (const session of this.#kept) {
      for (const { size } of session.chunks.values()) bytes += size;
    }
    return bytes;
  }

  /** End of the newest audio, or `null` without any. */
  get newest(): EpochMs | null {
    return this.#newest;
  }

  /** The sessions. */
  get sessions(): Iterable<StoredSession> {
    return this.#sessions.values();
  }

  /** The chunks that may be deleted, the oldest first. */
  *candidates(): Generator<StoredChunk> {
    this.#sort();
    for (let at = this.#head; at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at];
      if (chunk !== undefined && this.#isCurrent(chunk)) yield chunk;
    }
  }

  /** Sessions with deletions that a killed process left unfinished. */
  *unfinished(): Generator<StoredSession> {
    for (const session of [...this.#unfinished]) {
      if (session.unfinished.size > 0) yield session;
      else this.#unfinished.delete(session);
    }
  }

  /** Ended sessions without audio that ended before a moment, and are not kept. */
  *emptySince(moment: EpochMs): Generator<StoredSession> {
    for (const session of [...this.#empty]) {
      const { endedAt, isKept, chunks } = session;
      if (chunks.size > 0) this.#empty.delete(session);
      else if (!isKept && endedAt !== null && endedAt < moment) yield session;
    }
  }

  /**
   * Brings it up to date.
   *
   * @param changed Names of sessions that another process changed, or `null`
   * when it may have changed any.
   * @returns false when the folder is missing.
   */
  async refresh(changed: ReadonlySet<string> | null): Promise<boolean> {
    const place = await this.#look();
    if (place === null) {
      this.#clear();
      return false;
    }
    // A disk was mounted there, or unmounted, or the folder was moved away.
    if (this.#place !== null && !isSame(place, this.#place)) this.#clear();
    this.#place = place;
    if (changed === null) this.#listedAt = null;
    const time = place.mtime?.getTime() ?? null;
    if (time === null || time !== this.#listedAt) await this.#list(place);
    const stale = changed === null ? [...this.#sessions.values()] : [
      ...this.#changing,
      ...[...changed].flatMap((name) => this.#sessions.get(name) ?? []),
    ];
    for (const session of new Set(stale)) await this.#read(session);
    await this.#compareSome();
    return true;
  }

  /** Removes a chunk that is deleted, or was gone. */
  forget(chunk: StoredChunk): void {
    if (chunk.session.chunks.get(chunk.seq) !== chunk) return;
    chunk.session.forget(chunk);
    this.#noteEmpty(chunk.session);
    this.#count--;
    this.#bytes -= chunk.size;
    this.#trim();
  }

  /** Counts chunks again whose deletion was taken back. */
  restore(chunks: readonly StoredChunk[]): void {
    for (const chunk of chunks) {
      this.#empty.delete(chunk.session);
      this.#add(chunk);
    }
  }

  /** Carries out the deletions of a session that failed at the next look. */
  retry(session: StoredSession): void {
    this.#unfinished.add(session);
  }

  /** Removes a session whose folder is gone. */
  drop(session: StoredSession): void {
    for (const chunk of [...session.chunks.values()]) this.forget(chunk);
    this.#sessions.delete(session.id);
    for (
      const set of [
        this.#changing,
        this.#unfinished,
        this.#kept,
        this.#empty,
      ]
    ) {
      set.delete(session);
    }
  }

  /** Leaves a session without audio alone from now on. */
  spare(session: StoredSession): void {
    this.#empty.delete(session);
  }

  #noteEmpty(session: StoredSession): void {
    if (session.isEnded && session.chunks.size === 0) this.#empty.add(session);
  }

  /** Whether a chunk is known, and of a session that is not kept. */
  #isCurrent(chunk: StoredChunk): boolean {
    const { session, seq } = chunk;
    return !session.isKept && session.chunks.get(seq) === chunk;
  }

  async #look(): Promise<Deno.FileInfo | null> {
    try {
      const info = await Deno.stat(this.#options.outputDir);
      return info.isDirectory ? info : null;
    } catch {
      // It is missing, or its disk does not answer.
      return null;
    }
  }

  #clear(): void {
    this.#sessions.clear();
    for (
      const set of [
        this.#changing,
        this.#unfinished,
        this.#kept,
        this.#empty,
      ]
    ) {
      set.clear();
    }
    this.#chunks = [];
    this.#turn = [];
    this.#head = this.#bytes = this.#count = 0;
    this.#newest = this.#place = this.#listedAt = null;
  }

  /** Finds sessions that were added, and those that are gone. */
  async #list(place: Deno.FileInfo): Promise<void> {
    const { outputDir, clock } = this.#options;
    const found = new Set<string>();
    for await (const { name, isDirectory } of Deno.readDir(outputDir)) {
      if (!isDirectory || name.startsWith(".")) continue;
      const folder = join(outputDir, name);
      const info = await lstat(folder);
      if (info === null || !isOwnFolder(info, place)) continue;
      found.add(name);
      const known = this.#sessions.get(name);
      if (known !== undefined && isSame(known.info, info)) continue;
      if (known !== undefined) this.drop(known);
      const session = new StoredSession(name, folder, info, clock);
      this.#sessions.set(name, session);
      await this.#read(session);
      await this.#compare(session);
    }
    for (const [name, session] of this.#sessions) {
      if (!found.has(name)) this.drop(session);
    }
    const time = place.mtime?.getTime() ?? null;
    const isSettled = time !== null && clock.now() - time > SETTLED_MS;
    this.#listedAt = isSettled ? time : null;
  }

  async #read(session: StoredSession): Promise<void> {
    try {
      const { added, removed, isToggled } = await session.refresh();
      for (const { size } of removed) {
        this.#count--;
        this.#bytes -= size;
      }
      for (const chunk of added) this.#add(chunk);
      // Chunks of a kept session are passed over until they are sorted in again.
      if (isToggled) this.#sortIn(session);
      if (session.isKept) this.#kept.add(session);
      else this.#kept.delete(session);
      if (session.isEnded || session.isIdle) this.#changing.delete(session);
      else this.#changing.add(session);
      if (session.unfinished.size > 0) this.#unfinished.add(session);
      this.#noteEmpty(session);
    } catch (error) {
      // What is known of it stays, and it is read again at the next look.
      this.#changing.add(session);
      this.#options.onUnreadable(session.folder, error);
    }
  }

  #add(chunk: StoredChunk): void {
    const last = this.#chunks.at(-1);
    if (last !== undefined && byAge(last, chunk) > 0) this.#isSorted = false;
    this.#chunks.push(chunk);
    this.#count++;
    this.#bytes += chunk.size;
    this.#newest = Math.max(this.#newest ?? chunk.end, chunk.end);
  }

  #sortIn(session: StoredSession): void {
    this.#chunks = this.#chunks.slice(this.#head)
      .filter((chunk) => chunk.session !== session);
    this.#head = 0;
    if (!session.isKept) this.#chunks.push(...session.chunks.values());
    this.#isSorted = false;
  }

  #sort(): void {
    if (this.#isSorted) return;
    this.#chunks = this.#chunks.slice(this.#head)
      .filter((chunk) => this.#isCurrent(chunk))
      .sort(byAge);
    this.#head = 0;
    this.#isSorted = true;
  }

  /** Passes chunks that are deleted. */
  #trim(): void {
    for (;;) {
      const first = this.#chunks[this.#head];
      if (first === undefined || this.#isCurrent(first)) break;
      this.#head++;
    }
    if (this.#head < 1_000 || this.#head * 2 < this.#chunks.length) return;
    this.#chunks = this.#chunks.slice(this.#head);
    this.#head = 0;
  }

  /** Compares some sessions with their folders: files may be deleted by hand. */
  async #compareSome(): Promise<void> {
    if (this.#turn.length === 0) this.#turn = [...this.#sessions.values()];
    for (const session of this.#turn.splice(-COMPARED)) {
      if (this.#sessions.get(session.id) !== session) continue;
      if (session.isIdle) await this.#read(session);
      await this.#compare(session);
    }
  }

  async #compare(session: StoredSession): Promise<void> {
    const info = await lstat(session.folder);
    const time = info?.mtime?.getTime() ?? null;
    const isFirst = !session.wasCompared;
    if (time === null || !session.shouldCompare(time)) return;
    const names = new Set<string>();
    for await (const { name } of Deno.readDir(session.folder)) names.add(name);
    for (const chunk of [...session.chunks.values()]) {
      if (!names.has(chunk.file)) this.forget(chunk);
    }
    if (isFirst) await this.#measure(session);
  }

  /**
   * Takes the sizes of files instead of what the index says: a session may come
   * from elsewhere.
   */
  async #measure(session: StoredSession): Promise<void> {
    const measured = pooledMap(
      MEASURED_AT_ONCE,
      [...session.chunks.values()],
      async (chunk) => {
        const info = await lstat(join(session.folder, chunk.file));
        return { chunk, size: info?.size ?? chunk.size };
      },
    );
    for await (const { chunk, size } of measured) {
      if (session.chunks.get(chunk.seq) !== chunk) continue;
      this.#bytes += size - chunk.size;
      chunk.size = size;
    }
  }
}

/** Orders chunks, the oldest first, and always in the same way. */
function byAge(one: StoredChunk, other: StoredChunk): number {
  if (one.dated !== other.dated) return one.dated - other.dated;
  if (one.session !== other.session) {
    return one.session.id < other.session.id ? -1 : 1;
  }
  return one.seq - other.seq;
}

/** Whether a folder is this user's, and on the file system of the output folder. */
function isOwnFolder(info: Deno.FileInfo, place: Deno.FileInfo): boolean {
  const uid = userId();
  const isOwn = uid === null || info.uid === null || info.uid === uid;
  return info.isDirectory && isOwn && info.dev === place.dev;
}

async function lstat(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch {
    // It was removed meanwhile.
    return null;
  }
}
