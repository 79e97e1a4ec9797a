/**
 * Turns the bytes of a log into UTF-8, in whatever form somebody sent it.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";

/** The forms of a file, by its first bytes. */
type Form = "plain" | "utf-8 with a mark" | "utf-16le" | "utf-16be" | "gzip";

/** Number of bytes that show the form. */
const SHOWN = 4;

/**
 * Yields a log as UTF-8: decompressed if it is a gzip file, converted if it is
 * UTF-16, without its byte order mark. A damaged or cut gzip file yields what
 * can be read of it.
 */
export async function* plainBytes(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { head, rest } = await peek(source);
  const all = prepend(head, rest);
  switch (formOf(head)) {
    case "gzip":
      // An archive may hold any of the other forms.
      yield* plainBytes(gunzip(all));
      break;
    case "utf-16le":
      yield* fromUtf16(all, "utf-16le");
      break;
    case "utf-16be":
      yield* fromUtf16(all, "utf-16be");
      break;
    case "utf-8 with a mark":
      yield* prepend(head.subarray(MARK.length), rest);
      break;
    case "plain":
      yield* all;
  }
}

/** Whether lines in UTF-8 may be appended to a file that begins with these bytes. */
export function isAppendable(head: Uint8Array): boolean {
  const form = formOf(head);
  return form === "plain" || form === "utf-8 with a mark";
}

const MARK = [0xef, 0xbb, 0xbf];

function formOf(head: Uint8Array): Form {
  const [first = 0, second = 0, third = 0, fourth = 0] = head;
  if (first === 0x1f && second === 0x8b) return "gzip";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if ([first, second, third].join() === MARK.join()) return "utf-8 with a mark";
  // Without a mark: every line of a log begins with ASCII.
  if (head.length < SHOWN) return "plain";
  if (isAscii(first, third) && second + fourth === 0) return "utf-16le";
  if (isAscii(second, fourth) && first + third === 0) return "utf-16be";
  return "plain";
}

function isAscii(...codes: readonly number[]): boolean {
  return codes.every((code) => code >= 0x20 && code < 0x7f);
}

/** Reads the first bytes of a source. */
async function peek(source: AsyncIterable<Uint8Array>) {
  const rest = source[Symbol.asyncIterator]();
  let head = new Uint8Array();
  while (head.length < SHOWN) {
    const { done, value } = await rest.next();
    if (done === true) break;
    const both = new Uint8Array(head.length + value.length);
    both.set(head);
    both.set(value, head.length);
    head = both;
  }
  return { head, rest };
}

async function* prepend(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (;;) {
    const { done, value } = await rest.next();
    if (done === true) return;
    yield value;
  }
}

async function* fromUtf16(
  source: AsyncIterable<Uint8Array>,
  encoding: "utf-16le" | "utf-16be",
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  for await (const bytes of source) {
    yield encoder.encode(decoder.decode(bytes, { stream: true }));
  }
  yield encoder.encode(decoder.decode());
}

/** Bytes that are given to the decompressor at a time: an error loses no more. */
const PIECE = 1_024;

/** Decompresses a gzip file, which may be several that were joined. */
async function* gunzip(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array(
    await new Response(ReadableStream.from(copies(source))).arrayBuffer(),
  );
  while (rest.length > 0) {
    const [end, member] = await firstMember(rest) ?? [rest.length, null];
    if (member === null) yield* readable(rest);
    else yield member;
    rest = rest.subarray(end);
  }
}

/** Returns the end of the first whole member and its contents, or `null`. */
async function firstMember(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<[number, Uint8Array] | null> {
  let end = nextMember(bytes, 1);
  for (let tries = 1;; tries++) {
    try {
      const stream = ReadableStream.from(blocks(bytes.subarray(0, end)))
        .pipeThrough(new DecompressionStream("gzip"));
      const contents = await readUpTo(stream, MAX_MEMBER);
      // What is too large to be held is decompressed a piece at a time.
      return contents === null ? null : [end, contents];
    } catch {
      // These bytes are compressed data, or the file is cut or damaged.
      if (end === bytes.length || tries === MAX_TRIES) return null;
    }
    end = nextMember(bytes, end + 1);
  }
}

/** Bytes that become at most a thousand times as many. */
const BLOCK = 16_384;

function* blocks(
  bytes: Uint8Array<ArrayBuffer>,
): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += BLOCK) {
    yield bytes.subarray(at, at + BLOCK);
  }
}

/** Most bytes of a member that are held. */
const MAX_MEMBER = 32_000_000;
/** Most places that are tried as the end of a member. */
const MAX_TRIES = 16;

/** Reads a stream, or returns `null` when it has more bytes. */
async function readUpTo(
  stream: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.length;
    if (size > limit) return null;
    pieces.push(piece);
  }
  return concat(pieces);
}

/** Returns where a member of a gzip file may begin, or the end of the file. */
function nextMember(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x1f, from); at >= 0;) {
    if (bytes[at + 1] === 0x8b && bytes[at + 2] === 8) return at;
    at = bytes.indexOf(0x1f, at + 1);
  }
  return bytes.length;
}

/**
 * Most bytes that are decompressed a piece at a time: no log is as large, and a
 * small file may hold any number.
 */
const MAX_CONTENTS = 200_000_000;

/** Yields what can be decompressed of a cut, damaged or very large file. */
async function* readable(
  bytes: Uint8Array<ArrayBuffer>,
): AsyncGenerator<Uint8Array> {
  const reader = ReadableStream.from(inPieces(bytes))
    .pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (let size = 0; size < MAX_CONTENTS;) {
      const { done, value } = await reader.read();
      if (done) return;
      size += value.length;
      yield value;
    }
    await reader.cancel();
  } catch {
    // The file is cut or damaged here: the lines before it are read.
  }
}

async function* inPieces(
  bytes: Uint8Array<ArrayBuffer>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += PIECE) {
    yield bytes.subarray(at, at + PIECE);
    // An error drops what was not read by then.
    await new Promise((resolve) => setTimeout(resolve));
  }
}

async function* copies(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const bytes of source) yield new Uint8Array(bytes);
}
