/**
 * The lines of a log that a page shows: all that matter, and of the rest the
 * first and the last.
 *
 * @module
 */

import { oneLine } from "../../errors.ts";
import type { EpochMs, Level } from "../../events.ts";
import { decodeEvent } from "../../log/format/event_fields.ts";
import type { ReadLine } from "../../log/read/reader.ts";

/** A line of the log. */
export interface ExcerptLine {
  /** Its number in the log, from 1. */
  readonly number: number;
  /** When it was logged, by the clock of the session's start; `null` when it cannot be read. */
  readonly time: EpochMs | null;
  /** Its severity, or `null` when it cannot be read. */
  readonly level: Level | null;
  /** Its event, or `null` when it cannot be read. */
  readonly event: string | null;
  /** Its text, without control characters; long ones are cut. */
  readonly text: string;
  /** Start of the gap that it logs, or `null`. */
  readonly gap: EpochMs | null;
  /** Code of the warning or error that it logs, or `null`. */
  readonly code: string | null;
}

/** The lines that a page shows, and how many it does not. */
export interface LogExcerpt {
  /** In the order of the log. */
  readonly lines: readonly ExcerptLine[];
  /** Lines of the log. */
  readonly total: number;
  /** Lines about chunks that are left out: a table has them. */
  readonly chunkLines: number;
}

/** Characters of a line that are shown. */
const MAX_TEXT = 1_000;

/** Events that are shown whatever their level. */
const LIFECYCLE: ReadonlySet<string> = new Set([
  ...["session_start", "session_stop", "log_rotated", "gap", "recovery"],
  ...["ffmpeg_command", "ffmpeg_started", "ffmpeg_stopped", "chunk_deleted"],
]);

/** Takes the lines of a log in order, and keeps what a page shows. */
export class LogCollector {
  readonly #important = new Ends(3_000, 300_000);
  readonly #chatter = new Ends(500, 60_000);
  readonly #chunks = new Ends(200, 50_000);
  #number = 0;
  #chunkLines = 0;
  /** Milliseconds that the clock was set forward so far. */
  #shift = 0;

  /** Passes lines on as they are read. */
  async *watch<T extends readonly ReadLine[]>(
    blocks: AsyncIterable<T>,
  ): AsyncGenerator<T> {
    for await (const lines of blocks) {
      for (const line of lines) this.take(line);
      yield lines;
    }
  }

  /** Takes a line. */
  take(line: ReadLine): void {
    const number = ++this.#number;
    const { head } = line;
    const kept = head?.event === "chunk_created"
      ? this.#chunks
      : head !== null &&
          (LIFECYCLE.has(head.event) || head.level === "WARNING" ||
            head.level === "ERROR")
      ? this.#important
      : this.#chatter;
    if (kept === this.#chunks) this.#chunkLines++;
    const text = oneLine(cut(line.text));
    const { gap, code, step } = detailsOf(line);
    const time = head === null ? null : head.time - this.#shift;
    this.#shift += step;
    kept.add({
      ...{ number, time, text, gap, code },
      level: head?.level ?? null,
      event: head?.event ?? null,
    });
  }

  /** Returns what is shown of the lines so far. */
  excerpt(): LogExcerpt {
    const chunks = this.#chunks.lines();
    const lines = [
      ...this.#important.lines(),
      ...this.#chatter.lines(),
      ...chunks,
    ];
    return {
      lines: lines.sort((one, other) => one.number - other.number),
      total: this.#number,
      chunkLines: this.#chunkLines - chunks.length,
    };
  }
}

/** Returns what of a line is used besides its text; most lines have nothing. */
function detailsOf(line: ReadLine): {
  readonly gap: EpochMs | null;
  readonly code: string | null;
  readonly step: number;
} {
  const name = line.head?.event;
  const isUsed = name === "gap" || name === "warning" || name === "error";
  const entry = isUsed ? line.entry : null;
  const event = entry === null ? null : decodeEvent(entry);
  switch (event?.event) {
    case "gap":
      return { gap: event.start, code: null, step: 0 };
    case "warning":
    case "error": {
      const isStep = event.code === "clock_step";
      const by = isStep ? parseFloat(String(event.details?.by)) : 0;
      const step = Number.isFinite(by) ? by * 1000 : 0;
      return { gap: null, code: event.code, step };
    }
    default:
      return { gap: null, code: null, step: 0 };
  }
}

function cut(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, MAX_TEXT)} … (${
    text.length - MAX_TEXT
  } more characters)`;
}

/** Keeps the first and the last of many lines. */
class Ends {
  readonly #maxLines: number;
  readonly #maxLength: number;
  readonly #first: ExcerptLine[] = [];
  readonly #last: ExcerptLine[] = [];
  #firstLength = 0;
  #lastLength = 0;
  #isFull = false;

  /** Keeps half as many from each end. */
  constructor(lines: number, length: number) {
    this.#maxLines = lines / 2;
    this.#maxLength = length / 2;
  }

  add(line: ExcerptLine): void {
    const { length } = line.text;
    if (!this.#isFull) {
      this.#isFull = this.#first.length >= this.#maxLines ||
        this.#firstLength + length > this.#maxLength;
    }
    if (!this.#isFull) {
      this.#first.push(line);
      this.#firstLength += length;
      return;
    }
    this.#last.push(line);
    this.#lastLength += length;
    // Now and then, since each time moves all.
    if (this.#last.length > 2 * this.#maxLines) this.#drop();
    if (this.#lastLength > 2 * this.#maxLength) this.#drop();
  }

  lines(): ExcerptLine[] {
    this.#drop();
    return [...this.#first, ...this.#last];
  }

  #drop(): void {
    let from = Math.max(0, this.#last.length - this.#maxLines);
    let length = this.#last.slice(from)
      .reduce((sum, { text }) => sum + text.length, 0);
    while (length > this.#maxLength && from < this.#last.length) {
      length -= this.#last[from++]?.text.length ?? 0;
    }
    this.#last.splice(0, from);
    this.#lastLength = length;
  }
}
