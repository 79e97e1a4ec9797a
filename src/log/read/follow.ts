/**
 * Reads a log while it is being written, through every rotation.
 *
 * @module
 */

import { dirname } from "@std/path";
import { MAX_LINE, openLogs, ReadLine } from "./reader.ts";
import { isAbsent } from "../../platform/fs.ts";
import { LineSplitter } from "../../platform/line_splitter.ts";

/** Options of {@linkcode followLog}. */
export interface FollowOptions {
  /** Ends the following; what is in the files by then is still given. */
  readonly signal: AbortSignal;
}

/** How often the files are looked at where nobody tells of changes, in milliseconds. */
const LOOK_MS = 500;

/**
 * Gives each line of a log once, in order: those that are there, then those
 * that come, until it is told to stop. A file that is rotated away is read to
 * its end before the next one; one that starts again is read anew.
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
  // Watched from before the first look, so that no change is missed.
  using changes = new Changes(dirname(path));
  for (;;) {
    const isLast = signal.aborted;
    for (let isDone = false; !isDone;) {
      // A file that has a successor gets no more lines: only then is what is
      // read of it all of it.
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

  /** Looks for files that came after the one being read; true when there are any. */
  findSuccessors(): boolean {
    if (this.#queue.length === 1) this.#adopt();
    return this.#queue.length > 1;
  }

  /** Lines that have come to the file being read. */
  *read(): Generator<ReadLine> {
    const file = this.#queue[0]?.file;
    if (file === undefined) return;
    if (file.statSync().size < this.#position) {
      // With no old files kept, the file starts again.
      file.seekSync(0, Deno.SeekMode.Start);
      this.#position = 0;
      this.#splitter = new LineSplitter(MAX_LINE);
    }
    for (;;) {
      const length = file.readSync(this.#buffer);
      if (length === null) return;
      this.#position += length;
      for (
        const text of this.#splitter.push(this.#buffer.subarray(0, length))
      ) {
        yield new ReadLine(0, text, false);
      }
    }
  }

  /** What is left of a line that has no end, and will get none. */
  *readTorn(): Generator<ReadLine> {
    for (const text of this.#splitter.end()) yield new ReadLine(0, text, true);
  }

  /** Goes on with the next file. */
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
      // Deleted: it is made again within a second.
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

  /** Whether a file is the active one: then there is none after it. */
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

/** Waits for something to change in a folder. */
class Changes implements Disposable {
  readonly #watcher: Deno.FsWatcher | null;
  #wake: () => void = () => {};
  #hasChanged = false;

  constructor(folder: string) {
    this.#watcher = watch(folder);
    if (this.#watcher !== null) void this.#listen(this.#watcher);
  }

  /** Settles at the next change, or after a moment all the same. */
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
      // To read the files is no change.
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
    // No inotify there, or no watches left: looking now and then must do.
    return null;
  }
}
