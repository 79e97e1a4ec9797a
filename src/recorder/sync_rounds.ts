/**
 * Syncs the files of a session at regular intervals, so that a power cut takes
 * no more than was recorded since.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import type { Format } from "../audio/format.ts";
import type { Seconds, SessionEvent, Sink } from "../events.ts";
import type { Clock, TimerHandle } from "../platform/clock.ts";
import { type DiskSync, syncFolder } from "../platform/guarded/sync.ts";
import { Patience } from "../platform/locks/patience.ts";
import { INDEX_FILE } from "../sessions/chunks/chunk_index.ts";
import { ChunkFolder } from "../sessions/chunks/chunk_folder.ts";

/** Options of {@linkcode SyncRounds}. */
export interface SyncRoundsOptions {
  /** Folder of the session. */
  readonly folder: string;
  /** Path of its log. */
  readonly log: string;
  /** Format of its chunks. */
  readonly format: Format;
  /** Time from one round to the next; 0 for none. */
  readonly interval: Seconds;
  /** The clock. */
  readonly clock: Clock;
  /** Syncs files. */
  readonly sync: Pick<DiskSync, "file" | "folder">;
  /** Lets the log's lines wait until disposed of. */
  holdLog(): Disposable;
}

/** Maximum milliseconds that a start waits for a disk. */
const START_MS = 500;
/** Minimum milliseconds between two rounds. */
const MIN_PAUSE_MS = 100;
/** Milliseconds of a sync for which lines of the log can be late. */
const QUICK_MS = 100;
/** Quick syncs in a row after which a disk is no longer slow. */
const QUICK_SYNCS = 10;
/**
 * Chunks that may be open besides the first one: ffmpeg opens a chunk before
 * the former one is closed. To look for more wakes two threads for each.
 */
const NEXT_CHUNKS = 2;
/** A time of a folder that is older than this has no later change in it. */
const SETTLED_MS = 1_000;

/**
 * Syncs the open chunk, the log, the index and the folder of a session. One
 * sync is under way at a time, and the recording waits for none: where a disk
 * hangs, the rounds do.
 */
export class SyncRounds implements Sink, Disposable {
  readonly #options: SyncRoundsOptions;
  /** What was synced, by path. */
  readonly #synced = new Map<string, string>();
  /** Number of syncs of the log for which its lines wait: at first, none is known. */
  #holds = 1;
  /** Lowest number that an open chunk may have. */
  #firstOpen = 1;
  #timer: TimerHandle | null = null;
  #current: Promise<void> = Promise.resolve();
  #isOver = false;

  /** Rounds that have not begun. */
  constructor(options: SyncRoundsOptions) {
    this.#options = options;
  }

  /** Takes an event. */
  emit(event: SessionEvent): void {
    switch (event.event) {
      case "chunk_created":
        this.#firstOpen = Math.max(this.#firstOpen, event.seq + 1);
        return;
      case "gap":
        return this.#hurry();
      case "ffmpeg_started":
        if (event.run > 1) this.#hurry();
    }
  }

  /**
   * Brings the next round forward. Without the lines about a new run, a repair
   * would take its chunks for more of the run before it.
   */
  #hurry(): void {
    if (this.#timer === null) return;
    this.#options.clock.clearTimeout(this.#timer);
    this.#schedule(MIN_PAUSE_MS);
  }

  /**
   * Syncs a session that has just begun, and begins the rounds. Resolves when
   * its folder and its log are on the disk, or after half a second: a longer
   * start would be a gap.
   *
   * @param written Resolves when its state is written.
   */
  async begin(written: Promise<void>): Promise<void> {
    const { folder, sync } = this.#options;
    const start = this.#round().then(() => sync.folder(dirname(folder)));
    this.#current = start.then(() => written).then(() => this.#syncRest());
    await this.#wait(start, START_MS);
    this.#schedule(this.#options.interval * 1000);
  }

