/**
 * Closes chunks in order: header made true, `.part` taken off, logged.
 *
 * @module
 */

import { join } from "@std/path";
import type { Format } from "../config/settings.ts";
import { messageOf } from "../errors.ts";
import type { EpochMs, EventSink, Seconds } from "../events.ts";
import { chunkName, chunkNumber, PART } from "../ffmpeg/args.ts";
import { finishChunkFile } from "../ffmpeg/chunk_file.ts";
import type { Clock } from "../platform/clock.ts";

/** Part of a run, by what ffmpeg listed, in seconds from the run's start. */
export interface Span {
  /** Where it begins. */
  readonly start: Seconds;
  /** Where it ends. */
  readonly end: Seconds;
}

/** Options of {@linkcode ChunkCloser}. */
export interface CloserOptions {
  /** Number of the run. */
  readonly run: number;
  /** Folder of the chunks. */
  readonly folder: string;
  /** Their format. */
  readonly format: Format;
  /** Number of the run's first chunk. */
  readonly firstChunk: number;
  /** Hears what happens. */
  readonly sink: EventSink;
  /** Tells the time. */
  readonly clock: Clock;
  /** Wall-clock time of a position in the run, or `null` when it is not known. */
  timeOf(position: Seconds): EpochMs | null;
}

/** ffmpeg's list and the samples in the file may differ by rounding, not by more than this. */
const LIST_TOLERANCE: Seconds = 0.05;

/** Closes the chunks of one run, one after the other. */
export class ChunkCloser {
  readonly #options: CloserOptions;
  #queue: Promise<void> = Promise.resolve();
  #captured: Seconds = 0;
  #end: EpochMs | null = null;
  #lastNumber = 0;

  /** A closer for one run. */
  constructor(options: CloserOptions) {
    this.#options = options;
  }

  /** Audio in the chunks closed so far. */
  get captured(): Seconds {
    return this.#captured;
  }

  /** Number of the last chunk seen, or 0. */
  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** Closes a chunk that ffmpeg has finished, after those before it. */
  close(file: string, span: Span | null): void {
    this.#queue = this.#queue.then(() => this.#close(file, span));
  }

  /** Closes what ffmpeg left open, once it has ended. */
  async closeRest(): Promise<void> {
    await this.#queue;
    const { folder, format } = this.#options;
    const left: string[] = [];
    try {
      for await (const entry of Deno.readDir(folder)) {
        if (entry.name.endsWith(`.${format}${PART}`)) left.push(entry.name);
      }
    } catch (error) {
      this.#fail("folder_unreadable", `Cannot list ${folder}`, error);
    }
    for (const file of left.sort()) this.close(file, null);
    await this.#queue;
  }

  async #close(file: string, span: Span | null): Promise<void> {
    const { folder, format, firstChunk, run, sink, clock } = this.#options;
    const seq = chunkNumber(file);
    if (seq === null) return;
    this.#lastNumber = Math.max(this.#lastNumber, seq);
    const part = join(folder, file);
    const name = chunkName(seq, format);
    try {
      const chunk = await finishChunkFile(part, format, seq > firstChunk);
      if (chunk === null) {
        // Not one sample in it: ffmpeg was stopped right after it opened the file.
        await Deno.remove(part);
        return;
      }
      await renameInto(part, join(folder, name));
      const start = this.#startOf(span, chunk.duration);
      this.#end = start + chunk.duration * 1000;
      this.#captured += chunk.duration;
      sink.emit({
        event: "chunk_created",
        time: clock.now(),
        file: name,
        seq,
        run,
        start,
        end: this.#end,
        duration: chunk.duration,
        size: chunk.size,
        peak_dbfs: null,
      });
      if (span !== null) this.#compare(name, span, chunk.duration);
    } catch (error) {
      this.#fail("chunk_not_closed", `Cannot close ${part}`, error);
    }
  }

  #startOf(span: Span | null, duration: Seconds): EpochMs {
    // Chunks of a run join: the first is placed by the clock, the others by
    // the one before.
    if (this.#end !== null) return this.#end;
    const { clock, timeOf } = this.#options;
    return timeOf(span?.start ?? 0) ?? clock.now() - duration * 1000;
  }

  #compare(file: string, span: Span, duration: Seconds): void {
    const listed = span.end - span.start;
    if (listed - duration <= LIST_TOLERANCE) return;
    this.#options.sink.emit({
      event: "warning",
      time: this.#options.clock.now(),
      code: "chunk_short",
      message: "The file holds less audio than ffmpeg says it wrote",
      details: {
        file,
        listed: `${listed.toFixed(3)}s`,
        duration: `${duration.toFixed(3)}s`,
      },
    });
  }

  #fail(code: string, what: string, error: unknown): void {
    this.#options.sink.emit({
      event: "error",
      time: this.#options.clock.now(),
      code,
      message: `${what}: ${messageOf(error)}`,
    });
  }
}

/** Gives a file its final name, never that of another file. */
async function renameInto(from: string, to: string): Promise<void> {
  try {
    await Deno.lstat(to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await Deno.rename(from, to);
    return;
  }
  throw new Error(`${to} is there already`);
}
