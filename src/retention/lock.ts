/**
 * The lock of an output folder, which lets one process at a time delete from it,
 * and the list of sessions in it that were changed.
 *
 * @module
 */

import { writeAll } from "@std/io/write-all";
import { join } from "@std/path";
import { isSame, UnsafePathError, userId } from "../platform/guarded/guard.ts";

/** Largest list. A longer one is begun again. */
const MAX_BYTES = 1_000_000;
/** Length of the first line, with its line break. */
const HEAD_BYTES = 37;

/**
 * Returns the path of the lock. Each user has one: no user deletes sessions of
 * another.
 */
export function lockPath(outputDir: string): string {
  const uid = userId();
  return join(outputDir, uid === null ? ".retention" : `.retention-${uid}`);
}

/** Which part of the list was read. */
export interface Place {
  /** The list's name: a new one has another. */
  readonly name: string;
  /** Bytes that were read. */
  readonly size: number;
}

/** What was changed since a place. */
export interface Changes {
  /** Names of the sessions, or `null` when that is unknown: it may be any. */
  readonly sessions: ReadonlySet<string> | null;
  /** The end of the list. */
  readonly place: Place;
  /** Until when the clock does not count, if that was added; otherwise `null`. */
  readonly clock: ClockNotice | null;
}

/** Until when processes of one boot do not take the age of audio from the clock. */
export interface ClockNotice {
  /** The boot. */
  readonly boot: string;
  /** Seconds since the boot. */
  readonly until: number;
}

/** A line of the list that is no name of a session: those here have no spaces. */
const CLOCK_LINE = /^clock (\S+) (\d+)$/;

/** A lock that is held until it is disposed of. */
export class RetentionLock implements Disposable {
  readonly #file: Deno.FsFile;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /**
   * Waits for the lock of an output folder.
   *
   * @throws {UnsafePathError} when something else has its name.
   * @throws when the folder is missing, or cannot be written.
   */
  static async take(outputDir: string): Promise<RetentionLock> {
    const file = await openOwn(lockPath(outputDir));
    try {
      await file.lock(true);
      return new RetentionLock(file);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Returns which sessions were changed since a place. */
  async changesSince(place: Place | null): Promise<Changes> {
    const { size } = await this.#file.stat();
    const name = size < HEAD_BYTES ? "" : await this.#read(0, HEAD_BYTES);
    const end = { name, size };
    const isKnown = place !== null && place.name === name && place.size <= size;
    const added = await this.#read(isKnown ? place.size : 0, size);
    const lines = added.split("\n").filter((line) => line !== "");
    const sessions = new Set(lines.filter((line) => !CLOCK_LINE.test(line)));
    const clock = lines.map(noticeIn).findLast((notice) => notice !== null);
    return {
      sessions: isKnown ? sessions : null,
      place: end,
      clock: clock ?? null,
    };
  }

  /** Tells other processes until when the clock does not count. */
  async addClock({ boot, until }: ClockNotice): Promise<Place> {
    return await this.#append([`clock ${boot} ${Math.ceil(until)}`], false);
  }

  /** Adds sessions to the list, and returns its end. */
  async addChanged(sessions: Iterable<string>): Promise<Place> {
    const names = [...sessions];
    // A folder from elsewhere may have any name. A new list is read as "any".
    const isPlain = names.every((name) => !/\s/.test(name));
    return await this.#append(isPlain ? names : [], !isPlain);
  }

  async #append(entries: readonly string[], isReset: boolean): Promise<Place> {
    const { size } = await this.#file.stat();
    const isNew = isReset || size < HEAD_BYTES || size > MAX_BYTES;
    if (isNew) await this.#file.truncate(0);
    const head = isNew ? `${crypto.randomUUID()}\n` : "";
    const lines = entries.map((entry) => `${entry}\n`).join("");
    await writeAll(this.#file, new TextEncoder().encode(head + lines));
    return {
      name: await this.#read(0, HEAD_BYTES),
      size: (await this.#file.stat()).size,
    };
  }

  /** Gives the lock back. */
  [Symbol.dispose](): void {
    this.#file.close();
  }

  async #read(from: number, to: number): Promise<string> {
    const bytes = new Uint8Array(to - from);
    await this.#file.seek(from, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < bytes.length) {
      const count = await this.#file.read(bytes.subarray(filled));
      if (count === null) break;
      filled += count;
    }
    return new TextDecoder().decode(bytes.subarray(0, filled));
  }
}

function noticeIn(line: string): ClockNotice | null {
  const [, boot, until] = CLOCK_LINE.exec(line) ?? [];
  return boot === undefined ? null : { boot, until: Number(until) };
}

/**
 * Opens or makes a file of this user in a folder that may be another's, as one
 * in which everybody may make files.
 */
async function openOwn(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, {
      ...{ read: true, append: true, createNew: true },
      mode: 0o600,
    });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  const info = await Deno.lstat(path);
  const isOwn = info.uid === null || info.uid === userId();
  if (!info.isFile || !isOwn || (info.nlink ?? 1) > 1) {
    throw new UnsafePathError(path, "it is not echolog's lock");
  }
  const file = await Deno.open(path, { read: true, append: true });
  if (isSame(await file.stat(), info)) return file;
  file.close();
  throw new UnsafePathError(path, "it was replaced while it was opened");
}
