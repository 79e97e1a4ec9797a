/**
 * Writes to a terminal without waiting for it: a terminal stopped by Ctrl-S or
 * by a hanging connection must not block the recorder.
 *
 * @module
 */

import { writeAll } from "@std/io/write-all";

/** Options of {@linkcode NonBlockingWriter}. */
export interface NonBlockingWriterOptions {
  /** Writes some of the bytes; resolves to their number. */
  write(bytes: Uint8Array): Promise<number>;
  /** Called whenever all is written. */
  onIdle?(): void;
}

/** Maximum number of waiting bytes; more are dropped. */
const MAX_WAITING = 65_536;

/** Writes in order, one piece at a time, while the program continues. */
export class NonBlockingWriter {
  readonly #options: NonBlockingWriterOptions;
  #waiting: Uint8Array[] = [];
  #size = 0;
  #work: Promise<void> | null = null;

  /** Creates a writer. */
  constructor(options: NonBlockingWriterOptions) {
    this.#options = options;
  }

  /** Whether some bytes are not written yet. */
  get isBusy(): boolean {
    return this.#work !== null;
  }

  /** Takes bytes to write; returns their number. */
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
      // The terminal is gone; the log has all messages.
      this.#waiting = [];
      this.#size = 0;
    }
    this.#work = null;
    this.#options.onIdle?.();
  }
}
