/**
 * Lines on their way into a file, as bytes, with a mark of how far they got:
 * no byte goes out twice, and none is left behind.
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

/** A queue of segments, of which the first can be partly written. */
export class WriteBuffer {
  #segments: Segment[] = [];
  #offset = 0;

  /** The segment whose turn it is. */
  get first(): Segment | undefined {
    return this.#segments[0];
  }

  /** What is left of the first segment. */
  get left(): Uint8Array {
    return this.next(this.length);
  }

  /** Number of bytes that are left of the first segment. */
  get length(): number {
    return (this.#segments[0]?.bytes.length ?? 0) - this.#offset;
  }

  /** The next bytes of the first segment. */
  next(length: number): Uint8Array {
    const bytes = this.#segments[0]?.bytes ?? NOTHING;
    // A view costs more than the rest of a line's way: mostly there is no need.
    return length === bytes.length && this.#offset === 0
      ? bytes
      : bytes.subarray(this.#offset, this.#offset + length);
  }

  /** True when a part of a line was written and the rest was not. */
  get isInLine(): boolean {
    const bytes = this.#segments[0]?.bytes;
    return this.#offset > 0 && bytes?.[this.#offset - 1] !== NEWLINE;
  }

  /** The lines that are not written, or not all of them; headers do not count. */
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
   * Length of what is left of the first line.
   *
   * @returns Number of bytes, the newline included.
   */
  lineLength(): number {
    return this.left.indexOf(NEWLINE) + 1;
  }

  /**
   * Length of the lines of the first segment that fit into a file.
   *
   * @param room Bytes that the file has room for.
   * @returns Number of bytes, the newlines included.
   */
  fitting(room: number): number {
    return room > 0 ? this.left.lastIndexOf(NEWLINE, room - 1) + 1 : 0;
  }

  /** Notes that some more bytes of the first segment were written. */
  advance(count: number): void {
    this.#offset += count;
    if (this.#offset < (this.#segments[0]?.bytes.length ?? 0)) return;
    this.#segments.shift();
    this.#offset = 0;
  }

  /** Forgets what another file has got of a line: the next gets it whole, after a header of its own. */
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

  /** Forgets everything. */
  clear(): void {
    this.#segments = [];
    this.#offset = 0;
  }
}

const NEWLINE = 10;
const NOTHING = new Uint8Array(0);

/** What was dropped since it was last told. */
export interface Dropped {
  /** Number of lines. */
  readonly count: number;
  /** Time of the first of them. */
  readonly first: EpochMs;
  /** Time of the last of them. */
  readonly last: EpochMs;
}
