/**
 * Reads a log while it is being written, through every rotation.
 *
 * @module
 */

import { dirname } from "@std/path";
import { MAX_LINE, openLogs, ReadLine } from "./reader.ts";
import { isAbsent } from "../../platform/fs.ts";
import { linesWithoutZeros } from "../../platform/guarded/zeros.ts";
import { LineSplitter } from "../../platform/line_splitter.ts";

/** Options of {@linkcode followLog}. */
export interface FollowOptions {
  /** Ends following; lines that are in the files by then are still returned. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two checks of the files when no change is reported. */
const LOOK_MS = 500;

/**
 * Yields each line of a log once, in order: first existing lines, then new
 * ones, until aborted. A file that is rotated away is read to its end before
 * the next one. A truncated file is read again from its start.
 *
 * @example Usage
 * ```ts
 * import { followLog } from "./follow.ts";
 *
 * const path = await Deno.makeTempFile();
 * const signal = AbortSignal.abort();
 * for await (const { text } of followLog(path, { signal })) console.log(text);
 * ```
 *
 * @param path The active file, `session.log`.
 * @throws {Deno.errors.NotFound} If there is no file of this log.
 */
export async function* followLog(
  path: string,
  { signal }: FollowOptions,
): AsyncGenerator<ReadLine> {
  using files = new FollowedFiles(path);
  // The watch starts before the first read, so that no change is missed.
  using changes = new Changes(dirname(path));
  for (;;) {
    const isLast = signal.aborted;
    for (let isDone = false; !isDone;) {
      // A file with a successor gets no more lines: only then is it read
      // completely.
      const successors = files.findSuccessors();
      yield* files.read();
      isDone = !successors;
      if (successors) {
        yield* files.readTorn();
        files.advance();
      }
    }
    if (isLast) break;
    await changes.wait(signal);
  }
  yield* files.readTorn();
}

/** The file that is being read, and those after it. */
class FollowedFiles implements Disposable {
  readonly #path: string;
  readonly #buffer = new Uint8Array(65_536);
  /** The oldest first; the first is being read. */
  readonly #queue: { file: Deno.FsFile; ino: number | null; dev: number }[] =
    [];
  #splitter = new LineSplitter(MAX_LINE);
  #position = 0;

  constructor(path: string) {
    this.#path = path;
    this.#adopt();
  }

  /** Looks for files newer than the one being read; true when there are any. */
  findSuccessors(): boolean {
    if (this.#queue.length === 1) this.#adopt();
    return this.#queue.length > 1;
  }

  /** Yields the new lines of the file being read. */
  *read(): Generator<ReadLine> {
    const file = this.#queue[0]?.file;
    if (file === undefined) return;
    if (file.statSync().size < this.#position) {
      // With `backup_count` 0 the file is truncated.
      file.seekSync(0, Deno.SeekMode.Start);
      this.#position = 0;
      this.#splitter = new LineSplitter(MAX_LINE);
    }
    for (;;) {
      const length = file.readSync(this.#buffer);
      if (length === null) return;
      this.#position += length;
      const lines = this.#splitter.push(this.#buffer.subarray(0, length));
      for (const text of linesWithoutZeros(lines)) {
        yield new ReadLine(0, text, false);
      }
    }
  }

  /** Yields the rest of a line that will never be completed. */
  *readTorn(): Generator<ReadLine> {
    for (const text of linesWithoutZeros(this.#splitter.end())) {
      yield new ReadLine(0, text, true);
    }
  }

  /** Continues with the next file. */
  advance(): void {
    this.#queue.shift()?.file.close();
    this.#splitter = new LineSplitter(MAX_LINE);
    this.#position = 0;
  }

  [Symbol.dispose](): void {
    for (const { file } of this.#queue) file.close();
  }

  /** Opens the files that are newer than the last one known. */
  #adopt(): void {
    const last = this.#queue.at(-1);
    if (last !== undefined && this.#isNamed(last)) return;
    let opened;
    try {
      opened = openLogs(this.#path);
    } catch (error) {
      // The file was deleted: it is made again within a second.
      if (last !== undefined && isAbsent(error)) return;
      throw error;
    }
    const all = opened.parts.map(({ file }) => {
      const { ino, dev } = file.statSync();
      return { file, ino, dev };
    });
    const known = all.findIndex((one) =>
      last !== undefined && one.ino === last.ino && one.dev === last.dev
    );
    for (const { file } of all.slice(0, known + 1)) file.close();
    this.#queue.push(...all.slice(known + 1));
  }

  /** Whether a file is the active one, which has no successor. */
  #isNamed({ ino, dev }: { ino: number | null; dev: number }): boolean {
    try {
      const named = Deno.statSync(this.#path);
      return named.ino === ino && named.dev === dev;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }
}

/** Waits for a change in a folder. */
class Changes implements Disposable {
  readonly #watcher: Deno.FsWatcher | null;
  #wake: () => void = () => {};
  #hasChanged = false;

  constructor(folder: string) {
    this.#watcher = watch(folder);
    if (this.#watcher !== null) void this.#listen(this.#watcher);
  }

  /** Resolves at the next change, or after `LOOK_MS`. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#hasChanged || signal.aborted) {
      this.#hasChanged = false;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    signal.addEventListener("abort", this.#wake);
    const timer = setTimeout(this.#wake, LOOK_MS);
    await promise;
    clearTimeout(timer);
    signal.removeEventListener("abort", this.#wake);
    this.#hasChanged = false;
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
  }

  async #listen(watcher: Deno.FsWatcher): Promise<void> {
    for await (const { kind } of watcher) {
      // Reading the files is not a change.
      if (kind === "access") continue;
      this.#hasChanged = true;
      this.#wake();
    }
  }
}

function watch(folder: string): Deno.FsWatcher | null {
  try {
    return Deno.watchFs(folder, { recursive: false });
  } catch {
    // Without inotify, or with no watches left, the files are polled.
    return null;
  }
}
