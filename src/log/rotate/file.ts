/**
 * The file `session.log` and its predecessors `session.log.1`, `.2` …: writes
 * whole lines, once each and in order, through rotations, partial writes and
 * changes by other programs.
 *
 * Methods throw the errors of the file system; unwritten lines are kept and
 * written at the next attempt.
 *
 * @module
 */

import { describeError } from "../../errors.ts";
import type { EpochMs } from "../../events.ts";
import { isTorn, readHead, rotateBackups } from "./backups.ts";
import { type Dropped, type Segment, WriteBuffer } from "./byte_queue.ts";
import type { LogFiles, LogFileStat, OpenLogFile } from "./files.ts";
import { sizeWithoutZeros } from "../../platform/guarded/zeros.ts";
import type { Retry } from "./retry.ts";

/** Options for {@linkcode LogFile}. */
export interface LogFileOptions {
  /** Path of the active file. */
  readonly path: string;
  /** Where files live. */
  readonly files: LogFiles;
  /** Maximum number of bytes in a file, or `Infinity`. */
  readonly maxBytes: number;
  /** Number of old files to keep; with 0 the file is truncated. */
  readonly backupCount: number;
  /**
   * Returns the first line of every file but the first, without its newline.
   */
  readonly header: (part: number, reason: string, time: EpochMs) => string;
  /** Decides when a failed rotation is tried again. */
  readonly rotating: Retry;
}

/** The active file of a log. */
export class LogFile {
  readonly #options: LogFileOptions;
  #file: OpenLogFile | null = null;
  #identity: LogFileStat | null = null;
  #size = 0;
  /** True while the file holds only its header. */
  #fresh = true;
  #part = 0;
  /** Why the file must be rotated as soon as possible. */
  #overdue: string | null = null;
  /** Why no file has the log's name, until one can be made. */
  #lost: string | null = null;
  readonly #outgoing = new WriteBuffer();

  /**
   * Creates the log without touching a file.
   *
   * @param options Its path and rotation.
   */
  constructor(options: LogFileOptions) {
    this.#options = options;
  }

  /** True when a file is open. */
  get isOpen(): boolean {
    return this.#file !== null;
  }

  /** Number of this file in the session, from 1; 0 before it is opened. */
  get part(): number {
    return this.#part;
  }

  /** Lines that were accepted but not yet written. */
  get unwritten(): Dropped | null {
    return this.#outgoing.unwritten;
  }

