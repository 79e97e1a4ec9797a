/**
 * Lines that are not in the file yet. Their number is limited, because writing
 * may fail for long. The least important lines are dropped first, the oldest of
 * them before newer ones.
 *
 * @module
 */

import type { EpochMs } from "../../events.ts";
import type { Dropped } from "../rotate/byte_queue.ts";

/** A waiting line. */
export interface WaitingLine {
  /** The line without its newline. */
  readonly text: string;
  /** Its time. */
  readonly time: EpochMs;
  /** Its importance when lines must be dropped. */
  readonly rank: Rank;
}

/** Importance of a line: details, ffmpeg's warnings and errors, events of the session, its end. All above `detail` is written at once. */
export const RANK = { detail: 0, alarm: 1, lifecycle: 2, end: 3 } as const;

/** One of {@linkcode RANK}. */
export type Rank = typeof RANK[keyof typeof RANK];

/** A queue of lines with a limit. */
export class PriorityLineQueue {
  readonly #limit: number;
  /** Slots of dropped lines are empty until {@linkcode PriorityLineQueue.#compact}. */
  #lines: (WaitingLine | undefined)[] = [];
  #head = 0;
  /** For each rank, the slot before which it has no line. */
  #oldest: Record<Rank, number> = { 0: 0, 1: 0, 2: 0, 3: 0 };
  #count = 0;
  #size = 0;
  #total = 0;
  #dropped: Dropped | null = null;

  /**
   * Creates an empty queue.
   *
   * @param limit Maximum number of UTF-16 code units that may wait.
   */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Number of waiting lines. */
  get count(): number {
    return this.#count;
  }

  /** Number of waiting UTF-16 code units. */
  get size(): number {
    return this.#size;
  }

  /** Number of lines dropped so far. */
  get totalDropped(): number {
    return this.#total;
  }

  /** Adds a line, and drops others when there are too many. */
  push(line: WaitingLine): void {
    this.#lines.push(line);
    this.#count++;
    this.#size += line.text.length + 1;
    if (this.#size > this.#limit) this.#makeRoom();
  }

  /** Returns the oldest line. */
  first(): WaitingLine | undefined {
    while (this.#head < this.#lines.length) {
      const line = this.#lines[this.#head];
      if (line !== undefined) return line;
      this.#head++;
    }
    return undefined;
  }

  /**
   * Takes lines from the front, each with its newline. The end of the session
   * is taken separately: another line may have to precede it.
   *
   * @param size Approximate number of UTF-16 code units to take; at least one
   * line.
   * @param fits Whether the line with this time may be taken too; not called
   * for the first.
   */
  take(size: number, fits: (time: EpochMs) => boolean): string {
    const lines = this.#lines;
    let text = "";
    let at = this.#head;
    for (; at < lines.length && text.length < size; at++) {
      const line = lines[at];
      if (line === undefined) continue;
      const isEnd = line.rank === RANK.end;
      if (text !== "" && (isEnd || !fits(line.time))) break;
      text += line.text + "\n";
      this.#count--;
    }
    this.#size -= text.length;
    this.#head = at;
    if (at === lines.length) this.#clear();
    return text;
  }

  /** Returns the lines dropped since the last call, or `null`. */
  takeDropped(): Dropped | null {
    const dropped = this.#dropped;
    this.#dropped = null;
    return dropped;
  }

  /** Counts taken lines that could not be written as dropped. */
  countDropped({ count, first, last }: Dropped): void {
    this.#total += count;
    this.#dropped = {
      count: (this.#dropped?.count ?? 0) + count,
      first: Math.min(this.#dropped?.first ?? first, first),
      last: Math.max(this.#dropped?.last ?? last, last),
    };
  }

  /** Drops all waiting lines. */
  dropAll(): void {
    for (let line = this.first(); line !== undefined; line = this.first()) {
      this.#drop(this.#head, line);
    }
    this.#compact();
  }

  #makeRoom(): void {
    while (this.#size > this.#limit && this.#dropOne()) { /* until it fits */ }
    // Long failures must not leave many empty slots.
    if (this.#lines.length > 1024 && this.#lines.length > 2 * this.#count) {
      this.#compact();
    }
  }

  #dropOne(): boolean {
    for (const rank of Object.values(RANK)) {
      let place = Math.max(this.#oldest[rank], this.#head);
      for (; place < this.#lines.length; place++) {
        const line = this.#lines[place];
        if (line?.rank !== rank) continue;
        this.#oldest[rank] = place;
        this.#drop(place, line);
        return true;
      }
      this.#oldest[rank] = place;
    }
    return false;
  }

  #drop(place: number, line: WaitingLine): void {
    this.#lines[place] = undefined;
    this.#count--;
    this.#size -= line.text.length + 1;
    this.countDropped({ count: 1, first: line.time, last: line.time });
  }

  #clear(): void {
    this.#lines.length = 0;
    this.#head = 0;
    this.#oldest = { 0: 0, 1: 0, 2: 0, 3: 0 };
  }

  #compact(): void {
    this.#lines = this.#lines.slice(this.#head)
      .filter((line) => line !== undefined);
    this.#head = 0;
    this.#oldest = { 0: 0, 1: 0, 2: 0, 3: 0 };
  }
}
