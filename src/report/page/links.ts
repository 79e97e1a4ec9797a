/**
 * Links from a page to the chunks of its session.
 *
 * @module
 */

import { relative, toFileUrl } from "@std/path";
import { chunkNumber, PART } from "../../audio/chunk_name.ts";
import type { Seconds } from "../../events.ts";
import type { PageChunk } from "../data/page.ts";
import { type Html, markup } from "../markup/html.ts";

/** Makes links to chunks. */
export class ChunkLinks {
  readonly #chunks: readonly PageChunk[];
  readonly #base: string | null;

  /**
   * @param base Address of the session's folder, as {@linkcode addressOf} returns
   * it, or `null` for a log alone.
   */
  constructor(chunks: readonly PageChunk[], base: string | null) {
    this.#chunks = chunks;
    this.#base = base;
  }

  /** Returns the address of a chunk, or `null` when it cannot be played. */
  address(chunk: PageChunk): string | null {
    const { file, state } = chunk;
    // A log can name anything.
    const isChunk = chunkNumber(file) !== null && !file.endsWith(PART);
    return this.#base !== null && state === "there" && isChunk
      ? this.#base + encodeURIComponent(file)
      : null;
  }

  /** Returns a link to a moment of a chunk. */
  at(index: number, seconds: Seconds): Html {
    const chunk = this.#chunks[index];
    if (chunk === undefined) return markup``;
    const address = this.address(chunk);
    const at = Math.max(0, seconds);
    const text = `${chunk.file} at ${at.toFixed(1)} s`;
    return address === null
      ? markup`${text}`
      : markup`<a href="${address}#t=${at.toFixed(3)}">${text}</a>`;
  }
}

/** Returns the address of a session's folder for a page in another folder. */
export function addressOf(folder: string, pageFolder: string): string {
  const path = relative(pageFolder, folder);
  // On another drive of Windows, there is no relative path.
  if (/^[A-Za-z]:/.test(path)) return `${toFileUrl(path).href}/`;
  const parts = path.split(/[\\/]/).filter((part) => part !== "");
  return parts.map((part) => `${encodeURIComponent(part)}/`).join("");
}