  /**
   * Opens or creates the file. An existing file is continued, without the zero
   * bytes that a power cut left at its end, and after a newline when its last
   * line is torn.
   *
   * @param time Time for a header, if one is needed.
   * @returns A time inside the period of the lines that the file holds, or
   *   `null` when it is empty.
   */
  open(time: EpochMs): EpochMs | null {
    if (this.#file !== null) return null;
    this.#adopt(this.#openPath());
    const first = this.#part === 0;
    if (first) this.#part = 1;
    else if (this.#lost !== null || this.#size === 0) {
      this.#begin(this.#lost ?? "deleted", time);
    }
    if (this.#size === 0 || !first) return null;
    const { files, path } = this.#options;
    const head = readHead(files, path);
    this.#part = head?.part ?? 1;
    return head?.time ?? this.#identity?.mtime ?? null;
  }

  /**
   * Accepts lines and writes them.
   *
   * @param bytes Whole lines, each with its newline.
   * @param time Time of the first of them.
   */
  append(bytes: Uint8Array, time: EpochMs): void {
    this.#outgoing.push(bytes, time);
    this.resume();
  }

  /** Writes the accepted lines that are not yet in the file. */
  resume(): void {
    for (
      let segment = this.#outgoing.first;
      segment !== undefined;
      segment = this.#outgoing.first
    ) {
      if (this.#file === null) this.open(segment.time);
      else this.#write(this.#file, segment);
    }
  }

  /**
   * Requests a new file before the next line. A file without lines is kept.
   *
   * @param reason Why, as one word.
   */
  requestRotation(reason: string): void {
    if (!this.#fresh) this.#overdue = reason;
  }

  /**
   * Checks whether the open file still has the log's name, and begins a new
   * file when it has not.
   *
   * @param time Time for the header.
   * @throws {Error} If the file is gone and cannot be made again. Lines still
   * go to the open file as long as it has any name.
   */
  check(time: EpochMs): void {
    if (this.#file === null) {
      this.open(time);
      return;
    }
    const found = this.#inspectPath();
    if (found === undefined) return;
    if (found !== null && isSame(found, this.#identity)) {
      const emptied = found.size < this.#size;
      this.#size = found.size;
      this.#lost = null; // Its folder was missing and is back.
      if (emptied) this.#replace("truncated", true, time);
      return;
    }
    const named = hasName(this.#file);
    const reason = found !== null ? "replaced" : named ? "renamed" : "deleted";
    this.#replace(this.#lost ?? this.#overdue ?? reason, named, time);
  }

  /** Closes the file and drops unwritten lines. */
  close(): void {
    this.#outgoing.clear();
    this.#letGo();
  }

  /** Writes as much as fits, or begins a new file when nothing fits. */
  #write(file: OpenLogFile, segment: Segment): void {
    const length = this.#room(segment);
    if (length === 0) return;
    const count = file.write(this.#outgoing.next(length));
    if (count <= 0) throw new Error("no bytes could be written to the file");
    this.#outgoing.advance(count);
    this.#size += count;
    if (!segment.isHeader) this.#fresh = false;
  }

  /**
   * Returns how many bytes may be written to this file; 0 when a new one was
   * begun.
   */
  #room({ time, isHeader }: Segment): number {
    const outgoing = this.#outgoing;
    if (isHeader || outgoing.isInLine) return outgoing.lineLength();
    if (this.#overdue !== null && this.#rotate(this.#overdue, time)) return 0;
    const left = outgoing.length;
    const room = this.#options.maxBytes - this.#size;
    if (left <= room) return left;
    const fitting = outgoing.fitting(room);
    if (fitting > 0) return fitting;
    // A line that is too long for any file gets its own file.
    if (this.#fresh) return outgoing.lineLength();
    return this.#rotate("size", time) ? 0 : left;
  }

  #rotate(reason: string, time: EpochMs): boolean {
    const { rotating, path } = this.#options;
    if (!rotating.due || this.#lost !== null) return false;
    try {
      const before = this.#file;
      this.check(time);
      if (this.#file === before) this.#startAgain(reason, time);
      rotating.succeeded();
      return true;
    } catch (error) {
      // The caller of `check` handles a file that is gone.
      if (this.#lost === null) {
        rotating.failed(
          `cannot rotate ${path}: ${describeError(error)}; ` +
            "the log grows until rotation works",
        );
      }
      return this.#file === null;
    }
  }

  #startAgain(reason: string, time: EpochMs): void {
    const { files, path, backupCount } = this.#options;
    const before = this.#file;
    this.#overdue = reason;
    if (backupCount === 0) {
      before?.truncate();
      this.#size = 0;
    } else {
      rotateBackups(files, path, backupCount);
      this.#lost = reason;
      this.#adopt(this.#openPath());
      closeQuietly(before);
    }
    this.#begin(reason, time);
  }

  #replace(reason: string, named: boolean, time: EpochMs): void {
    const before = this.#file;
    this.#lost = reason;
    try {
      this.#adopt(this.#openPath());
    } catch (error) {
      if (!named) this.#letGo(); // Lines in a file without a name are lost.
      throw error;
    }
    closeQuietly(before);
    this.#begin(reason, time);
  }

  #letGo(): void {
    closeQuietly(this.#file);
    this.#file = null;
  }

  #openPath(): OpenLogFile {
    const { path, files } = this.#options;
    // Opening a pipe would wait for its reader.
    if (files.stat(path)?.isFile === false) {
      throw new Error(`${path} is not a file`);
    }
    return files.open(path);
  }

  /** Makes an open file the active one, or closes it on failure. */
  #adopt(file: OpenLogFile): void {
    const { path, files } = this.#options;
    try {
      const identity = file.stat();
      let size = withoutZeros(file, files, path);
      if (isTorn(files, path, size)) size += file.write(NEWLINE);
      this.#outgoing.restartLine();
      this.#identity = identity;
      this.#size = size;
    } catch (error) {
      closeQuietly(file);
      throw error;
    }
    this.#file = file;
    this.#fresh = this.#size === 0;
  }

  /** Puts a header in front of the waiting lines. */
  #begin(reason: string, time: EpochMs): void {
    this.#part++;
    this.#overdue = null;
    this.#lost = null;
    this.#fresh = this.#size === 0;
    const line = this.#options.header(this.#part, reason, time);
    if (line === "") this.#outgoing.restartLine();
    else this.#outgoing.pushHeader(encoder.encode(`${line}\n`), time);
  }

  /** Returns the file that has the log's name; `undefined` when unknown. */
  #inspectPath(): LogFileStat | null | undefined {
    try {
      return this.#options.files.stat(this.#options.path);
    } catch {
      // The folder cannot be searched at the moment; the open file still works.
      return undefined;
    }
  }
}

const NEWLINE = Uint8Array.of(10);
const encoder = new TextEncoder();

/**
 * Takes the zero bytes away that a power cut left at the end of a file, and
 * returns its size.
 */
function withoutZeros(
  file: OpenLogFile,
  files: LogFiles,
  path: string,
): number {
  const { size } = file.stat();
  const end = sizeWithoutZeros(
    size,
    (offset, length) => files.read(path, offset, length),
  );
  if (end < size) file.truncate(end);
  return end;
}

function isSame(a: LogFileStat, b: LogFileStat | null): boolean {
  return a.dev === b?.dev && a.ino === b.ino;
}

function closeQuietly(file: OpenLogFile | null): void {
  try {
    file?.close();
  } catch {
    // The kernel already has its lines; nothing is left to save.
  }
}

/** Whether an open file still has a name. */
function hasName(file: OpenLogFile): boolean {
  try {
    return file.stat().nlink !== 0;
  } catch {
    // Its disk is gone: there may be another one in its place.
    return true;
  }
}
