/**
 * Appends to `chunks.jsonl`, the index of a session's chunks.
 *
 * @module
 */

import { writeAll, writeAllSync } from "@std/io/write-all";
import { join } from "@std/path";
import type { ChunkCreated, SessionEvent, Sink } from "../../events.ts";
import { openAtEnd } from "../../platform/guarded/async_files.ts";
import { openToAppend } from "../../platform/guarded/files.ts";
import { cutZeros } from "../../platform/guarded/zeros.ts";
import { INDEX_FILE, indexLine } from "./chunk_index.ts";

/** Options of {@linkcode IndexWriter}. */
export interface IndexWriterOptions {
  /** Folder of the session. */
  readonly folder: string;
  /** Called once when the index cannot be written; recording continues. */
  onError(error: unknown): void;
}

/**
 * Appends each chunk of a recording. A disk that hangs does not hold the audio:
 * {@linkcode IndexWriter.written} settles when the lines so far are written, or
 * cannot be. Lines that cannot be written wait for the
 * next chunk, and for the end of the session.
 */
export class IndexWriter implements Sink, AsyncDisposable {
  readonly #options: IndexWriterOptions;
  readonly #waiting: ChunkCreated[] = [];
  #written: Promise<void> = Promise.resolve();
  #hasFailed = false;

  /** A writer for the folder of the options. */
  constructor(options: IndexWriterOptions) {
    this.#options = options;
  }

  /** Takes an event. */
  emit(event: SessionEvent): void {
    if (event.event === "chunk_created") this.#waiting.push(event);
    else if (event.event !== "session_stop") return;
    this.#written = this.#written.then(() => this.#write());
  }

  /** Settles when all lines so far are written, or cannot be. */
  get written(): Promise<void> {
    return this.#written;
  }

  /** Waits for the last lines. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#written;
  }

  async #write(): Promise<void> {
    const chunks = [...this.#waiting];
    if (chunks.length === 0) return;
    try {
      using file = await openAtEnd(join(this.#options.folder, INDEX_FILE));
      await writeAll(file, encode(chunks, await endsInLine(file)));
      this.#waiting.splice(0, chunks.length);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#options.onError(error);
      this.#hasFailed = true;
    }
  }
}

/**
 * Appends chunks to the index of a session.
 *
 * @throws when it cannot be written. A part that was written is a torn line,
 * which readers leave out.
 */
export function appendToIndex(
  folder: string,
  chunks: readonly ChunkCreated[],
): void {
  if (chunks.length === 0) return;
  using file = openToAppend(join(folder, INDEX_FILE));
  cutZeros(file);
  writeAllSync(file, encode(chunks, endsInLineSync(file)));
}

/** Returns the lines of chunks; a torn line before them is ended. */
function encode(
  chunks: readonly ChunkCreated[],
  endsInLine: boolean,
): Uint8Array {
  const text = (endsInLine ? "" : "\n") + chunks.map(indexLine).join("");
  return new TextEncoder().encode(text);
}

/** Whether a file is empty or ends with a line break. */
export async function endsInLine(file: Deno.FsFile): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const last = new Uint8Array(1);
  await file.seek(size - 1, Deno.SeekMode.Start);
  return await file.read(last) === 1 && last[0] === LINE_FEED;
}

/** Whether a file is empty or ends with a line break. */
function endsInLineSync(file: Deno.FsFile): boolean {
  const { size } = file.statSync();
  if (size === 0) return true;
  const last = new Uint8Array(1);
  file.seekSync(size - 1, Deno.SeekMode.Start);
  return file.readSync(last) === 1 && last[0] === LINE_FEED;
}

const LINE_FEED = 0x0a;
