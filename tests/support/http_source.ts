/**
 * A server of audio over HTTP that pauses, skips and catches up as planned.
 * Its samples are numbered, and it knows when it sent each.
 *
 * @module
 */

import { delay } from "./pace.ts";

/** Samples per second: ffmpeg reads 256 KiB of a WAV file before it begins. */
export const HTTP_RATE = 48_000;
/** Samples of a block. */
const BLOCK = HTTP_RATE / 50;

/** A part of what a client gets. */
export type Part =
  /** This many seconds at the speed of time, or at another one. */
  | { readonly flow: number; readonly speed?: number }
  /** This many seconds at once. */
  | { readonly burst: number }
  /** Nothing for this many seconds; the audio continues where it was. */
  | { readonly pause: number }
  /** Nothing for this many seconds, whose audio is lost. */
  | { readonly lose: number };

/** Audio that a source did not send. */
export interface Hole {
  /** When the source had sent all before it. */
  readonly at: number;
  /** Number of the first sample that is missing. */
  readonly sample: number;
  /** Its length in seconds. */
  readonly length: number;
}

/** Audio that was handed to a client. */
export interface Sent {
  /** Number of the sample after it. */
  readonly end: number;
  /** When, in milliseconds since 1970. */
  readonly at: number;
}

/** Options of {@linkcode serveNumbers}. */
export interface HttpOptions {
  /** Makes the samples, two channels interleaved. */
  readonly sound?: (first: number, count: number) => Uint8Array<ArrayBuffer>;
  /** Returns the number of a connection's first sample. */
  readonly first?: () => number;
}

/** A running server; disposing of it ends it. */
export interface HttpSource extends AsyncDisposable {
  /** Its address. */
  readonly url: string;
  /** What it did not send, in all connections. */
  readonly holes: readonly Hole[];
  /** When each client connected, in milliseconds since 1970. */
  readonly connected: readonly number[];
  /** What it sent, in all connections. */
  readonly sent: readonly Sent[];
  /** By how many milliseconds it was late at most: a busy machine delays it, too. */
  readonly late: number;
}

/**
 * Starts a server.
 *
 * @param plan Returns the parts for each connection, counted from 0. After them
 * the connection ends.
 */
export function serveNumbers(
  plan: (connection: number) => readonly Part[],
  { sound = samples, first = () => 0 }: HttpOptions = {},
): HttpSource {
  const holes: Hole[] = [];
  const sent: Sent[] = [];
  const connected: number[] = [];
  let late = 0;
  const stop = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, () => {
    const parts = plan(connected.length);
    connected.push(Date.now());
    const body = ReadableStream.from(
      numbers(parts, {
        ...{ sound, first, holes, sent, signal: stop.signal },
        onLate: (by) => late = Math.max(late, by),
      }),
    );
    return new Response(body, { headers: { "content-type": "audio/wav" } });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/radio`,
    holes,
    connected,
    sent,
    get late() {
      return late;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.shutdown();
    },
  };
}

async function* numbers(
  parts: readonly Part[],
  { sound, first, holes, sent, signal, onLate }: Required<HttpOptions> & {
    readonly holes: Hole[];
    readonly sent: Sent[];
    readonly signal: AbortSignal;
    onLate(by: number): void;
  },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield wavHeader();
  let next = first();
  const block = (count: number) => {
    const bytes = sound(next, count);
    next += count;
    sent.push({ end: next, at: Date.now() });
    return bytes;
  };
  for (const part of parts) {
    const begun = Date.now();
    if ("flow" in part) {
      const { flow, speed = 1 } = part;
      for (let sent = 0; sent < flow * HTTP_RATE; sent += BLOCK) {
        yield block(BLOCK);
        const due = begun + 1000 * (sent + BLOCK) / HTTP_RATE / speed;
        // The client may take a moment before its first audio.
        if (sent > HTTP_RATE) onLate(Date.now() - due);
        await delay(due - Date.now(), signal);
      }
    } else if ("burst" in part) {
      yield block(part.burst * HTTP_RATE);
    } else if ("pause" in part) {
      await delay(part.pause * 1000, signal);
    } else {
      holes.push({ at: begun, sample: next, length: part.lose });
      await delay(part.lose * 1000, signal);
      onLate(Date.now() - begun - part.lose * 1000);
      next += part.lose * HTTP_RATE;
    }
  }
}

/** Samples whose left channel is the number's low, and whose right is its high part. */
function samples(first: number, count: number): Uint8Array<ArrayBuffer> {
  const block = new Int16Array(2 * count);
  for (let index = 0; index < count; index++) {
    block[2 * index] = (first + index) % 32_768;
    block[2 * index + 1] = Math.floor((first + index) / 32_768);
  }
  return new Uint8Array(block.buffer);
}

/** Returns the numbers of decoded samples. */
export function numbersIn(decoded: Int16Array): number[] {
  return Array.from(
    { length: decoded.length / 2 },
    (_, index) =>
      (decoded[2 * index] ?? 0) + 32_768 * (decoded[2 * index + 1] ?? 0),
  );
}

/** The beginning of a WAV file that does not say how long it is. */
export function wavHeader(
  { channels = 2, rate = HTTP_RATE } = {},
): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(44));
  const text = (at: number, name: string) =>
    new Uint8Array(header.buffer, at).set(new TextEncoder().encode(name));
  text(0, "RIFF");
  header.setUint32(4, 0xffff_ffff, true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, channels, true);
  header.setUint32(24, rate, true);
  header.setUint32(28, rate * channels * 2, true);
  header.setUint16(32, channels * 2, true);
  header.setUint16(34, 16, true);
  text(36, "data");
  header.setUint32(40, 0xffff_ffff, true);
  return new Uint8Array(header.buffer);
}
