/**
 * The file operations that a log needs, as an interface, so that a test can
 * make any of them fail.
 *
 * All calls are synchronous: a line must be in the kernel when the call that
 * logged it returns.
 *
 * @module
 */

import { openToAppend, openToRead } from "../../platform/guarded/files.ts";
import { isAbsent } from "../../platform/fs.ts";

/** Facts about a file. */
export interface LogFileStat {
  /** True for a regular file, false for a folder, a pipe or a device. */
  readonly isFile: boolean;
  /** Size in bytes. */
  readonly size: number;
  /** When it was last written, in milliseconds since the epoch, where known. */
  readonly mtime: number | null;
  /** Device number of the file system. */
  readonly dev: number;
  /** Inode number; `null` on platforms without one. */
  readonly ino: number | null;
  /** Number of links to the file; 0 when it was deleted, `null` when unknown. */
  readonly nlink: number | null;
}

/** A file open for appending. */
export interface OpenLogFile {
  /**
   * Appends bytes.
   *
   * @param bytes The bytes.
   * @returns Number of bytes written, which may be less than all.
   * @throws {Error} If nothing could be written.
   */
  write(bytes: Uint8Array): number;
  /** Returns facts about the open file, whatever its name is now. */
  stat(): LogFileStat;
  /** Cuts the file to a size; without one, makes it empty. */
  truncate(size?: number): void;
  /** Closes the file. */
  close(): void;
}

/** Where log files live. */
export interface LogFiles {
  /**
   * Opens a file for appending; a new file can be read by its owner only.
   *
   * @param path The file.
   * @throws {Error} If it cannot be opened or created.
   */
  open(path: string): OpenLogFile;
  /**
   * Returns facts about a file.
   *
   * @param path The file.
   * @returns The facts, or `null` when it does not exist.
   * @throws {Error} If it is unknown whether the file exists.
   */
  stat(path: string): LogFileStat | null;
  /**
   * Reads a part of a file.
   *
   * @param path The file.
   * @param offset First byte to read.
   * @param length Maximum number of bytes to read.
   * @returns The bytes, fewer at the end of the file.
   */
  read(path: string, offset: number, length: number): Uint8Array;
  /** Renames a file; an existing file of the new name is replaced. */
  rename(from: string, to: string): void;
}

/** The file system of this computer. */
export const systemLogFiles: LogFiles = {
  open(path) {
    return new OpenDenoFile(retryInterrupted(() => openToAppend(path)));
  },
  stat(path) {
    try {
      return asLogFileStat(Deno.statSync(path));
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  },
  read(path, offset, length) {
    using file = openToRead(path);
    file.seekSync(offset, Deno.SeekMode.Start);
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const count = file.readSync(bytes.subarray(filled));
      if (count === null) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  },
  rename(from, to) {
    Deno.renameSync(from, to);
  },
};

/**
 * Repeats a call that a signal interrupted (EINTR), which is no fault of the
 * file: network and FUSE file systems do that.
 */
export function retryInterrupted<T>(call: () => T): T {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof Deno.errors.Interrupted)) throw error;
    }
  }
}

class OpenDenoFile implements OpenLogFile {
  readonly #file: Deno.FsFile;

  constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  write(bytes: Uint8Array): number {
    return retryInterrupted(() => this.#file.writeSync(bytes));
  }

  stat(): LogFileStat {
    return asLogFileStat(this.#file.statSync());
  }

  truncate(size = 0): void {
    this.#file.truncateSync(size);
  }

  close(): void {
    this.#file.close();
  }
}

function asLogFileStat(info: Deno.FileInfo): LogFileStat {
  return {
    isFile: info.isFile,
    size: info.size,
    mtime: info.mtime?.getTime() ?? null,
    dev: info.dev,
    ino: info.ino,
    nlink: info.nlink,
  };
}
