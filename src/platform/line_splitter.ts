/**
 * Splits a stream of arbitrary bytes into lines.
 *
 * @module
 */

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Capacity of a pipe on Linux. */
const BUFFER_BYTES = 65_536;

/**
 * Splits bytes into lines. A line longer than the limit is cut and ends with
 * its length, so that memory stays bounded; bytes that are not UTF-8 become
 * U+FFFD.
 */
export class LineSplitter {
  readonly #limit: number;
  // A byte order mark in the middle of a stream is a character like any other.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #pieces: Uint8Array[] = [];
  #kept = 0;
  #length = 0;

  /** A splitter that keeps at most `limit` bytes of a line. */
  constructor(limit = 65_536) {
    this.#limit = limit;
  }

  /**
   * Takes bytes and returns the lines that are now complete, without their
   * ends.
   */
  push(bytes: Uint8Array): string[] {
    const last = bytes.lastIndexOf(NEWLINE);
    const first = bytes.indexOf(NEWLINE);
    const lines: string[] = [];
    if (first >= 0) {
      this.#keep(bytes.subarray(0, first));
      lines.push(this.#take());
    }
    if (last > first) this.#split(bytes.subarray(first + 1, last + 1), lines);
    // The reader may reuse its buffer, so the rest is copied.
    this.#keep(bytes.slice(last + 1));
    return lines;
  }

  /** Returns the last line, if it had no end. */
  end(): string[] {
    return this.#length === 0 ? [] : [this.#take()];
  }

  /** Splits whole lines, many at once if none can be too long. */
  #split(bytes: Uint8Array, lines: string[]): void {
    if (bytes.length <= this.#limit) {
      const text = this.#decoder.decode(bytes.subarray(0, -1));
      for (const line of text.split("\n")) {
        lines.push(line.endsWith("\r") ? line.slice(0, -1) : line);
      }
      return;
    }
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(NEWLINE, start);
      this.#keep(bytes.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
  }

  #keep(piece: Uint8Array): void {
    this.#length += piece.length;
    const room = this.#limit - this.#kept;
    if (room <= 0 || piece.length === 0) return;
    const kept = piece.subarray(0, room);
    this.#pieces.push(kept);
    this.#kept += kept.length;
  }

  #take(): string {
    const line = join(this.#pieces, this.#kept);
    const cut = this.#length > this.#kept ? ` … (${this.#length} bytes)` : "";
    const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
    this.#pieces = [];
    this.#kept = 0;
    this.#length = 0;
    return this.#decoder.decode(line.subarray(0, end)) + cut;
  }
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const line = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    line.set(piece, offset);
    offset += piece.length;
  }
  return line;
}

/** A running reader of lines. */
export interface LineReading {
  /** Resolves when the stream has ended or was cancelled. */
  readonly done: Promise<void>;
  /** Cancels the stream, even if its other end stays open. */
  cancel(): Promise<void>;
}

/**
 * Reads a stream and passes on each line as it comes. The stream is always
 * drained: a full pipe would freeze ffmpeg.
 *
 * @param bufferBytes number of bytes read at a time.
 */
export function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
  bufferBytes = BUFFER_BYTES,
): LineReading {
  const reader = stream.getReader({ mode: "byob" });
  const splitter = new LineSplitter();
  const drain = async () => {
    // One buffer for all reads: a stream with its own buffers leaves 64 KiB of
    // garbage per read, and V8 lets tens of MiB of that pile up.
    let buffer = new ArrayBuffer(bufferBytes);
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done) break;
      splitter.push(value).forEach(onLine);
      buffer = value.buffer;
    }
    splitter.end().forEach(onLine);
  };
  return { done: drain(), cancel: () => reader.cancel() };
}
