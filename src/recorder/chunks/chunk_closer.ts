/**
 * Closes chunks in order: corrects the header, removes `.part`, logs the chunk.
 *
 * @module
 */

import { join } from "@std/path";
import {
  finishChunkFile,
  type FinishedChunk,
  renameInto,
} from "../../audio/chunk_file.ts";
import {
  chunkName,
  type ChunkNaming,
  chunkNumber,
  timedName,
} from "../../audio/chunk_name.ts";
import type { SessionTags } from "../../audio/contents/tags.ts";
import type { Format } from "../../audio/format.ts";
import { messageOf } from "../../errors.ts";
import type { EpochMs, FailureCode, Seconds, Sink } from "../../events.ts";
import type { MonotonicMs } from "../../platform/clock.ts";
import { removeFile } from "../../platform/guarded/async_files.ts";
import type { DiskSync } from "../../platform/guarded/sync.ts";
import { Patience, TIMED_OUT } from "../../platform/locks/patience.ts";
import { ChunkDates, type DateOptions, type Span } from "./chunk_dates.ts";
import type { Attempt, CloseRetryQueue } from "./retry_queue.ts";
import { type DiskFault, diskFaultOf } from "../watches/disk_fault.ts";
import type { ChunkSearch } from "../../sessions/chunks/chunk_folder.ts";
import type { OpenChunk } from "../../sessions/chunks/open_chunks.ts";

/** Options of {@linkcode ChunkCloser}. */
export interface CloserOptions extends DateOptions {
  /** Number of the run. */
  readonly run: number;
  /** Folder of the chunks. */
  readonly folder: string;
  /** Their format. */
  readonly format: Format;
  /** How chunks are named. */
  readonly naming: ChunkNaming;
  /** What its chunks say of themselves, or `null`. */
  readonly tags: SessionTags | null;
  /** Number of the run's first chunk. */
  readonly firstChunk: number;
  /** Finds chunks in the folder. */
  readonly chunks: ChunkSearch;
  /** Keeps chunks that cannot be closed. */
  readonly closeRetries: CloseRetryQueue;
  /** Syncs files before their lines are written. */
  readonly sync: Pick<DiskSync, "file" | "folder">;
  /** Takes events. */
  readonly sink: Sink;
  /** A chunk cannot be closed, because nothing can be written to the disk. */
  onDiskFault(fault: DiskFault): void;
  /** A chunk with audio has its final name. */
  onKept(): void;
  /** Resolves when the times of the audio up to a position are known. */
  dated(position: Seconds): Promise<void>;
  /** Whether the start of the run is known; {@linkcode dated} waits for that. */
  hasBegun(): boolean;
  /** Returns the wall-clock time of a moment. */
  wallAt(moment: MonotonicMs): EpochMs;
  /**
   * Returns the highest peak between two positions, or `null` when none was
   * measured.
   */
  takePeak(start: Seconds, end: Seconds): number | null;
}

/** Maximum difference, by rounding, between ffmpeg's list and the samples in the file. */
const LIST_TOLERANCE: Seconds = 0.05;

/** A file that has only headers is smaller than this. */
const SMALL_BYTES = 16_384;

/** Milliseconds that a new run may wait for the disk. */
const DISK_MS = 1_500;

/** Closes the chunks of one run, one after the other. */
export class ChunkCloser {
  readonly #options: CloserOptions;
  readonly #dates: ChunkDates;
  #queue: Promise<void> = Promise.resolve();
  /** Settles when it is known which of the reported files are there. */
  #looks: Promise<unknown> = Promise.resolve();
  #lastNumber = 0;

  /** A closer for one run. */
  constructor(options: CloserOptions) {
    this.#options = options;
    this.#dates = new ChunkDates(options);
  }

  /** End of the run's audio in closed chunks. */
  get position(): Seconds {
    return this.#dates.position;
  }

  /** When the last sample of the chunks closed so far was captured, or `null`. */
  get end(): MonotonicMs | null {
    return this.#dates.end;
  }

  /** Number of the last chunk, or 0. */
  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** Settles when all chunks handed over so far are closed. */
  get closed(): Promise<void> {
    return this.#queue;
  }

