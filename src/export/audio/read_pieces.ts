/**
 * Reads the samples of an export: of chunks, and of the silence between them.
 *
 * @module
 */

import { chunkFormat } from "../../audio/chunk_name.ts";
import type { Format } from "../../audio/format.ts";
import { basename } from "@std/path";
import { EchologError, messageOf } from "../../errors.ts";
import type { Seconds } from "../../events.ts";
import type { AudioPiece, Piece } from "../plan/plan.ts";
import {
  type EncodedAudio,
  flacStream,
  mp3Stream,
  opusStream,
  wavSamples,
  wavStream,
} from "./chunk_bytes.ts";
import { frameBytes, type Pcm, pcmArgs } from "./pcm.ts";
import { BLOCK, FfmpegPipe } from "./pipe.ts";

/** Audio that one decoder reads; a damaged frame shifts no more than that. */
const BATCH: Seconds = 300;
/** Chunks that one decoder reads. */
const MAX_FILES = 64;
/** Most audio that is replaced by silence: an index may claim anything. */
const MAX_DAMAGE: Seconds = 86_400;
/** Bytes of silence at a time. */
const SILENCE = new Uint8Array(262_144);

/** Audio that a chunk lacks though its log has it. */
export interface Damage {
  /** Paths of the chunks that it may be in. */
  readonly paths: readonly string[];
  /** How much is silence instead. */
  readonly length: Seconds;
  /** Why, as ffmpeg or the system put it, or `null`. */
  readonly message: string | null;
}

/** Options of {@linkcode readPieces}. */
export interface ReadOptions {
  /** Path of ffmpeg. */
  readonly ffmpeg: string;
  /** Ends all decoders. */
  readonly signal: AbortSignal;
  /** Whether each chunk has a decoder of its own, which shows the damaged one. */
  readonly isApart?: boolean;
  /** Threads of a decoder; as many as ffmpeg wants unless given. */
  readonly threads?: number;
  /** Audio that one decoder reads; five minutes unless given. */
  readonly batch?: Seconds;
  /** Takes damage that was found. */
  onDamage(damage: Damage): void;
}

/**
 * Yields the samples of pieces, exactly as many as they have. What cannot be
 * decoded is silence, so that all else stays in its place.
 */
export async function* readPieces(
  pieces: readonly Piece[],
  pcm: Pcm,
  options: ReadOptions,
): AsyncGenerator<Uint8Array> {
  const batches = batchesOf(
    pieces,
    options.isApart ? 1 : MAX_FILES,
    options.batch,
  );
  let damaged: Seconds = 0;
  const limited = {
    ...options,
    onDamage(damage: Damage) {
      damaged += damage.length;
      options.onDamage(damage);
      if (damaged <= MAX_DAMAGE) return;
      throw new EchologError(
        "failed",
        "More than a day of the range cannot be decoded",
        { hint: "find out what is damaged with echolog verify" },
      );
    },
  };
  // The next decoder starts while this one is read.
  let next = started(batches[0], null, pcm, options);
  try {
    for (const [index, batch] of batches.entries()) {
      const current = next;
      next = started(batches[index + 1], batch, pcm, options);
      if (batch.kind === "silence") yield* silence(batch.length, pcm);
      else yield* exactly(batch.pieces, pcm, await current, limited);
    }
  } finally {
    await (await next)?.[Symbol.asyncDispose]();
  }
}

/** Pieces that one decoder reads, or silence. */
type Batch = { readonly kind: "silence"; readonly length: number } | {
  readonly kind: "audio";
  readonly pieces: readonly AudioPiece[];
};

/** Groups pieces whose chunks are one FLAC stream. */
export function batchesOf(
  pieces: readonly Piece[],
  maxFiles = MAX_FILES,
  batch: Seconds = BATCH,
): Batch[] {
  const batches: Batch[] = [];
  let open: AudioPiece[] = [];
  for (const piece of pieces) {
    if (piece.kind === "silence") {
      open = [];
      batches.push(piece);
    } else if (open.length < maxFiles && isJoined(open, piece, batch)) {
      open.push(piece);
    } else {
      open = [piece];
      batches.push({ kind: "audio", pieces: open });
    }
  }
  return batches;
}

/** Whether a chunk can be appended to the stream of others. */
function isJoined(
  open: readonly AudioPiece[],
  piece: AudioPiece,
  batch: Seconds,
): boolean {
  const before = open.at(-1);
  if (before === undefined) return false;
  const length = open.reduce((sum, { samples }) => sum + samples, 0);
  return formatOf(piece) === "flac" && follows(before, piece) &&
    length < batch * piece.part.sampleRate;
}

/** Whether a piece is what its encoder wrote after the end of another. */
function follows(before: AudioPiece, { part, first }: AudioPiece): boolean {
  const { chunk, session } = before.part;
  const isWhole = before.first + before.samples === chunk.samples;
  return isWhole && first === 0 && part.missing === 0 &&
    part.session === session &&
    part.chunk.run === chunk.run && part.chunk !== chunk;
}

/**
 * Returns all pieces when they are one FLAC stream, without silence; otherwise
 * `null`.
 */
export function oneStream(pieces: readonly Piece[]): AudioPiece[] | null {
  const audio = pieces.flatMap((piece) =>
    piece.kind === "audio" ? [piece] : []
  );
  const [first] = audio;
  if (first === undefined || audio.length < pieces.length) return null;
  const isOne = formatOf(first) === "flac" &&
    audio.every((piece, index) => {
      const before = audio[index - 1];
      return before === undefined || follows(before, piece);
    });
  return isOne ? audio : null;
}

