/**
 * Finds the last deletion in the index of a session's chunks without reading
 * all of it.
 *
 * @module
 */

import { join } from "@std/path";
import type { EpochMs } from "../../events.ts";
import { openToRead } from "../../platform/guarded/files.ts";
import {
  BEGINNINGS,
  INDEX_FILE,
  IndexLines,
  LINE_BYTES,
  MAX_BYTES,
} from "./chunk_index.ts";

/** Bytes of an index that are looked through at a time. */
const BLOCK_BYTES = 65_536;

/**
 * Returns the end of the audio that retention deleted last, or `null`, also when
 * the index cannot be read. It reads no more of it than it must: retention
 * deletes in order.
 */
export function deletedUntil(folder: string): EpochMs | null {
  try {
    using file = openToRead(join(folder, INDEX_FILE));
    const { size } = file.statSync();
    return size > MAX_BYTES ? null : lastDeletion(file, size);
  } catch {
    return null;
  }
}

/** Returns the end of the last deletion that was not taken back, or `null`. */
function lastDeletion(file: Deno.FsFile, size: number): EpochMs | null {
  /** Chunks of which a later line says that they stay. */
  const kept = new Set<number>();
  for (let end = size; end > 0; end -= BLOCK_BYTES) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const text = textAt(file, start, Math.min(size, end + LINE_BYTES) - start);
    for (const line of linesFromEnd(text, end - start)) {
      const lines = new IndexLines();
      lines.takeLine(line);
      lines.kept.forEach((seq) => kept.add(seq));
      for (const deletion of lines.deletions.values()) {
        if (!kept.delete(deletion.seq)) return deletion.end;
      }
    }
  }
  return null;
}

/** Returns the whole lines about deletions that begin before `end`, the last first. */
function* linesFromEnd(text: string, end: number): Generator<string> {
  for (let before = end; before > 0;) {
    const at = Math.max(
      text.lastIndexOf(BEGINNINGS.deleting, before - 1),
      text.lastIndexOf(BEGINNINGS.kept, before - 1),
    );
    if (at < 0) return;
    const newline = text.indexOf("\n", at);
    // The last line may be torn.
    if (newline >= 0) yield text.slice(at, newline);
    before = at;
  }
}

function textAt(file: Deno.FsFile, start: number, length: number): string {
  const bytes = new Uint8Array(length);
  file.seekSync(start, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < length) {
    const count = file.readSync(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, filled));
}
