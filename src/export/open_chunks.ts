/**
 * The chunks of a session that are not listed yet.
 *
 * @module
 */

import { join } from "@std/path";
import {
  chunkFormat,
  chunkName,
  chunkNumber,
  isTimed,
  PART,
} from "../audio/chunk_name.ts";
import { openAudioFile } from "../audio/contents/audio_file.ts";
import { type Format, FORMATS } from "../audio/format.ts";
import type { ChunkCreated, EpochMs } from "../events.ts";
import { isAbsent } from "../platform/fs.ts";
import { openToRead } from "../platform/guarded/async_files.ts";
import { UnsafePathError } from "../platform/guarded/guard.ts";
import { MAX_MISSING } from "../sessions/chunks/open_chunks.ts";
import type { DatedChunk } from "./plan/timeline.ts";

/** What is known before the open chunks. */
export interface OpenOptions {
  /** Format of the chunks. */
  readonly format: Format;
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** The last chunk that is listed, or `null`. */
  readonly last: ChunkCreated | null;
  /** The same with its times, or `null`. */
  readonly before: DatedChunk | null;
  /** Names of the files in the folder. */
  readonly names: ReadonlySet<string>;
  /** Number of the current run, or `null` when unknown. */
  readonly run: number | null;
  /** When the audio of that run began, or `null` when unknown. */
  readonly audioSince: string | null;
}

/**
 * Returns the chunks after those that are listed: closed ones whose times are
 * not decided yet, and the open one.
 */
export async function openChunks(
  folder: string,
  options: OpenOptions,
): Promise<DatedChunk[]> {
  const { format, sampleRate, last, before, names, audioSince } = options;
  const run = options.run ?? last?.run ?? 1;
  const isNewRun = last === null || run !== last.run;
  const begun = audioSince === null ? null : Date.parse(audioSince);
  let at = isNewRun ? begun : before?.end ?? begun;
  const found: DatedChunk[] = [];
  const first = (last?.seq ?? 0) + 1;
  for (let seq = first; seq < first + found.length + MAX_MISSING; seq++) {
    const part = `${chunkName(seq, format)}${PART}`;
    const closed = closedName(names, seq, format);
    if (!names.has(part) && closed === null || at === null) continue;
    const isContinued = found.length > 0 || !isNewRun;
    const places = [part, closed ?? chunkName(seq, format)]
      .map((name) => join(folder, name));
    const open = await openChunk(places, format, isContinued);
    if (open === null) continue;
    const end: EpochMs = at + open.samples / sampleRate * 1000;
    found.push({
      ...open,
      ...{ run, start: at, end, absent: null, isOpen: true },
      isRecovered: false,
    });
    at = end;
  }
  return found;
}

/** Returns the name of a finished chunk, or `null` when there is none. */
function closedName(
  names: ReadonlySet<string>,
  seq: number,
  format: Format,
): string | null {
  const byNumber = chunkName(seq, format);
  if (names.has(byNumber)) return byNumber;
  return names.values().find((name) =>
    isTimed(name) && chunkNumber(name) === seq && chunkFormat(name) === format
  ) ?? null;
}

/** Counts the samples of a chunk that is being written, or has just been closed. */
async function openChunk(
  places: readonly string[],
  format: Format,
  isContinued: boolean,
): Promise<{ path: string; samples: number } | null> {
  for (const place of places) {
    try {
      using handle = await openToRead(place);
      const file = await openAudioFile(handle);
      const contents = await FORMATS[format].measure(file, isContinued);
      return contents === null
        ? null
        : { path: place, samples: contents.samples };
    } catch (error) {
      // It was closed meanwhile, and has its final name; or it is no file.
      const isOwn = isAbsent(error) || error instanceof UnsafePathError;
      if (!isOwn) throw error;
    }
  }
  return null;
}
