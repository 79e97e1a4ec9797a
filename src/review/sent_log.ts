/**
 * Reads a session from a log that somebody sent.
 *
 * @module
 */

import { EchologError } from "../errors.ts";
import { decodeEvent } from "../log/format/event_fields.ts";
import { ReadLine } from "../log/read/reader.ts";
import type { History } from "./history.ts";
import { HistoryReader } from "./history_reader.ts";

/**
 * Most characters that wait to be sorted: more than a log has with the defaults
 * of rotation, all its parts joined.
 */
const MAX_WAITING = 32_000_000;

/**
 * Reads a log that somebody sent, whose parts may have been joined with the
 * newest first. A longer log must have them in order, and is not held in memory.
 *
 * @param blocks The lines, in the order of the file.
 * @param maxWaiting Most characters that wait to be sorted.
 * @throws {EchologError} `failed`, when a longer log has them in another order.
 */
export async function readSentHistory(
  blocks: AsyncIterable<readonly ReadLine[]>,
  maxWaiting = MAX_WAITING,
): Promise<History> {
  const reader = new HistoryReader();
  const sorter = new Sorter(reader, maxWaiting);
  for await (const lines of blocks) sorter.take(lines);
  sorter.end();
  return reader.history();
}

/** Number of a part, and its session. */
interface Header {
  readonly session: string | null;
  readonly part: number;
}

/** The lines of one part. */
interface Section extends Header {
  readonly pieces: Piece[];
}

/** Lines in one text: lines by themselves would hold the blocks they are cut from. */
interface Piece {
  readonly text: string;
  /** Whether the last of them is torn. */
  readonly endsTorn: boolean;
}

/** Gives a reader the parts of each session in order. */
class Sorter {
  readonly #reader: HistoryReader;
  readonly #maxWaiting: number;
  /** Parts that wait, all of one session. */
  #waiting: Section[] = [];
  #length = 0;
  /** The part that the lines belong to. */
  #current: Header = { session: null, part: 0 };
  /** Whether the lines wait no longer. */
  #isPassing = false;

  constructor(reader: HistoryReader, maxWaiting: number) {
    this.#reader = reader;
    this.#maxWaiting = maxWaiting;
  }

  /** Takes the next lines of the file. */
  take(lines: readonly ReadLine[]): void {
    let kept: ReadLine[] = [];
    for (const line of lines) {
      // Most lines of a long log.
      if (this.#reader.takeChatter(line)) continue;
      const header = headerOf(line);
      if (header !== null) {
        this.#hold(kept);
        kept = [];
        this.#begin(header);
      }
      kept.push(line);
    }
    this.#hold(kept);
  }

  /** Gives the reader what waits. */
  end(): void {
    const sections = this.#waiting.sort((one, other) => one.part - other.part);
    for (const { text, endsTorn } of sections.flatMap((one) => one.pieces)) {
      const lines = text.split("\n");
      for (const [at, line] of lines.entries()) {
        const isTorn = endsTorn && at === lines.length - 1;
        this.#reader.takeLine(new ReadLine(0, line, isTorn));
      }
    }
    this.#waiting = [];
    this.#length = 0;
  }

  #begin(header: Header): void {
    const isOther = header.session !== this.#current.session;
    if (this.#isPassing && !isOther && header.part < this.#current.part) {
      throw unordered();
    }
    if (isOther) {
      this.end();
      this.#isPassing = false;
    }
    this.#current = header;
    if (!this.#isPassing) this.#waiting.push({ ...header, pieces: [] });
  }

  #hold(lines: readonly ReadLine[]): void {
    if (lines.length === 0) return;
    if (this.#isPassing) {
      for (const line of lines) this.#reader.takeLine(line);
      return;
    }
    let section = this.#waiting.at(-1);
    if (section === undefined) {
      section = { ...this.#current, pieces: [] };
      this.#waiting.push(section);
    }
    const text = lines.map((line) => line.text).join("\n");
    section.pieces.push({ text, endsTorn: lines.at(-1)?.isTorn === true });
    this.#length += text.length;
    if (this.#length > this.#maxWaiting) this.#pass();
  }

  /** Lets the current part pass, which must be the last one so far. */
  #pass(): void {
    const { part } = this.#current;
    if (this.#waiting.some((waiting) => waiting.part > part)) throw unordered();
    this.end();
    this.#isPassing = true;
  }
}

function unordered(): EchologError {
  return new EchologError(
    "failed",
    "The parts of this log are not in order, and too long to be sorted",
    { hint: "join them with the oldest first: session.log.2 session.log.1 …" },
  );
}

/** Returns the session and the number of the part that a line begins, or `null`. */
function headerOf(line: ReadLine): Header | null {
  const event = line.head?.event;
  if (event !== "session_start" && event !== "log_rotated") return null;
  const { entry } = line;
  const header = entry === null ? null : decodeEvent(entry);
  switch (header?.event) {
    case "session_start":
      return { session: header.session_id, part: 1 };
    case "log_rotated":
      return { session: header.session_id, part: header.part };
    default:
      return null;
  }
}
