/**
 * Reads a session from its log, and from the index of its chunks.
 *
 * @module
 */

import type { SessionEvent } from "../events.ts";
import { type ChunkIndex, NO_INDEX } from "../sessions/chunks/chunk_index.ts";
import { decodeEvent, isKnownEvent } from "../log/format/event_fields.ts";
import type { ReadLine } from "../log/read/reader.ts";
import { FaultCollector } from "./log_faults.ts";
import type { History } from "./history.ts";
import { SessionReader } from "./session_reader.ts";

/**
 * Reads the lines of a log.
 *
 * @param blocks The lines, the oldest first.
 * @param index The index of the session.
 */
export async function readHistory(
  blocks: AsyncIterable<readonly ReadLine[]>,
  index: ChunkIndex = NO_INDEX,
): Promise<History> {
  const reader = new HistoryReader(index);
  for await (const lines of blocks) {
    for (const line of lines) reader.takeLine(line);
  }
  return reader.history();
}

/** Offset of the level after a time in UTC. */
const LEVEL_AT = "2025-09-22T10:00:00Z ".length;

/** Takes the lines or events of a session in order. */
export class HistoryReader {
  readonly #index: ChunkIndex;
  readonly #faults = new FaultCollector();
  #isDebug = false;
  #session = new SessionReader();

  /** A reader of a session with this index. */
  constructor(index: ChunkIndex = NO_INDEX) {
    this.#index = index;
  }

  /**
   * Takes a DEBUG line of ffmpeg in UTC: most of a log may be such lines, and
   * their order does not matter.
   *
   * @returns false for other lines, which it leaves alone.
   */
  takeChatter({ text }: ReadLine): boolean {
    const isChatter = text.startsWith("DEBUG ", LEVEL_AT);
    if (isChatter) this.#isDebug = true;
    return isChatter;
  }

  /** Takes a line. */
  takeLine(line: ReadLine): void {
    if (this.takeChatter(line)) return;
    const { head, text } = line;
    if (head === null) {
      // The recorder may be writing a torn line now.
      if (!line.isTorn && text.trim() !== "") this.#faults.addUnreadable(text);
      return;
    }
    if (head.level === "DEBUG") {
      this.#isDebug = true;
      return;
    }
    const { entry } = line;
    const event = entry === null ? null : decodeEvent(entry);
    if (event !== null) this.take(event);
    else if (isKnownEvent(head)) this.#faults.addUnreadable(text);
    else this.#faults.addUnknown(head.event);
  }

  /** Takes an event. */
  take(event: SessionEvent): void {
    const session = this.#session;
    if (session.isOther(event)) {
      this.#faults.addSession(session.name);
      this.#session = new SessionReader();
    }
    const plausible = this.#faults.check(event, this.#session.facts);
    if (plausible !== null) this.#session.take(plausible);
  }

  /** Returns the session as read so far. */
  history(): History {
    const session = this.#session.history(this.#index);
    return {
      ...session,
      isDebug: this.#isDebug,
      faults: this.#faults.faults(session.sessionId),
    };
  }
}