  /**
   * Closes a chunk that ffmpeg has finished, after those before it.
   *
   * @returns whether there is such a file, once that is known.
   */
  async close(file: string, span: Span | null): Promise<boolean> {
    const seq = chunkNumber(file);
    if (seq === null) return false;
    const place = this.#look(file, seq);
    this.#looks = Promise.all([this.#looks, place]).then(() => {});
    this.#queue = this.#queue.then(async () => {
      if (await place === "there") await this.#close(file, seq, span);
      else if (await place === "away") {
        this.#tryLater(() => this.#tryClose(file, seq, span));
      }
    });
    return await place === "there";
  }

  /** Finds out where a chunk is, and whether its number is taken. */
  async #look(file: string, seq: number): Promise<"there" | "away" | "gone"> {
    const { chunks, folder } = this.#options;
    const isMissing = await chunks.isGone(file);
    if (isMissing) {
      this.#fail(
        "chunk_finalize_failed",
        `Cannot close ${join(folder, file)}`,
        "it is missing",
      );
      // The file was deleted or never existed: its number stays free.
      if (!await chunks.isGone("")) return "gone";
    }
    this.#lastNumber = Math.max(this.#lastNumber, seq);
    // The folder may return, with its disk.
    return isMissing ? "away" : "there";
  }

  /**
   * Closes the files that ffmpeg left open when it ended. When this returns,
   * those files and the number of the last one are known, so a new run may
   * begin. It waits for the files only when the last one may hold no audio,
   * which would free its number, and only for a moment: a disk that hangs costs
   * a number and no audio.
   */
  async closeRest(): Promise<void> {
    const { clock } = this.#options;
    const patience = new Patience({ clock, onWait() {}, limitMs: DISK_MS });
    const found = this.#looks.then(() => this.#left());
    const left = await patience.waitFor(found);
    if (left === TIMED_OUT) {
      // They are closed once the disk answers.
      this.#queue = this.#queue.then(async () => {
        for (const { file } of await found) await this.#take(file);
      });
      return;
    }
    for (const { file } of left) {
      this.#queue = this.#queue.then(() => this.#take(file));
    }
    const last = left.at(-1);
    if (last === undefined) return;
    this.#lastNumber = Math.max(
      this.#lastNumber,
      chunkNumber(last.file) ?? 0,
    );
    if (last.size < SMALL_BYTES) await patience.waitFor(this.#queue);
  }

  /** Returns the files that ffmpeg left, none when that is unknown. */
  async #left(): Promise<readonly OpenChunk[]> {
    const { chunks, firstChunk, folder } = this.#options;
    try {
      return await chunks.open(Math.max(this.#lastNumber + 1, firstChunk));
    } catch (error) {
      const what = `Cannot read the folder ${folder}`;
      this.#fail("folder_unreadable", what, error);
      return [];
    }
  }

  /** Closes a file that ffmpeg left. */
  async #take(file: string): Promise<void> {
    const seq = chunkNumber(file);
    if (seq === null) return;
    this.#lastNumber = Math.max(this.#lastNumber, seq);
    await this.#close(file, seq, null);
  }

  async #close(file: string, seq: number, span: Span | null): Promise<void> {
    const { folder, closeRetries } = this.#options;
    const attempt = () => this.#tryClose(file, seq, span);
    await closeRetries.tryAgain();
    try {
      await attempt();
    } catch (error) {
      const path = join(folder, file);
      this.#fail("chunk_finalize_failed", `Cannot close ${path}`, error);
      this.#tryLater(attempt);
      const fault = diskFaultOf(error);
      if (fault !== null) this.#options.onDiskFault(fault);
    }
  }

  #tryLater(attempt: Attempt): void {
    const { closeRetries, hasBegun } = this.#options;
    closeRetries.add(attempt, hasBegun);
  }

  async #tryClose(
    file: string,
    seq: number,
    span: Span | null,
  ): Promise<MonotonicMs | null> {
    const { folder, format, firstChunk, naming, sync, tags } = this.#options;
    const part = join(folder, file);
    // The clock may decide later, but a finished chunk has its name at once.
    const startOf = (duration: Seconds) =>
      this.#options.wallAt(this.#dates.startOf(span, duration));
    const chunk = await finishChunkFile(
      part,
      format,
      seq > firstChunk,
      tags === null
        ? undefined
        : (duration) => ({ ...tags, seq, start: startOf(duration) }),
    );
    if (chunk === null) {
      // The file has no sample: ffmpeg was stopped right after it opened the
      // file.
      await removeFile(part);
      if (this.#lastNumber === seq) this.#lastNumber = seq - 1;
      return null;
    }
    const name = naming === "time"
      ? timedName(seq, format, startOf(chunk.duration))
      : chunkName(seq, format);
    // A power cut must not leave a line without its chunk.
    await sync.file(part);
    await renameInto(part, join(folder, name));
    await sync.folder(folder);
    this.#options.onKept();
    const begin = span?.start ?? this.position;
    await this.#options.dated(begin + chunk.duration);
    return this.#report(name, seq, span, chunk);
  }

  #report(
    file: string,
    seq: number,
    span: Span | null,
    { samples, duration, size }: FinishedChunk,
  ): MonotonicMs {
    const { run, sink, clock, wallAt, takePeak } = this.#options;
    const { position, start, end, hole } = this.#dates.place(span, duration);
    this.#reportHole(hole, start);
    sink.emit({
      event: "chunk_created",
      time: clock.now(),
      file,
      seq,
      run,
      start: wallAt(start),
      end: wallAt(end),
      samples,
      duration,
      size,
      peak_dbfs: takePeak(position, position + duration),
    });
    if (span !== null) this.#compare(file, span, duration);
    return end;
  }

  /** Reports audio before `start` that is in no chunk because its file was lost. */
  #reportHole(length: Seconds, start: MonotonicMs): void {
    if (length <= LIST_TOLERANCE) return;
    const { clock, sink, wallAt } = this.#options;
    const end = wallAt(start);
    sink.emit({
      event: "gap",
      time: clock.now(),
      start: end - length * 1000,
      end,
      duration: length,
      cause: "chunk_finalize_failed",
    });
  }

  #compare(file: string, span: Span, duration: Seconds): void {
    const listed = span.end - span.start;
    if (listed - duration <= LIST_TOLERANCE) return;
    this.#options.sink.emit({
      event: "warning",
      time: this.#options.clock.now(),
      code: "chunk_truncated",
      message: "The file holds less audio than ffmpeg reported",
      details: {
        file,
        listed: `${listed.toFixed(3)}s`,
        duration: `${duration.toFixed(3)}s`,
      },
    });
  }

  #fail(code: FailureCode, what: string, error: unknown): void {
    this.#options.sink.emit({
      event: "error",
      time: this.#options.clock.now(),
      code,
      message: `${what}: ${messageOf(error)}`,
    });
  }
}
