/**
 * Measures the levels of a session's chunks, on all cores.
 *
 * @module
 */

import { messageOf } from "../../errors.ts";
import type { Seconds } from "../../events.ts";
import type { Pcm } from "../../export/audio/pcm.ts";
import { type Damage, readPieces } from "../../export/audio/read_pieces.ts";
import type { AudioPiece } from "../../export/plan/plan.ts";
import {
  type DatedChunk,
  type Part,
  partsOf,
} from "../../export/plan/timeline.ts";
import type { RecordedSession } from "../../export/recorded.ts";
import { isAbsent } from "../../platform/fs.ts";
import { UnsafePathError } from "../../platform/guarded/guard.ts";
import { type Kernel, makeKernel, SAMPLE_BYTES } from "./kernel.ts";
import { type ChunkLevels, ChunkMeter } from "./meter.ts";

/** Samples in a form that can be measured. */
type MeasuredPcm = Pcm & { readonly form: keyof typeof SAMPLE_BYTES };

/** Options of {@linkcode measureChunks}. */
export interface MeasureOptions {
  /** Path of ffmpeg. */
  readonly ffmpeg: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Decoders at a time. */
  readonly lanes: number;
  /** Takes the levels of a chunk as soon as they are known. */
  onLevels(chunk: DatedChunk, levels: ChunkLevels): void;
  /** Takes how much of a chunk could not be decoded. */
  onDamage(damage: Damage): void;
  /** Takes how many seconds of audio were measured since the last call. */
  onProgress(length: Seconds): void;
}

/** Most audio that one decoder reads. */
const GROUP: Seconds = 1_800;
/** Least audio worth a decoder: starting one takes as long as decoding 80 s. */
const MIN_GROUP: Seconds = 600;

/** Measures chunks whose files are there. */
export async function measureChunks(
  session: RecordedSession,
  chunks: readonly DatedChunk[],
  options: MeasureOptions,
): Promise<void> {
  const pcm = pcmOf(session);
  const groups = groupsOf(session, chunks, options.lanes);
  const lane = async () => {
    const kernel = makeKernel(pcm.form);
    for (let group = groups.shift(); group; group = groups.shift()) {
      await measureGroup(group, pcm, kernel, options);
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, lane));
}

/** Returns the form in which samples are measured. */
function pcmOf({ sampleRate, channels, form }: RecordedSession): MeasuredPcm {
  return {
    ...{ sampleRate, channels },
    // Integers of more than 16 bits fit into the 24 bits of a float.
    form: form === "s16le" ? "s16le" : "f32le",
  };
}

/**
 * Returns chunks in groups that follow each other, each for one decoder. The
 * last ones are short, so that all lanes end at about the same time.
 */
function groupsOf(
  session: RecordedSession,
  chunks: readonly DatedChunk[],
  lanes: number,
): AudioPiece[][] {
  const wanted = new Set(chunks);
  // Whole chunks, whatever was recorded twice or lost in them.
  const parts = partsOf({ ...session, gaps: [], repeated: new Map() })
    .filter(({ chunk }) => wanted.has(chunk) && chunk.absent === null);
  const { sampleRate } = session;
  let rest = parts.reduce((sum, { samples }) => sum + samples, 0);
  let maxLength = 0;
  const groups: AudioPiece[][] = [];
  let last: Part | null = null;
  let length = 0;
  for (const part of parts) {
    const group = groups.at(-1);
    const follows = last !== null && part.missing === 0 &&
      part.chunk.run === last.chunk.run && length < maxLength;
    const piece = pieceOf(part, sampleRate);
    if (follows && group !== undefined) group.push(piece);
    else {
      groups.push([piece]);
      length = 0;
      const share = Math.max(MIN_GROUP * sampleRate, rest / (2 * lanes));
      maxLength = Math.min(GROUP * sampleRate, share);
    }
    length += part.samples;
    rest -= part.samples;
    last = part;
  }
  return groups;
}

function pieceOf(part: Part, sampleRate: number): AudioPiece {
  const { samples } = part;
  return {
    ...{ kind: "audio", first: 0, samples, length: samples },
    part: { ...part, session: 0, sampleRate },
  };
}

async function measureGroup(
  group: readonly AudioPiece[],
  pcm: MeasuredPcm,
  kernel: Kernel,
  options: MeasureOptions,
): Promise<void> {
  const whole = group.length === 1
    ? null
    : await tryMeasure(group, pcm, kernel, options);
  if (whole !== null) {
    for (const [chunk, levels] of whole) options.onLevels(chunk, levels);
    return;
  }
  // What is damaged in one chunk must not shift the levels of others.
  for (const piece of group) {
    const damages: Damage[] = [];
    const own = await tryMeasure([piece], pcm, kernel, {
      ...options,
      onDamage: (damage) => damages.push(damage),
    });
    for (const damage of damages) options.onDamage(damage);
    const isNone = damages.some(({ length }) =>
      length * pcm.sampleRate >= piece.samples - 1
    );
    if (isNone) continue;
    for (const [chunk, levels] of own ?? []) options.onLevels(chunk, levels);
  }
}

/** Returns the levels of chunks; `null` when one of several is damaged. */
async function tryMeasure(
  group: readonly AudioPiece[],
  pcm: MeasuredPcm,
  kernel: Kernel,
  { ffmpeg, signal, onDamage, onProgress }: MeasureOptions,
): Promise<[DatedChunk, ChunkLevels][] | null> {
  let isDamaged = false;
  const blocks = readPieces(group, pcm, {
    // There is a decoder for each core.
    ...{ ffmpeg, signal, batch: 2 * GROUP, threads: 1 },
    onDamage(damage) {
      isDamaged = true;
      if (group.length === 1) onDamage(damage);
    },
  });
  const frame = SAMPLE_BYTES[pcm.form] * pcm.channels;
  const found: [DatedChunk, ChunkLevels][] = [];
  const rest = [...group];
  let current = rest.shift();
  let meter = current && new ChunkMeter(kernel, { ...pcm, ...current });
  let left = (current?.samples ?? 0) * frame;
  try {
    for await (const block of blocks) {
      for (let at = 0; at < block.length && current && meter;) {
        const part = block.subarray(at, at + left);
        meter.take(part);
        at += part.length;
        left -= part.length;
        if (left > 0) continue;
        found.push([current.part.chunk, meter.levels()]);
        current = rest.shift();
        meter = current && new ChunkMeter(kernel, { ...pcm, ...current });
        left = (current?.samples ?? 0) * frame;
      }
      onProgress(block.length / frame / pcm.sampleRate);
      if (isDamaged && group.length > 1) return null;
    }
  } catch (error) {
    const isOwn = error instanceof UnsafePathError || isAbsent(error);
    if (signal.aborted || !isOwn) throw error;
    // It was deleted, or replaced, a moment ago.
    onDamage({
      paths: group.map(({ part }) => part.chunk.path),
      length: group.reduce((sum, { samples }) => sum + samples, 0) /
        pcm.sampleRate,
      message: messageOf(error),
    });
    return group.length > 1 ? null : [];
  }
  return isDamaged && group.length > 1 ? null : found;
}
