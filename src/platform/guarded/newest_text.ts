/**
 * A small file that is replaced often, without holding its writer.
 *
 * @module
 */

import { writeAll } from "@std/io/write-all";
import { makeFile, modeOf, openToChange, removeFile } from "./async_files.ts";
import { removeIfThere, replaceFile } from "./files.ts";
import { isSame, UnsafePathError } from "./guard.ts";
import type { DiskSync } from "./sync.ts";

/** Ends the name of a text that is not in place yet. */
export const FRESH_SUFFIX = ".new";

/** What an error says when there is no room for a file. */
const FULL = /No space left on device|Disk quota exceeded/;
/** Unit in which the kernel counts the room that a file takes. */
const BLOCK_BYTES = 512;
/** The code of a space. */
const BLANK = 0x20;

/** Options of {@linkcode NewestText}. */
export interface NewestTextOptions {
  /** Path of the file. */
  readonly path: string;
  /** Syncs each text before it is in place. */
  readonly sync: Pick<DiskSync, "opened">;
  /** Called at the first of several failures. */
  onError(error: unknown): void;
}

/**
 * Replaces a file with the newest text that it is given, one at a time: texts
 * that come while one is written replace each other. Readers see a whole text,
 * also after a power cut. On a full disk, it is written over the one in place.
 */
export class NewestText {
  readonly #options: NewestTextOptions;
  #next: string | null = null;
  #writing: string | null = null;
  #current: Promise<void> | null = null;
  #hasFailed = false;

  /** A writer for the path of the options. */
  constructor(options: NewestTextOptions) {
    this.#options = options;
  }

  /** Takes a text and returns at once. */
  write(text: string): void {
    this.#next = text;
    this.#current ??= this.#writeAll();
  }

  /** Resolves when the newest text is in place, or could not be written. */
  async flush(): Promise<void> {
    await this.#current;
  }

  /**
   * Puts the newest text in place before it returns, for a process that cannot
   * wait. Nothing can be written afterwards.
   */
  writeNow(): void {
    const text = this.#next ?? this.#writing;
    if (text === null) return;
    const { path } = this.#options;
    try {
      // An older text cannot be renamed over the newest then.
      removeIfThere(`${path}${FRESH_SUFFIX}`);
      replaceFile(path, text);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #writeAll(): Promise<void> {
    while (this.#next !== null) {
      this.#writing = this.#next;
      this.#next = null;
      try {
        await this.#put(this.#writing);
        this.#hasFailed = false;
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#writing = null;
    this.#current = null;
  }

  async #put(text: string): Promise<void> {
    try {
      await this.#replace(text);
    } catch (error) {
      // On a full disk, an old text would be believed until there is room.
      if (!FULL.test(String(error)) || !await this.#overwrite(text)) {
        throw error;
      }
    }
  }

  /**
   * Writes a text over the one in place, padded with blanks, where that takes no
   * more room on the disk.
   */
  async #overwrite(text: string): Promise<boolean> {
    const { path, sync } = this.#options;
    try {
      await removeFile(`${path}${FRESH_SUFFIX}`);
      using file = await openToChange(path);
      const { size, blocks } = await file.stat();
      const bytes = new TextEncoder().encode(text);
      const room = Math.max(size, (blocks ?? 0) * BLOCK_BYTES);
      if (bytes.length > room) return false;
      const padded = new Uint8Array(Math.max(size, bytes.length)).fill(BLANK);
      padded.set(bytes);
      await writeAll(file, padded);
      await sync.opened(path, file);
      return true;
    } catch {
      // The first error says more.
      return false;
    }
  }

  async #replace(text: string): Promise<void> {
    const { path, sync } = this.#options;
    const mode = await modeOf(path) ?? 0o600;
    const fresh = `${path}${FRESH_SUFFIX}`;
    await removeFile(fresh);
    {
      using file = await makeFile(fresh, { mode });
      await writeAll(file, new TextEncoder().encode(text));
      await sync.opened(fresh, file);
      // The sync may have taken long.
      if (!isSame(await Deno.lstat(fresh), await file.stat())) {
        throw new UnsafePathError(fresh, "it was replaced meanwhile");
      }
    }
    await Deno.rename(fresh, path);
  }

  #fail(error: unknown): void {
    if (!this.#hasFailed) this.#options.onError(error);
    this.#hasFailed = true;
  }
}
