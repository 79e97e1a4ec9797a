/**
 * Encoded streams over HTTP that are sent at the speed of time.
 *
 * @module
 */

import { assert } from "@std/assert";
import { delay } from "../support/pace.ts";

/** A stream of its own, with its own header. */
export interface Piece {
  /** Its length in seconds. */
  readonly seconds: number;
  /** Its bytes, in order. */
  readonly blocks: readonly Block[];
}

/** Bytes that a source can send when their sound is over. */
interface Block {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where their sound ends in the piece, in seconds. */
  readonly end: number;
}

/** What {@linkcode encode} makes. */
export interface Tone {
  /** Its length in seconds. */
  readonly seconds: number;
  /** Samples per second. */
  readonly rate: number;
  /** Number of channels. */
  readonly channels: number;
  /** ffmpeg's name of the codec. */
  readonly codec: "libmp3lame" | "libvorbis" | "libopus";
}

/** Blocks of a second of MP3. */
const BLOCKS = 20;

const MP3 = ["-f", "mp3"];
/** A page a tenth of a second, in the place of one a second. */
const OGG = ["-page_duration", "100000", "-f", "ogg"];

/** Encodes a tone. */
export async function encode(
  { seconds, rate, channels, codec }: Tone,
): Promise<Piece> {
  const { success, stdout } = await new Deno.Command("ffmpeg", {
    args: [
      ...["-v", "error", "-f", "lavfi", "-i"],
      `sine=frequency=437:sample_rate=${rate}:duration=${seconds}`,
      ...["-ac", String(channels), "-c:a", codec, "-b:a", "64k"],
      ...(codec === "libmp3lame" ? MP3 : OGG),
      "-",
    ],
    stdin: "null",
  }).output();
  assert(success);
  const bytes = new Uint8Array(stdout);
  const blocks = codec === "libmp3lame"
    ? evenBlocks(bytes, seconds)
    : pagesOf(bytes, codec === "libopus" ? 48_000 : rate);
  return { seconds, blocks };
}

/** Blocks of a file with a constant bit rate. */
function evenBlocks(bytes: Uint8Array<ArrayBuffer>, seconds: number): Block[] {
  const count = seconds * BLOCKS;
  const offset = (index: number) => Math.round(bytes.length * index / count);
  return Array.from({ length: count }, (_, index) => ({
    bytes: bytes.subarray(offset(index), offset(index + 1)),
    end: (index + 1) / BLOCKS,
  }));
}

/**
 * Returns the pages of an Ogg file: each has the position of its end, and the
 * lengths of its segments
 * ({@link https://www.rfc-editor.org/rfc/rfc3533#section-6 | RFC 3533}).
 */
function pagesOf(bytes: Uint8Array<ArrayBuffer>, rate: number): Block[] {
  const view = new DataView(bytes.buffer);
  const pages: Block[] = [];
  for (let at = 0; at < bytes.length;) {
    const count = view.getUint8(at + 26);
    const segments = bytes.subarray(at + 27, at + 27 + count);
    const length = 27 + count + segments.reduce((sum, each) => sum + each, 0);
    pages.push({
      bytes: bytes.subarray(at, at + length),
      end: Number(view.getBigInt64(at + 6, true)) / rate,
    });
    at += length;
  }
  return pages;
}

/** A running server; disposing of it ends it. */
export interface PacedServer extends AsyncDisposable {
  /** Its address. */
  readonly url: string;
  /** When it began each piece, in all connections, in milliseconds since 1970. */
  readonly begun: readonly number[];
}

/**
 * Serves pieces, one after the other, each in the time that it lasts.
 *
 * @param plan Returns the pieces for each connection, counted from 0.
 */
export function servePaced(
  type: string,
  plan: (connection: number) => readonly Piece[],
): PacedServer {
  const stop = new AbortController();
  const begun: number[] = [];
  let connections = 0;
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, () => {
    const pieces = plan(connections++);
    const body = ReadableStream.from(inTime(pieces, begun, stop.signal));
    return new Response(body, { headers: { "content-type": type } });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/show`,
    begun,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.shutdown();
    },
  };
}

async function* inTime(
  pieces: readonly Piece[],
  begun: number[],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let start = Date.now();
  for (const { seconds, blocks } of pieces) {
    begun.push(start);
    for (const { bytes, end } of blocks) {
      await delay(start + 1000 * end - Date.now(), signal);
      if (signal.aborted) return;
      yield bytes;
    }
    start += 1000 * seconds;
  }
}