function formatOf({ part }: AudioPiece): Format | null {
  return chunkFormat(basename(part.chunk.path));
}

/** Samples from somewhere. */
interface Source extends AsyncDisposable {
  /** Yields them. */
  read(): AsyncGenerator<Uint8Array>;
  /** Throws, after the last of them, if there should be more. */
  check?(): void;
  /** What was reported about them. */
  messages(): readonly string[];
}

async function started(
  batch: Batch | undefined,
  before: Batch | null,
  pcm: Pcm,
  options: ReadOptions,
): Promise<Source | null> {
  if (batch?.kind !== "audio") return null;
  const [piece] = batch.pieces;
  if (piece === undefined) return null;
  try {
    switch (formatOf(piece)) {
      case "flac": {
        const stream = await flacStream(batch.pieces);
        return stream === null ? null : decoder(stream, piece, pcm, options);
      }
      case "wav":
        return await wavSource(piece, pcm, options);
      case "opus":
        return decoder(opusStream(piece), piece, pcm, options);
      case "mp3": {
        const last = before?.kind === "audio" ? before.pieces.at(-1) : null;
        const isNext = last !== null && last !== undefined &&
          follows(last, piece);
        const stream = await mp3Stream(piece, isNext ? last : null);
        return decoder(stream, piece, pcm, options);
      }
      case null:
        return null;
    }
  } catch (error) {
    // The caller gets it when it needs these samples, not while it reads others.
    return failed(error);
  }
}

async function wavSource(
  piece: AudioPiece,
  pcm: Pcm,
  options: ReadOptions,
): Promise<Source | null> {
  const samples = await wavSamples(piece);
  if (samples === null) return decoder(wavStream(piece), piece, pcm, options);
  const own = samples.pcm;
  const isSame = own.form === pcm.form && own.channels === pcm.channels &&
    own.sampleRate === pcm.sampleRate;
  if (!isSame) {
    const stream = { ...samples, inputArgs: pcmArgs(own), skip: 0, size: 0 };
    return decoder(stream, piece, pcm, options);
  }
  return {
    read: () => samples.bytes(),
    messages: () => [],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function failed(error: unknown): Source {
  return {
    // deno-lint-ignore require-yield
    async *read() {
      throw error;
    },
    messages: () => [],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * Returns a filter that makes frames as large as a pipe of Linux. ffmpeg writes
 * half as much at a time by itself, and a read costs the same for any size.
 */
function inBlocks(pcm: Pcm): string {
  return `asetnsamples=n=${Math.floor(BLOCK / frameBytes(pcm))}:p=0`;
}

/** Decodes a stream, from the first sample that is wanted. */
function decoder(
  { inputArgs, skip, bytes }: EncodedAudio,
  { part }: AudioPiece,
  pcm: Pcm,
  { ffmpeg, signal, threads }: ReadOptions,
): Source {
  const isResampled = part.sampleRate !== pcm.sampleRate;
  const pipe = new FfmpegPipe(ffmpeg, [
    // What a file holds must not decide which other files are opened.
    ...(threads === undefined ? [] : ["-threads", String(threads)]),
    ...["-protocol_whitelist", "pipe", ...inputArgs, "-i", "pipe:0"],
    ...["-map", "0:a:0"],
    ...["-af", isResampled ? `atrim=start_sample=${skip}` : inBlocks(pcm)],
    ...pcmArgs(pcm),
    // Each block is written, and read here, at once.
    ...(isResampled ? ["-flush_packets", "0"] : ["-avioflags", "direct"]),
    "pipe:1",
  ], signal);
  let failure: unknown = null;
  const feeding = (async () => {
    try {
      for await (const block of bytes()) {
        if (!await pipe.write(block)) return;
      }
    } catch (error) {
      failure = error;
    } finally {
      await pipe.end();
    }
  })();
  return {
    read: () => pipe.read(isResampled ? 0 : skip * frameBytes(pcm)),
    check() {
      if (failure !== null) throw failure;
    },
    messages: () => pipe.messages,
    async [Symbol.asyncDispose]() {
      await pipe[Symbol.asyncDispose]();
      await feeding;
    },
  };
}

/** Yields as many samples as pieces have. */
async function* exactly(
  pieces: readonly AudioPiece[],
  pcm: Pcm,
  source: Source | null,
  { onDamage, signal }: ReadOptions,
): AsyncGenerator<Uint8Array> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  let left = length * frameBytes(pcm);
  let message: string | null = null;
  if (source !== null) {
    try {
      for await (const block of source.read()) {
        if (block.length >= left) {
          yield block.subarray(0, left);
          return;
        }
        left -= block.length;
        yield block;
      }
      source.check?.();
    } catch (error) {
      // It was deleted meanwhile, or it is not what it should be.
      message = messageOf(error);
    } finally {
      await source[Symbol.asyncDispose]();
      message ??= source.messages()[0] ?? null;
    }
  }
  signal.throwIfAborted();
  const lacking = left / frameBytes(pcm);
  // A resampler may end some samples earlier.
  const isResampled = pieces.some(({ part }) =>
    part.sampleRate !== pcm.sampleRate
  );
  if (!isResampled || lacking > pcm.sampleRate / 100) {
    onDamage({
      paths: pieces.map(({ part }) => part.chunk.path),
      length: lacking / pcm.sampleRate,
      message,
    });
  }
  yield* silence(Math.round(lacking), pcm, left);
}

function* silence(
  length: number,
  pcm: Pcm,
  bytes = length * frameBytes(pcm),
): Generator<Uint8Array> {
  for (let left = bytes; left > 0; left -= SILENCE.length) {
    yield SILENCE.subarray(0, Math.min(left, SILENCE.length));
  }
}
