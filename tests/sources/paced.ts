/**
 * Encoded streams over HTTP that are sent at the speed of time.
 *
 * @module
 */

import { assert } from "@std/assert";
import { delay } from "../support/pace.ts";

/** A stream of its own, with its own header. */
export interface Piece {
  /** The file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its length in seconds. */
  readonly seconds: number;
}

/** What {@linkcode encode} makes. */
export interface Tone {
  /** Its length in seconds. */
  readonly seconds: number;
  /** Samples per second. */
  readonly rate: number;
  /** Number of channels. */
  readonly channels: number;
  /** ffmpeg's arguments for codec and container. */
  readonly output: readonly string[];
}

/** Encodes a tone. */
export async function encode(
  { seconds, rate, channels, output }: Tone,
): Promise<Piece> {
  const { success, stdout } = await new Deno.Command("ffmpeg", {
    args: [
      ...["-v", "error", "-f", "lavfi", "-i"],
      `sine=frequency=437:sample_rate=${rate}:duration=${seconds}`,
      ...["-ac", String(channels), "-b:a", "64k", ...output, "-"],
    ],
    stdin: "null",
  }).output();
  assert(success);
  return { bytes: new Uint8Array(stdout), seconds };
}

/** A running server; disposing of it ends it. */
export interface PacedServer extends AsyncDisposable {
  /** Its address. */
  readonly url: string;
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
  let connections = 0;
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, () => {
    const body = ReadableStream.from(inTime(plan(connections++), stop.signal));
    return new Response(body, { headers: { "content-type": type } });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/show`,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.shutdown();
    },
  };
}

/** Blocks of a piece that are sent in a second. */
const BLOCKS = 20;

async function* inTime(
  pieces: readonly Piece[],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let due = Date.now();
  for (const { bytes, seconds } of pieces) {
    const step = Math.ceil(bytes.length / seconds / BLOCKS);
    for (let at = 0; at < bytes.length && !signal.aborted; at += step) {
      yield bytes.subarray(at, at + step);
      due += 1000 * seconds * step / bytes.length;
      await delay(due - Date.now(), signal);
    }
  }
}
