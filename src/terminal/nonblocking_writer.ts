/**
 * Writing to a terminal without waiting for it: one that was stopped, by
 * Ctrl-S or by a connection that hangs, must not stop whoever writes to it.
 *
 * @module
 */

import { writeAll } from "@std/io/write-all";

/** Options of {@linkcode NonBlockingWriter}. */
export interface NonBlockingWriterOptions {
  /** Writes some of the bytes and tells how many, when they are written. */
  write(bytes: Uint8Array): Promise<number>;
  /** Told whenever all is written. */
  onIdle?(): void;
}

/** Bytes that may wait; what comes then is not written at all. */
const MAX_WAITING = 65_536;

/** Writes in order, one piece at a time, while the program goes on. */
export class NonBlockingWriter {
  readonly #options: NonBlockingWriterOptions;
  #waiting: Uint8Array[] = [];
  #size = 0;
  #work: Promise<void> | null = null;

  /** A writer that has nothing to write so far. */
  constructor(options: NonBlockingWriterOptions) {
    this.#options = options;
  }

  /** Whether something is not written yet. */
  get isBusy(): boolean {
    return this.#work !== null;
  }

  /** Takes bytes to be written; tells how many it took, which is all of them. */
  write(bytes: Uint8Array): number {
    if (this.#size + bytes.length <= MAX_WAITING) {
      this.#waiting.push(bytes);
      this.#size += bytes.length;
      this.#work ??= this.#drain();
    }
    return bytes.length;
  }

  /** Waits until all is written, but no longer than `limit` milliseconds. */
  async settle(limit: number): Promise<void> {
    if (this.#work === null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, limit);
    await Promise.race([this.#work, promise]);
    clearTimeout(timer);
  }

  async #drain(): Promise<void> {
    try {
      for (
        let bytes = this.#waiting.shift();
        bytes !== undefined;
        bytes = this.#waiting.shift()
      ) {
        await writeAll(this.#options, bytes);
        this.#size -= bytes.length;
      }
    } catch {
      // The terminal is gone; the log has it all.
      this.#waiting = [];
      this.#size = 0;
    }
    this.#work = null;
    this.#options.onIdle?.();
  }
}
