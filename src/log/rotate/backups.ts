/**
 * Handles files that exist when a log file is opened or rotated.
 *
 * @module
 */

import type { EpochMs } from "../../events.ts";
import type { LogFiles } from "./files.ts";
import { decodeEvent } from "../format/event_fields.ts";
import { decodeLine } from "../format/line.ts";

/**
 * Renames the active file to `.1`, after renaming older ones until that name is
 * free. The oldest is replaced when all names are taken.
 *
 * An attempt that failed half-way can be repeated: free names are used first,
 * so no file is lost.
 *
 * @param files Where files live.
 * @param path The active file.
 * @param count Number of old files to keep, at least 1.
 * @throws {Error} If something that is not a file has the name, or a file
 * cannot be renamed.
 */
export function rotateBackups(
  files: LogFiles,
  path: string,
  count: number,
): void {
  let free = 1;
  for (; free <= count; free++) {
    const old = files.stat(`${path}.${free}`);
    if (old === null) break;
    if (!old.isFile) throw new Error(`${path}.${free} is not a file`);
  }
  for (let n = Math.min(free, count); n > 1; n--) {
    files.rename(`${path}.${n - 1}`, `${path}.${n}`);
  }
  files.rename(path, `${path}.1`);
}

/** Facts about a log file from its first line. */
export interface LineHead {
  /** Time of the line. */
  readonly time: EpochMs;
  /** Number of the file in its session. */
  readonly part: number;
}

/**
 * Reads the first line of a log file.
 *
 * @param files Where files live.
 * @param path The file.
 * @returns The facts, or `null` when it is not a line of a log.
 */
export function readHead(files: LogFiles, path: string): LineHead | null {
  const bytes = files.read(path, 0, HEAD_BYTES);
  const [first = ""] = new TextDecoder().decode(bytes).split("\n", 1);
  const line = decodeLine(first);
  if (line === null) return null;
  const event = decodeEvent(line);
  const part = event?.event === "log_rotated" ? event.part : 1;
  return { time: line.time, part };
}

/**
 * Whether the last line of a file has no newline, because its writer died.
 *
 * @param files Where files live.
 * @param path The file.
 * @param size Its size in bytes.
 */
export function isTorn(files: LogFiles, path: string, size: number): boolean {
  if (size === 0) return false;
  const last = files.read(path, size - 1, 1);
  return last.length > 0 && last[0] !== NEWLINE;
}

const NEWLINE = 10;
/** Maximum length of a first line in bytes. */
const HEAD_BYTES = 65_536;
