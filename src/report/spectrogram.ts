/**
 * Makes a spectrogram with ffmpeg, in tiles: one for each stretch of audio.
 *
 * @module
 */

import type { Seconds } from "../events.ts";
import { FfmpegPipe } from "../export/audio/pipe.ts";
import { type Pcm, pcmArgs } from "../export/audio/pcm.ts";
import { readPieces } from "../export/audio/read_pieces.ts";
import type { AudioPiece } from "../export/plan/plan.ts";
import type { Part } from "../export/plan/timeline.ts";
import type { RecordedSession } from "../export/recorded.ts";
import { EchologError } from "../errors.ts";
import type { Span } from "../review/history.ts";
import type { Spectrogram, SpectrogramTile } from "./data/page.ts";
import { SPECTROGRAM_HEIGHT } from "./drawing/spectrogram.ts";
import { base64 } from "./levels/decibels.ts";

/** Options of {@linkcode makeSpectrogram}. */
export interface SpectrogramOptions {
  /** Path of ffmpeg. */
  readonly ffmpeg: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Tiles that are made at a time. */
  readonly lanes: number;
  /** Takes how many seconds of audio are done since the last call. */
  onProgress(length: Seconds): void;
}

/** Columns of a whole session. */
const COLUMNS = 1_600;
/** The shortest column: ffmpeg looks at windows of 512 samples. */
const MIN_COLUMN: Seconds = 0.05;
/** Audio of a tile: ffmpeg keeps it in memory. */
const MAX_TILE: Seconds = 300;

/** Audio of one tile. */
interface Tile {
  readonly span: Span;
  readonly columns: number;
  readonly pieces: readonly AudioPiece[];
}

/**
 * Makes the spectrogram of a session.
 *
 * @param whole The session.
 * @param parts Its audio, by the same clock.
 */
export async function makeSpectrogram(
  { sampleRate, channels, form }: RecordedSession,
  whole: Span,
  parts: readonly Part[],
  options: SpectrogramOptions,
): Promise<Spectrogram> {
  const pcm = { sampleRate, channels, form };
  const length = Math.max(1, (whole.end - whole.start) / 1000);
  const column = Math.min(MAX_TILE, Math.max(MIN_COLUMN, length / COLUMNS));
  const tiles = spansOf(parts).flatMap((span) =>
    tilesOf(span, sampleRate, column)
  );
  const made: (SpectrogramTile | null)[] = tiles.map(() => null);
  const next = tiles.entries();
  const lane = async () => {
    for (const [index, tile] of next) {
      const png = await draw(tile, pcm, options);
      if (png !== null) made[index] = { span: tile.span, png };
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, lane));
  return {
    tiles: made.filter((tile) => tile !== null),
    top: sampleRate / 2,
  };
}

/** Parts that are so close are one stretch of audio, in milliseconds. */
const JOIN_MS = 50;

/** Returns the stretches of audio whose chunks are there. */
function spansOf(parts: readonly Part[]): Part[][] {
  const spans: Part[][] = [];
  let last: Part | null = null;
  for (const part of parts) {
    if (part.chunk.absent !== null) {
      last = null;
      continue;
    }
    const isNext = last !== null && part.start - last.end <= JOIN_MS;
    if (isNext) spans.at(-1)?.push(part);
    else spans.push([part]);
    last = part;
  }
  return spans;
}

/** Cuts a stretch of audio into tiles of whole columns. */
function tilesOf(
  parts: readonly Part[],
  sampleRate: number,
  column: Seconds,
): Tile[] {
  const total = parts.reduce((sum, { samples }) => sum + samples, 0);
  const perTile = Math.max(1, Math.floor(MAX_TILE / column));
  const size = Math.max(1, Math.round(perTile * column * sampleRate));
  const tiles: Tile[] = [];
  for (let at = 0; at < total; at += size) {
    const samples = Math.min(size, total - at);
    const pieces = cut(parts, at, samples, sampleRate);
    const [first] = pieces;
    const last = pieces.at(-1);
    if (first === undefined || last === undefined) continue;
    tiles.push({
      span: {
        start: momentOf(first, 0),
        end: momentOf(last, last.samples),
      },
      columns: Math.max(1, Math.round(samples / sampleRate / column)),
      pieces,
    });
  }
  return tiles;
}

/** Returns samples of parts as pieces. */
function cut(
  parts: readonly Part[],
  from: number,
  samples: number,
  sampleRate: number,
): AudioPiece[] {
  const pieces: AudioPiece[] = [];
  let at = 0;
  for (const part of parts) {
    const begin = Math.max(0, from - at);
    const count = Math.min(part.samples, from + samples - at) - begin;
    at += part.samples;
    if (count <= 0) continue;
    pieces.push({
      ...{ kind: "audio", first: part.first + begin, samples: count },
      length: count,
      part: { ...part, session: 0, sampleRate },
    });
  }
  return pieces;
}

/** Returns when a sample of a piece was captured. */
function momentOf({ part, first }: AudioPiece, sample: number): number {
  const share = (first - part.first + sample) / Math.max(1, part.samples);
  return part.start + (part.end - part.start) * share;
}

/** Draws a tile; returns PNG as base64, or `null` when ffmpeg drew nothing. */
async function draw(
  { columns, pieces }: Tile,
  pcm: Pcm,
  { ffmpeg, signal, onProgress }: SpectrogramOptions,
): Promise<string | null> {
  const picture = [
    `showspectrumpic=s=${columns}x${SPECTROGRAM_HEIGHT}`,
    "legend=0:mode=combined:color=viridis:scale=log:drange=110",
  ].join(":");
  await using pipe = new FfmpegPipe(ffmpeg, [
    ...["-protocol_whitelist", "pipe", ...pcmArgs(pcm), "-i", "pipe:0"],
    ...["-lavfi", picture, "-frames:v", "1"],
    ...["-c:v", "png", "-f", "image2pipe", "pipe:1"],
  ], signal);
  const feeding = (async () => {
    const blocks = readPieces(pieces, pcm, {
      ...{ ffmpeg, signal, batch: 2 * MAX_TILE },
      // The levels report what cannot be decoded.
      onDamage() {},
    });
    for await (const block of blocks) {
      if (!await pipe.write(block)) break;
    }
    await pipe.end();
  })();
  const blocks: BlobPart[] = [];
  for await (const block of pipe.read()) blocks.push(block.slice());
  await feeding;
  const code = await pipe.finished();
  signal.throwIfAborted();
  const samples = pieces.reduce((sum, piece) => sum + piece.samples, 0);
  onProgress(samples / pcm.sampleRate);
  const bytes = new Uint8Array(await new Blob(blocks).arrayBuffer());
  if (code === 0) return bytes.length === 0 ? null : base64(bytes);
  throw new EchologError(
    "failed",
    `Cannot draw the spectrogram: ${
      pipe.messages[0] ?? `ffmpeg ended with exit code ${code}`
    }`,
    {
      hint:
        "leave --spectrogram out, or use an ffmpeg that has showspectrumpic",
    },
  );
}
