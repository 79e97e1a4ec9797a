/**
 * Appends to `chunks.jsonl`, the index of a session's chunks.
 *
 * @module
 */

import { writeAllSync } from "@std/io/write-all";
import { join } from "@std/path";
import type { ChunkCreated, SessionEvent, Sink } from "../../events.ts";
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
 * Appends each chunk of a recording. Lines that cannot be written wait for the
 * next chunk, and for the end of the session.
 */
export class IndexWriter implements Sink {
  readonly #options: IndexWriterOptions;
  #waiting: ChunkCreated[] = [];
  #hasFailed = false;

  /** A writer for the folder of the options. */
  constructor(options: IndexWriterOptions) {
    this.#options = options;
  }

  /** Takes an event. */
  emit(event: SessionEvent): void {
    if (event.event === "chunk_created") this.#waiting.push(event);
    else if (event.event !== "session_stop") return;
    if (this.#waiting.length === 0) return;
    try {
      appendToIndex(this.#options.folder, this.#waiting);
      this.#waiting = [];
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
  const torn = endsInLine(file) ? "" : "\n";
  const text = torn + chunks.map(indexLine).join("");
  writeAllSync(file, new TextEncoder().encode(text));
}

/** Whether a file is empty or ends with a line break. */
function endsInLine(file: Deno.FsFile): boolean {
  const { size } = file.statSync();
  if (size === 0) return true;
  const last = new Uint8Array(1);
  file.seekSync(size - 1, Deno.SeekMode.Start);
  return file.readSync(last) === 1 && last[0] === 0x0a;
}
