/**
 * Measures the audio of a session for its page.
 *
 * @module
 */

import { basename } from "@std/path";
import type { Seconds } from "../events.ts";
import { type DatedChunk, partsOf } from "../export/plan/timeline.ts";
import type { RecordedSession } from "../export/recorded.ts";
import type { Damage } from "../export/audio/read_pieces.ts";
import type { Span } from "../review/history.ts";
import { formatDuration } from "../terminal/units.ts";
import type { MeasuredAudio, PlacedAudio } from "./data/page.ts";
import { identityOf, LevelCache } from "./levels/cache.ts";
import { columnsOf, placedMarks } from "./levels/columns.ts";
import { measureChunks } from "./levels/measure.ts";
import type { ChunkLevels } from "./levels/meter.ts";
import { makeSpectrogram } from "./spectrogram.ts";

/** Options of {@linkcode measureAudio}. */
export interface MeasureAudioOptions {
  /** Path of ffmpeg. */
  readonly ffmpeg: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Decoders at a time; one for each core unless given, and one more. */
  readonly lanes?: number;
  /** Whether there is to be a spectrogram. */
  readonly hasSpectrogram: boolean;
  /** Takes how much of how much audio is done. */
  onProgress(done: Seconds, total: Seconds): void;
}

/** Returns where the audio of a session is, by the clock of its start. */
export function placedAudio(session: RecordedSession): PlacedAudio {
  // The session has its times by the clock as it was set last.
  const by = session.clockSet * 1000;
  const moved = <T extends Span>(span: T): T => ({
    ...span,
    start: span.start - by,
    end: span.end - by,
  });
  const chunks = session.chunks.map(moved);
  const gaps = session.gaps.map(moved);
  return {
    chunks,
    sampleRate: session.sampleRate,
    parts: partsOf({ ...session, chunks, gaps }),
  };
}

/** What was measured, and how much of it had to be decoded. */
export interface Measured extends MeasuredAudio {
  /** Audio that was decoded for the levels; the rest was in the cache. */
  readonly decoded: Seconds;
}

/**
 * Measures the chunks that are there, and keeps their levels.
 *
 * @param whole The session, by the clock of its start.
 */
export async function measureAudio(
  session: RecordedSession,
  { chunks, parts, sampleRate }: PlacedAudio,
  whole: Span,
  options: MeasureAudioOptions,
): Promise<Measured> {
  const { ffmpeg, signal, hasSpectrogram, onProgress } = options;
  // While one waits for its pipe, another uses the core.
  const lanes = Math.max(1, options.lanes ?? navigator.hardwareConcurrency + 1);
  using cache = new LevelCache(session.folder);
  const levels = new Map<DatedChunk, ChunkLevels>();
  const wanted: DatedChunk[] = [];
  for (const chunk of chunks) {
    if (chunk.absent !== null) continue;
    const known = chunk.isOpen ? null : cachedLevels(cache, chunk);
    if (known === null) wanted.push(chunk);
    else levels.set(chunk, known);
  }
  const decoded = lengthOf(wanted, sampleRate);
  const drawn = hasSpectrogram
    ? lengthOf(chunks.filter(({ absent }) => absent === null), sampleRate)
    : 0;
  let done: Seconds = 0;
  const progress = (length: Seconds) => {
    done += length;
    onProgress(done, decoded + drawn);
  };
  const damages: Damage[] = [];
  await measureChunks({ ...session, chunks }, wanted, {
    ...{ ffmpeg, signal, lanes, onProgress: progress },
    onLevels(chunk, own) {
      levels.set(chunk, own);
      const identity = identityOf(chunk, basename(chunk.path));
      const isDamaged = damages.some(({ paths }) => paths.includes(chunk.path));
      if (identity !== null && !chunk.isOpen && !isDamaged) {
        cache.put(identity, own);
      }
    },
    onDamage: (damage) => damages.push(damage),
  });
  return {
    decoded,
    levels: levels.size === 0 ? null : columnsOf(whole, parts, levels),
    marks: placedMarks(parts, levels, sampleRate),
    spectrogram: hasSpectrogram && levels.size > 0
      ? await makeSpectrogram({ ...session, chunks }, whole, parts, {
        ...{ ffmpeg, signal, lanes, onProgress: progress },
      })
      : null,
    faults: damages.map(faultOf),
  };
}

function cachedLevels(
  cache: LevelCache,
  chunk: DatedChunk,
): ChunkLevels | null {
  const identity = identityOf(chunk, basename(chunk.path));
  return identity === null ? null : cache.get(identity);
}

function lengthOf(
  chunks: readonly DatedChunk[],
  sampleRate: number,
): Seconds {
  return chunks.reduce((sum, { samples }) => sum + samples, 0) / sampleRate;
}

function faultOf({ paths, length, message }: Damage): string {
  const names = paths.map((path) => basename(path)).join(", ");
  return `${formatDuration(length)} of ${names} cannot be decoded${
    message === null ? "" : `: ${message}`
  }`;
}
