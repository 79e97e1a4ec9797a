/**
 * ffmpeg as a filter: bytes in, bytes out, and no file that it opens by itself.
 *
 * @module
 */

import { startProgram } from "../../platform/programs/spawn.ts";
import { parseStderrLine } from "../../ffmpeg/stderr.ts";
import { readLines } from "../../platform/line_splitter.ts";

/** Bytes read at a time: what a pipe of Linux holds. */
export const BLOCK = 65_536;
/** Lines of its stderr that are kept. */
const MAX_LINES = 50;

/** A running ffmpeg with its stdin and stdout. */
export class FfmpegPipe implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #messages: string[] = [];
  readonly #stderr: { readonly done: Promise<unknown> };
  readonly #signal: AbortSignal;
  readonly #kill = () => this.kill();

  /**
   * Starts ffmpeg.
   *
   * @param args Its arguments; input is `pipe:0`, output `pipe:1` or a file.
   * @param signal Kills it.
   * @throws {SpawnError} when it cannot be started.
   */
  constructor(path: string, args: readonly string[], signal: AbortSignal) {
    this.#child = startProgram(path, {
      args: ["-hide_banner", "-nostats", "-loglevel", "+level+error", ...args],
      // Ctrl-C in a terminal reaches echolog alone, which then ends this.
      detached: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: { AV_LOG_FORCE_NOCOLOR: "1" },
    });
    this.#writer = this.#child.stdin.getWriter();
    this.#stderr = readLines(this.#child.stderr, (line) => {
      const { text } = parseStderrLine(line);
      const isKept = text.trim() !== "" && this.#messages.length < MAX_LINES;
      if (isKept) this.#messages.push(text.trim());
    });
    this.#signal = signal;
    signal.addEventListener("abort", this.#kill);
    if (signal.aborted) this.kill();
  }

  /** What it has reported so far. */
  get messages(): readonly string[] {
    return this.#messages;
  }

  /**
   * Writes to its stdin.
   *
   * @returns false when it no longer reads.
   */
  async write(bytes: Uint8Array): Promise<boolean> {
    try {
      await this.#writer.write(bytes);
      return true;
    } catch {
      // Its exit code and messages say why.
      return false;
    }
  }

  /** Ends its input. */
  async end(): Promise<void> {
    try {
      await this.#writer.close();
    } catch {
      // It has ended already.
    }
  }

  /**
   * Reads its stdout up to its end. A block is there until the next is asked for.
   *
   * @param skip Bytes at the beginning that are left out.
   */
  async *read(skip = 0): AsyncGenerator<Uint8Array> {
    const reader = this.#child.stdout.getReader({ mode: "byob" });
    // One buffer for all: clearing a new one costs as much as reading into it.
    let buffer = new ArrayBuffer(BLOCK);
    try {
      for (;;) {
        const { value } = await reader.read(new Uint8Array(buffer));
        if (value === undefined || value.length === 0) return;
        if (skip < value.length) yield skip > 0 ? value.subarray(skip) : value;
        skip = Math.max(0, skip - value.length);
        buffer = value.buffer;
      }
    } finally {
      reader.releaseLock();
    }
  }

  /** Waits until it has ended, and returns its exit code; 128 and more for a signal. */
  async finished(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#stderr.done;
    return code;
  }

  /** Ends it at once. */
  kill(): void {
    try {
      if (Deno.build.os === "windows") this.#child.kill("SIGKILL");
      else Deno.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // It ended by itself a moment ago.
    }
  }

  /** Ends it, and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener("abort", this.#kill);
    this.kill();
    try {
      await this.#writer.abort();
    } catch {
      // Its pipe is closed.
    }
    try {
      await this.#child.stdout.cancel();
    } catch {
      // A reader has it, or it is closed.
    }
    await this.finished();
  }
}
