/**
 * The bytes of chunks as a decoder reads them from a pipe: echolog opens the
 * files itself, after it has looked at them, and ffmpeg opens none.
 *
 * @module
 */

import {
  type AudioFile,
  openAudioFile,
} from "../../audio/contents/audio_file.ts";
import {
  type FlacEntry,
  flacStreamHeader,
  seekFlac,
} from "../../audio/contents/flac/seek.ts";
import { measureFlac } from "../../audio/contents/flac/flac.ts";
import { lastMp3Frames, measureMp3 } from "../../audio/contents/mp3/mp3.ts";
import { finishOgg } from "../../audio/contents/ogg.ts";
import { inspectWav, measureWav } from "../../audio/contents/wav.ts";
import { chunkNumber, PART } from "../../audio/chunk_name.ts";
import { basename, dirname, join } from "@std/path";
import { openToRead } from "../../platform/guarded/async_files.ts";
import { isAbsent } from "../../platform/fs.ts";
import type { AudioPiece } from "../plan/plan.ts";
import { formOfCodec, frameBytes, type Pcm } from "./pcm.ts";

/** Bytes read at a time. */
const BLOCK = 262_144;
/** Samples that are cheaper to decode than to find. */
const MIN_SEEK = 48_000;

/** What a decoder is to be given. */
export interface EncodedAudio {
  /** Its options for the input. */
  readonly inputArgs: readonly string[];
  /** Samples that it gives out before the first that is wanted. */
  readonly skip: number;
  /** Bytes of all files, about; for progress. */
  readonly size: number;
  /** Yields the bytes; a generator holds one open file at a time. */
  bytes(): AsyncGenerator<Uint8Array>;
}

/**
 * Opens a chunk, also one that is closed between its listing and now.
 *
 * @throws {UnsafePathError} when it is not what it should be.
 */
async function openChunk(path: string): Promise<Deno.FsFile> {
  try {
    return await openToRead(path);
  } catch (error) {
    if (!isAbsent(error) || !path.endsWith(PART)) throw error;
    return await openToRead(closedPath(path));
  }
}

/** Returns the path of a finished chunk by that of its open file. */
function closedPath(path: string): string {
  const folder = dirname(path);
  const seq = chunkNumber(basename(path));
  const closed = [...Deno.readDirSync(folder)].find(({ name }) =>
    !name.endsWith(PART) && chunkNumber(name) === seq
  );
  return closed === undefined ? path : join(folder, closed.name);
}

/**
 * Returns chunks of one run as one FLAC stream: ffmpeg numbers the frames
 * through a run, so that its chunks without their headers are what its encoder
 * wrote.
 *
 * @returns `null` when the first is not FLAC.
 */
export async function flacStream(
  pieces: readonly AudioPiece[],
): Promise<EncodedAudio | null> {
  const [first] = pieces;
  if (first === undefined) return null;
  using handle = await openChunk(first.part.chunk.path);
  const file = await openAudioFile(handle);
  const start = await flacStreamHeader(file);
  const contents = await measureFlac(file);
  if (start === null || contents === null) return null;
  const entry = await entryTo(first.first, file, contents.validBytes) ??
    { at: start.audioStart, samples: 0 };
  return {
    inputArgs: ["-f", "flac"],
    skip: first.first - entry.samples,
    size: file.size * pieces.length,
    async *bytes() {
      yield start.header;
      for (const [index, { part }] of pieces.entries()) {
        using handle = await openChunk(part.chunk.path);
        const file = await openAudioFile(handle);
        const from = index === 0
          ? entry.at
          : (await flacStreamHeader(file))?.audioStart ?? 0;
        yield* bytesOf(file, from, file.size);
      }
    },
  };
}

async function entryTo(
  sample: number,
  file: AudioFile,
  end: number,
): Promise<FlacEntry | null> {
  return sample < MIN_SEEK ? null : await seekFlac(file, sample, end);
}