  /**
   * Ends the rounds. Resolves when the last line is on the disk, or after ten
   * seconds.
   *
   * @param written Resolves when the last state is written.
   */
  async finish(written: Promise<void>): Promise<void> {
    this[Symbol.dispose]();
    this.#current = Promise.all([this.#current, written])
      .then(() => this.#round());
    await this.#wait(this.#current);
  }

  /** Ends the rounds. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  async #wait(work: Promise<void>, limitMs?: number): Promise<void> {
    const { clock } = this.#options;
    const limit = limitMs === undefined ? {} : { limitMs };
    const patience = new Patience({ clock, onWait() {}, ...limit });
    await patience.waitFor(work);
  }

  #schedule(delay: number): void {
    const { clock, interval } = this.#options;
    if (this.#isOver || interval === 0) return;
    this.#timer = clock.setTimeout(() => {
      this.#timer = null;
      const begun = clock.monotonic();
      this.#current = this.#current.then(() => this.#round()).then(() => {
        const passed = clock.monotonic() - begun;
        this.#schedule(interval * 1000 - passed);
      });
    }, Math.max(delay, MIN_PAUSE_MS));
    clock.unref(this.#timer);
  }

  /** Syncs the state's name, and the folder that the output folder is in. */
  async #syncRest(): Promise<void> {
    await this.#round();
    try {
      // The output folder may be new, too.
      await syncFolder(dirname(dirname(this.#options.folder)));
    } catch {
      // It is somebody else's, and cannot be opened.
    }
  }

  async #round(): Promise<void> {
    const { folder, log, sync } = this.#options;
    for (const file of await this.#openFiles()) {
      await sync.file(join(folder, file));
    }
    await this.#syncLog(log);
    await this.#syncChanged(join(folder, INDEX_FILE), "file");
    await this.#syncChanged(folder, "folder");
  }

  async #openFiles(): Promise<string[]> {
    try {
      const open = await new ChunkFolder(this.#options)
        .open(this.#firstOpen, NEXT_CHUNKS);
      return open.map(({ file }) => file);
    } catch {
      // The folder cannot be searched: its disk may be gone.
      return [];
    }
  }

  /** Syncs the log, and after a rotation the files before it, too. */
  async #syncLog(log: string): Promise<void> {
    const { ino } = await lookAt(log) ?? {};
    const before = this.#synced.get(log);
    await this.#syncActiveLog(log);
    if (before === undefined || before.startsWith(`${ino} `)) return;
    for (let part = 1; await lookAt(`${log}.${part}`) !== null; part++) {
      await this.#options.sync.file(`${log}.${part}`);
    }
  }

  /**
   * Syncs `session.log`. FUSE lets no write to a file pass while it is synced:
   * where that is slow, or may be, lines wait in memory, so that the recording
   * does not wait for the disk.
   */
  async #syncActiveLog(log: string): Promise<void> {
    const { clock, holdLog } = this.#options;
    const begun = clock.monotonic();
    using _held = this.#holds > 0 ? holdLog() : null;
    if (!await this.#syncChanged(log, "file")) return;
    const isSlow = clock.monotonic() - begun > QUICK_MS;
    this.#holds = isSlow ? QUICK_SYNCS : Math.max(0, this.#holds - 1);
  }

  /**
   * Syncs what has changed: each sync makes a drive write what it caches.
   *
   * @returns whether it did.
   */
  async #syncChanged(path: string, kind: "file" | "folder"): Promise<boolean> {
    const { sync, clock } = this.#options;
    const info = await lookAt(path);
    if (info === null) return false;
    const { ino, size, mtime } = info;
    const state = `${ino} ${size} ${mtime?.getTime()}`;
    if (this.#synced.get(path) === state) return false;
    await sync[kind](path);
    const age = Math.abs(clock.now() - (mtime?.getTime() ?? 0));
    const isSettled = kind === "file" || age > SETTLED_MS;
    this.#synced.set(path, isSettled ? state : `${ino}`);
    return true;
  }
}

async function lookAt(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch {
    // It is missing, or its disk is.
    return null;
  }
}
