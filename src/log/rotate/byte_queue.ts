/**
 * Queue of lines to write to a file, as bytes, with the position reached: each
 * byte is written exactly once.
 *
 * @module
 */

import type { EpochMs } from "../../events.ts";

/** Some whole lines. */
export interface Segment {
  /** The lines, each with its newline. */
  readonly bytes: Uint8Array;
  /** Time of the first of them. */
  readonly time: EpochMs;
  /** True for the first line of a new file. */
  readonly isHeader: boolean;
}

/** A queue of segments; the first may be partly written. */
export class WriteBuffer {
  #segments: Segment[] = [];
  #offset = 0;

  /** The segment to write next. */
  get first(): Segment | undefined {
    return this.#segments[0];
  }

  /** The unwritten rest of the first segment. */
  get left(): Uint8Array {
    return this.next(this.length);
  }

  /** Number of unwritten bytes of the first segment. */
  get length(): number {
    return (this.#segments[0]?.bytes.length ?? 0) - this.#offset;
  }

  /** Returns the next bytes of the first segment. */
  next(length: number): Uint8Array {
    const bytes = this.#segments[0]?.bytes ?? NOTHING;
    // A view costs more than all other work on a line, and is rarely needed.
    return length === bytes.length && this.#offset === 0
      ? bytes
      : bytes.subarray(this.#offset, this.#offset + length);
  }

  /** True when only a part of a line was written. */
  get isInLine(): boolean {
    const bytes = this.#segments[0]?.bytes;
    return this.#offset > 0 && bytes?.[this.#offset - 1] !== NEWLINE;
  }

  /** Lines that are not, or only partly, written; headers do not count. */
  get unwritten(): Dropped | null {
    const segments = this.#segments.filter(({ isHeader }) => !isHeader);
    const [first] = segments;
    if (first === undefined) return null;
    let count = 0;
    for (const segment of segments) {
      const left = segment === this.first ? this.left : segment.bytes;
      for (const byte of left) if (byte === NEWLINE) count++;
    }
    const { time: last } = segments.at(-1) ?? first;
    return { count, first: first.time, last };
  }

  /** Adds lines behind all others. */
  push(bytes: Uint8Array, time: EpochMs): void {
    this.#segments.push({ bytes, time, isHeader: false });
  }

  /** Puts the first line of a new file in front of all others. */
  pushHeader(bytes: Uint8Array, time: EpochMs): void {
    this.restartLine();
    this.#segments.unshift({ bytes, time, isHeader: true });
  }

  /**
   * Returns the length of the unwritten rest of the first line.
   *
   * @returns Number of bytes, the newline included.
   */
  lineLength(): number {
    return this.left.indexOf(NEWLINE) + 1;
  }

  /**
   * Returns the length of the lines of the first segment that fit into a file.
   *
   * @param room Number of bytes that the file has room for.
   * @returns Number of bytes, the newlines included.
   */
  fitting(room: number): number {
    return room > 0 ? this.left.lastIndexOf(NEWLINE, room - 1) + 1 : 0;
  }

  /** Records that more bytes of the first segment were written. */
  advance(count: number): void {
    this.#offset += count;
    if (this.#offset < (this.#segments[0]?.bytes.length ?? 0)) return;
    this.#segments.shift();
    this.#offset = 0;
  }

  /** Starts a partly written line again: the next file gets all of it, after a header. */
  restartLine(): void {
    const [segment, ...rest] = this.#segments;
    if (segment === undefined) return;
    const { bytes, isHeader } = segment;
    const start = this.#offset === 0
      ? 0
      : bytes.lastIndexOf(NEWLINE, this.#offset - 1) + 1;
    this.#offset = 0;
    this.#segments = isHeader
      ? rest
      : [{ ...segment, bytes: bytes.subarray(start) }, ...rest];
  }

  /** Drops all segments. */
  clear(): void {
    this.#segments = [];
    this.#offset = 0;
  }
}

const NEWLINE = 10;
const NOTHING = new Uint8Array(0);

/** Lines dropped since the last report. */
export interface Dropped {
  /** Number of lines. */
  readonly count: number;
  /** Time of the first of them. */
  readonly first: EpochMs;
  /** Time of the last of them. */
  readonly last: EpochMs;
}
