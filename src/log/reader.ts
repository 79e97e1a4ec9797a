/**
 * Reads the log of a session, across its rotated files, oldest line first.
 *
 * @module
 */

import { basename, dirname } from "@std/path";
import { LineSplitter } from "../ffmpeg/lines.ts";
import { decodeLine, type LogLine } from "./logfmt.ts";

/** A line of a log. */
export interface ReadLine {
  /** Number of its file: 3 for `session.log.3`, 0 for `session.log`. */
  readonly part: number;
  /** The line as it stands in the file, without its newline. */
  readonly text: string;
  /** What it says; `null` when it is torn or not a line of a log. */
  readonly entry: LogLine | null;
  /** True when the file ends within the line: whoever wrote it died, or is writing it now. */
  readonly isTorn: boolean;
}

/**
 * Reads a log line by line, in constant memory, text or JSON or a mix of both.
 * A session may go on writing and rotating meanwhile: each file is read once,
 * as far as it goes when its turn comes.
 *
 * @example Usage
 * ```ts
 * import { readLog } from "./reader.ts";
 *
 * const path = await Deno.makeTempFile();
 * for await (const { text, entry } of readLog(path)) {
 *   if (entry?.level === "ERROR") console.log(text);
 * }
 * ```
 *
 * @param path The active file, `session.log`; it may be missing if there are
 *   older ones.
 * @throws {Deno.errors.NotFound} If there is no file of this log.
 */
export async function* readLog(path: string): AsyncGenerator<ReadLine> {
  using opened = new DisposableStack();
  const parts = await openParts(path, opened);
  const buffer = new Uint8Array(65_536);
  for (const { part, file } of parts) {
    const splitter = new LineSplitter(LONGEST_LINE);
    for (;;) {
      const length = await file.read(buffer);
      if (length === null) break;
      for (const text of splitter.push(buffer.subarray(0, length))) {
        yield { part, text, entry: decodeLine(text), isTorn: false };
      }
    }
    for (const text of splitter.end()) {
      yield { part, text, entry: null, isTorn: true };
    }
  }
}

/** Bytes of a line that are kept; a line of ours is never as long. */
const LONGEST_LINE = 1_048_576;

interface Part {
  readonly part: number;
  readonly file: Deno.FsFile;
}

/**
 * Opens all files of a log. The active one comes first, so that a file that a
 * rotation moves up meanwhile is met twice rather than not at all.
 *
 * @returns The files, the oldest first.
 */
async function openParts(
  path: string,
  opened: DisposableStack,
): Promise<Part[]> {
  const parts: Part[] = [];
  const met = new Set<string>();
  const numbers = await oldNumbers(path);
  const last = numbers.at(-1) ?? 0;
  for (const part of [0, ...numbers]) await add(part);
  // Those that moved beyond the last number in the meantime.
  for (let part = last + 1; await add(part);) part++;
  if (parts.length === 0) {
    throw new Deno.errors.NotFound(`Cannot find a log at ${path}`);
  }
  return parts;

  async function add(part: number): Promise<boolean> {
    const file = await openIfThere(part === 0 ? path : `${path}.${part}`);
    if (file === null) return false;
    opened.use(file);
    const { isFile, dev, ino } = await file.stat();
    // Where files have no number none can be told from another.
    const identity = ino === null ? `${part}` : `${dev}:${ino}`;
    if (isFile && !met.has(identity)) parts.unshift({ part, file });
    met.add(identity);
    return true;
  }
}

/** Numbers of the old files, ascending. */
async function oldNumbers(path: string): Promise<number[]> {
  const start = `${basename(path)}.`;
  const numbers: number[] = [];
  for await (const { name } of Deno.readDir(dirname(path))) {
    if (!name.startsWith(start)) continue;
    const number = name.slice(start.length);
    if (/^[1-9]\d*$/.test(number)) numbers.push(Number(number));
  }
  return numbers.sort((a, b) => a - b);
}

async function openIfThere(path: string): Promise<Deno.FsFile | null> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
