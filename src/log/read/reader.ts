/**
 * Reads the log of a session, across its rotated files, oldest line first.
 *
 * @module
 */

import { openToRead } from "../../platform/guarded/files.ts";
import { ReplacedError } from "../../platform/guarded/guard.ts";
import { linesWithoutZeros } from "../../platform/guarded/zeros.ts";
import { basename, dirname } from "@std/path";
import { LineSplitter } from "../../platform/line_splitter.ts";
import { isWholeStop } from "../format/event_fields.ts";
import {
  decodeHead,
  decodeLine,
  type LineHead,
  type LogLine,
} from "../format/line.ts";
import { plainBytes } from "./plain_bytes.ts";
import { QuotedLines } from "./quoted_lines.ts";

/** A line of a log. It is parsed on first use. */
export class ReadLine {
  /** Number of its file: 3 for `session.log.3`, 0 for `session.log`. */
  readonly part: number;
  /** The line as in the file, without its newline and without a mail program's quoting. */
  readonly text: string;
  /** True when the file ends within the line: its writer died, or is writing it now. */
  readonly isTorn: boolean;

  /** A line of the file with this number; `endsFile` when the file ends without a newline. */
  constructor(part: number, text: string, endsFile: boolean) {
    this.part = part;
    this.text = text;
    // Of the last line of a session only the newline may be missing: editors
    // and mail programs take it.
    this.isTorn = endsFile && !isWholeStop(text);
  }

  /** The part before its fields; `null` when it is torn or not a line of a log. */
  get head(): LineHead | null {
    return this.isTorn ? null : decodeHead(this.text);
  }

  /** The parsed line; `null` when it is torn or not a line of a log. */
  get entry(): LogLine | null {
    return this.isTorn ? null : decodeLine(this.text);
  }
}

/**
 * Reads a log line by line, in constant memory, text or JSON or a mix of both.
 * A session may write and rotate meanwhile: each file is read once, up to its
 * end at that time.
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
  for await (const lines of readLogBlocks(path)) yield* lines;
}

/**
 * Like `readLog`, but many lines at a time: awaiting each line costs more than
 * reading it.
 *
 * @param path The active file.
 * @throws {Deno.errors.NotFound} If there is no file of this log.
 */
export async function* readLogBlocks(
  path: string,
): AsyncGenerator<ReadLine[]> {
  using opened = openLogs(path);
  for (const { part, file } of opened.parts) {
    yield* linesOf(bytesOf(file), part);
  }
}

/**
 * Reads one file, whatever its name, or standard input. Compressed and UTF-16
 * files are read too.
 *
 * @param path Path of the file, or `-`.
 * @throws {Deno.errors.NotFound} If there is no such file.
 */
export async function* readFileBlocks(
  path: string,
): AsyncGenerator<ReadLine[]> {
  if (path === "-") {
    yield* linesOf(Deno.stdin.readable, 0);
    return;
  }
  using file = await Deno.open(path);
  yield* linesOf(bytesOf(file), 0);
}

async function* linesOf(
  source: AsyncIterable<Uint8Array>,
  part: number,
): AsyncGenerator<ReadLine[]> {
  const splitter = new LineSplitter(MAX_LINE);
  const quoted = new QuotedLines();
  for await (const bytes of plainBytes(source)) {
    yield quoted.push(linesWithoutZeros(splitter.push(bytes)))
      .map((text) => new ReadLine(part, text, false));
  }
  const rest = linesWithoutZeros(splitter.end());
  const texts = [...quoted.push(rest), ...quoted.end()];
  yield texts.map((text, at) =>
    new ReadLine(part, text, rest.length > 0 && at === texts.length - 1)
  );
}

async function* bytesOf(file: Deno.FsFile): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(BLOCK);
  for (;;) {
    const length = await file.read(buffer);
    if (length === null) return;
    yield buffer.subarray(0, length);
  }
}

/** Number of bytes read at a time. */
const BLOCK = 262_144;
/** Maximum number of bytes kept of a line; echolog's lines are shorter. */
export const MAX_LINE = 1_048_576;

/**
 * Maximum number of attempts to open all files without a rotation in between.
 */
const TRIES = 100;

/** An open file of a log. */
export interface Part {
  /** Its number, 0 for the active one. */
  readonly part: number;
  /** The open file. */
  readonly file: Deno.FsFile;
}

/** The open files of a log. */
export class OpenLogs implements Disposable {
  /** The oldest first. */
  readonly parts: Part[] = [];

  /** Opens all files of the log. */
  constructor(path: string) {
    try {
      for (const part of numbersOf(path)) {
        const file = openFile(pathOf(path, part));
        if (file !== null) this.parts.unshift({ part, file });
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** True when every file still has the name under which it was opened, and there are no others. */
  isWhole(path: string): boolean {
    const numbers = this.parts.map(({ part }) => part).reverse();
    return numbers.join() === numbersOf(path).join() &&
      this.parts.every(({ part, file }) => {
        const { dev, ino } = file.statSync();
        const named = statFile(pathOf(path, part));
        return named?.dev === dev && named.ino === ino;
      });
  }

  /** Closes them. */
  [Symbol.dispose](): void {
    for (const { file } of this.parts) file.close();
  }
}

/** Opens all files of a log; `null` when one was renamed while it was opened. */
function tryOpen(path: string): OpenLogs | null {
  try {
    return new OpenLogs(path);
  } catch (error) {
    if (error instanceof ReplacedError) return null;
    throw error;
  }
}

/**
 * Opens all files of a log. A rotation meanwhile renumbers every file, so it
 * tries again.
 *
 * @throws {Deno.errors.NotFound} If there is none.
 */
export function openLogs(path: string): OpenLogs {
  for (let left = TRIES; left > 0; left--) {
    const opened = tryOpen(path);
    if (opened === null) continue;
    if (opened.isWhole(path)) {
      if (opened.parts.length > 0) return opened;
      throw new Deno.errors.NotFound(`Cannot find a log at ${path}`);
    }
    opened[Symbol.dispose]();
  }
  throw new Error(`Cannot read ${path}: it keeps being rotated`);
}

function pathOf(path: string, part: number): string {
  return part === 0 ? path : `${path}.${part}`;
}

/**
 * Returns the number of a rotated log by its name, 0 for the active one, or
 * `null` if it is neither. A number above 1000, the highest
 * `logging.backup_count`, is the date of a copy.
 */
export function logPart(name: string, active = "session.log"): number | null {
  if (!name.startsWith(active)) return null;
  const rest = name.slice(active.length);
  if (rest === "") return 0;
  return /^\.(?:[1-9]\d{0,2}|1000)$/.test(rest) ? Number(rest.slice(1)) : null;
}

/** Returns the numbers of the existing files, ascending. */
function numbersOf(path: string): number[] {
  const name = basename(path);
  const numbers: number[] = [];
  for (const entry of Deno.readDirSync(dirname(path))) {
    const part = logPart(entry.name, name);
    if (part === null) continue;
    // What is no file is refused when it is opened, and named.
    if (!entry.isDirectory) numbers.push(part);
  }
  return numbers.sort((a, b) => a - b);
}

function openFile(path: string): Deno.FsFile | null {
  try {
    return openToRead(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function statFile(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