/** Returns an Opus chunk; its decoder has to begin with its first sample. */
export function opusStream(piece: AudioPiece): EncodedAudio {
  const { chunk } = piece.part;
  return {
    inputArgs: ["-f", "ogg"],
    skip: piece.first,
    size: 0,
    async *bytes() {
      using handle = await openChunk(chunk.path);
      const file = await openAudioFile(handle);
      if (!chunk.isOpen) return yield* bytesOf(file, 0, file.size);
      // Its header is corrected when it is closed; here, in memory.
      const copy = memoryFile(await file.read(0, file.size));
      const isFirst = piece.part.missing === null;
      const contents = await finishOgg(copy, !isFirst);
      yield* bytesOf(copy, 0, contents?.validBytes ?? copy.size);
    },
  };
}

/** Returns a WAV chunk of any codec, as a whole. */
export function wavStream(piece: AudioPiece): EncodedAudio {
  const { chunk } = piece.part;
  return {
    inputArgs: ["-f", "wav"],
    skip: piece.first,
    size: 0,
    async *bytes() {
      using handle = await openChunk(chunk.path);
      const file = await openAudioFile(handle);
      yield* bytesOf(file, 0, file.size);
    },
  };
}

/**
 * Returns an MP3 chunk. Its first frame needs those before it, which end the
 * chunk before it.
 *
 * @param before what the encoder wrote before it, or `null` when that is not
 * there.
 */
export async function mp3Stream(
  piece: AudioPiece,
  before: AudioPiece | null,
): Promise<EncodedAudio> {
  const lead = before === null ? null : await endOfMp3(before);
  return {
    inputArgs: ["-f", "mp3"],
    skip: piece.first + (lead?.samples ?? 0),
    size: 0,
    async *bytes() {
      if (lead !== null) yield lead.bytes;
      using handle = await openChunk(piece.part.chunk.path);
      const file = await openAudioFile(handle);
      const contents = await measureMp3(file);
      if (contents === null) return;
      const from = lead === null ? 0 : contents.audioStart;
      yield* bytesOf(file, from, contents.validBytes);
    },
  };
}

/** Returns the last frames of a chunk, or `null` when it has been damaged. */
async function endOfMp3(
  { part }: AudioPiece,
): Promise<{ readonly bytes: Uint8Array; readonly samples: number } | null> {
  try {
    using handle = await openChunk(part.chunk.path);
    const file = await openAudioFile(handle);
    const end = await lastMp3Frames(file);
    if (end === null) return null;
    const { at, samples } = end;
    return { bytes: await file.read(at, file.size - at), samples };
  } catch {
    // Its own decoder reports it.
    return null;
  }
}

/** The samples of a WAV file, as they are in it. */
export interface WavSamples {
  /** Their form. */
  readonly pcm: Pcm;
  /** Yields those that are wanted. */
  bytes(): AsyncGenerator<Uint8Array>;
}

/**
 * Returns the samples of a WAV chunk.
 *
 * @returns `null` when they have a form that only a decoder knows.
 */
export async function wavSamples(
  { part, first, samples }: AudioPiece,
): Promise<WavSamples | null> {
  using handle = await openChunk(part.chunk.path);
  const file = await openAudioFile(handle);
  const contents = await measureWav(file);
  const { codec, channels, sampleRate } = await inspectWav(file);
  const form = formOfCodec(codec);
  const isKnown = contents !== null && form !== null && channels !== null &&
    sampleRate !== null;
  if (!isKnown) return null;
  const pcm = { sampleRate, channels, form };
  const bytes = frameBytes(pcm);
  const start = contents.dataSizeAt + 4 + first * bytes;
  return {
    pcm,
    async *bytes() {
      using handle = await openChunk(part.chunk.path);
      const file = await openAudioFile(handle);
      yield* bytesOf(file, start, start + samples * bytes);
    },
  };
}

async function* bytesOf(
  file: AudioFile,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to;) {
    const bytes = await file.read(at, Math.min(BLOCK, to - at));
    if (bytes.length === 0) return;
    yield bytes;
    at += bytes.length;
  }
}

function memoryFile(bytes: Uint8Array): AudioFile {
  return {
    size: bytes.length,
    read: (position, length) =>
      Promise.resolve(bytes.subarray(position, position + length)),
    write(position, part) {
      bytes.set(part, position);
      return Promise.resolve();
    },
    truncate: () => Promise.resolve(),
  };
}
