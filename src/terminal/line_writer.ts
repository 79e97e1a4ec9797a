/**
 * Combines much output into few writes.
 *
 * @module
 */

import { writeAllSync } from "@std/io/write-all";

/** A target for bytes. */
export interface Sink {
  /** Writes some of the bytes and returns how many. */
  writeSync(bytes: Uint8Array): number;
}

const BLOCK = 65_536;

/** Collects lines and writes them a block at a time. */
export class LineWriter {
  readonly #sink: Sink;
  readonly #encoder = new TextEncoder();
  #lines: string[] = [];
  #length = 0;

  /** Creates a writer to a stream. */
  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Takes a line, without its end. */
  write(line: string): void {
    this.#lines.push(line);
    this.#length += line.length + 1;
    if (this.#length >= BLOCK) this.flush();
  }

  /**
   * Writes the collected lines.
   *
   * @throws {Deno.errors.BrokenPipe} when the reader has closed the pipe.
   */
  flush(): void {
    if (this.#lines.length === 0) return;
    const bytes = this.#encoder.encode(`${this.#lines.join("\n")}\n`);
    this.#lines = [];
    this.#length = 0;
    writeAllSync(this.#sink, bytes);
  }
}
