/**
 * Reads what a session recorded, and when.
 *
 * @module
 */

import { join } from "@std/path";
import {
  type ChunkHeader,
  openAudioFile,
} from "../audio/contents/audio_file.ts";
import { chunkFormat, chunkNumber, PART } from "../audio/chunk_name.ts";
import { type Format, FORMAT_NAMES, FORMATS } from "../audio/format.ts";
import type { ChunkCreated, EpochMs, Seconds } from "../events.ts";
import { openToRead } from "../platform/guarded/async_files.ts";
import { isAbsent } from "../platform/fs.ts";
import { UnsafePathError } from "../platform/guarded/guard.ts";
import type { KnownSession } from "../sessions/catalog.ts";
import {
  type ChunkIndex,
  readChunkIndex,
} from "../sessions/chunks/chunk_index.ts";
import { readState } from "../sessions/state_file.ts";
import { outageOf } from "../sessions/status.ts";
import { formOf, formOfCodec, type SampleForm } from "./audio/pcm.ts";
import {
  eventsOf,
  type LoggedTimes,
  readLines,
  shiftedChunks,
} from "./logged_times.ts";
import { openChunks } from "./open_chunks.ts";
import type { AbsentTime } from "./plan/plan.ts";
import type { DatedChunk, LoggedGap, SessionTimes } from "./plan/timeline.ts";

/** A session with its times. */
export interface RecordedSession extends SessionTimes {
  /** Its name. */
  readonly id: string;
  /** Its folder. */
  readonly folder: string;
  /** Its device, without secrets, or `null` when unknown. */
  readonly device: string | null;
  /** File format of its chunks. */
  readonly format: Format;
  /** Number of its channels. */
  readonly channels: number;
  /** Form of its samples. */
  readonly form: SampleForm;
  /** Time zone of its machine, or `null` when unknown. */
  readonly timeZone: string | null;
  /** When it began. */
  readonly start: EpochMs;
  /** Up to when its audio is known: its end, or the last audio of an active one. */
  readonly end: EpochMs;
  /** Whether it is being recorded. */
  readonly isActive: boolean;
  /** Number of chunk files that neither index nor log has. */
  readonly unlisted: number;
  /** By how much its clock was set in all. */
  readonly clockSet: Seconds;
  /** Times without audio, and why. */
  readonly absences: readonly AbsentTime[];
}

/** The range of an export. */
export interface WantedRange {
  /** Its beginning, or `null` for that of the audio. */
  readonly from: EpochMs | null;
  /** Its end, or `null` for that of the audio. */
  readonly to: EpochMs | null;
}

/** Milliseconds around a range whose chunks are looked at, too. */
const MARGIN_MS = 60_000;

/**
 * Reads a session.
 *
 * @param range Chunks that are far from it are left out: of months, there are
 * tens of thousands.
 * @returns `null` when it has no chunk, or neither log nor state that tell what
 * it recorded.
 * @throws {UnsafePathError} when a file of it is not what it should be.
 */
export async function readRecorded(
  session: KnownSession,
  now: EpochMs,
  range: WantedRange = { from: null, to: null },
): Promise<RecordedSession | null> {
  const { folder, session_id: id, liveness } = session;
  const lines = await readLines(session.log);
  // Read after the log, so that no chunk of the log is missing.
  const index = readChunkIndex(folder);
  const log = eventsOf(lines, index);
  const state = readState(folder) ?? session.state;
  const format =
    FORMAT_NAMES.find((name) =>
      name === (log.start?.format ?? state?.format)
    ) ?? formatIn(index, log);
  if (format === null) return null;
  const shifted = shiftedChunks(index, log);
  const names = namesIn(folder);
  const last = shifted.findLast(({ chunk }) => names.has(chunk.file));
  const header = last === undefined
    ? null
    : await headerOf(join(folder, last.chunk.file), format);
  // The user's own options for ffmpeg may have changed what was asked for.
  const sampleRate = FORMATS[format].countedRate ?? (header?.sampleRate ||
    log.start?.sample_rate || state?.sample_rate || 0);
  const channels = header?.channels || log.start?.channels ||
    state?.channels || 0;
  if (sampleRate === 0 || channels === 0) return null;
  const closed: DatedChunk[] = [];
  const seen = new Set<string>();
  const { from, to } = range;
  for (const [place, { chunk, shift }] of shifted.entries()) {
    const isNear = (from === null || chunk.end + shift > from - MARGIN_MS) &&
      (to === null || chunk.start + shift < to + MARGIN_MS);
    // The first and the last show its extent; the others of a run, what of it
    // was recorded before.
    const isKept = isNear || place === 0 || place === shifted.length - 1 ||
      log.repeated.has(chunk.run);
    if (!isKept) continue;
    const deletion = index.deletions.get(chunk.seq);
    const isThere = names.has(chunk.file);
    const path = join(folder, chunk.file);
    const absent = deletion !== undefined ? "deleted" : isThere ? null : "lost";
    const samples = chunk.samples ??
      (absent === null ? await countSamples(path, chunk, format) : null) ??
      Math.round(chunk.duration * sampleRate);
    const isPossible = samples > 0 && samples <= MAX_CHUNK * sampleRate;
    // A damaged index may name a file twice.
    if (!isPossible || seen.has(chunk.file)) continue;
    seen.add(chunk.file);
    closed.push({
      ...{ path, run: chunk.run, samples, absent, isOpen: false },
      start: chunk.start + shift,
      end: chunk.end + shift,
      isRecovered: chunk.recovered === true,
    });
  }
  const newest = shifted.at(-1)?.chunk ?? null;
  const open = await openChunks(folder, {
    ...{ format, sampleRate, last: newest, names },
    before: closed.at(-1) ?? null,
    run: state?.run ?? null,
    audioSince: state?.audio_since ?? null,
  });
  const chunks = [...closed, ...open];
  const gaps = log.gaps.map(({ gap, shift }) => ({
    ...gap,
    start: gap.start + log.set - shift,
    end: gap.end + log.set - shift,
  }));
  const isActive = liveness === "alive";
  const outage = isActive ? outageOf(session, now) : null;
  const spans = [...chunks, ...gaps];
  // Starting takes a moment.
  const begun = spans.reduce(
    (first, { start }) => Math.min(first, start),
    spans.length === 0 ? log.start?.start ?? session.start : Infinity,
  );
  const end = spans.reduce(
    (last, { end }) => Math.max(last, end),
    outage === null ? begun : now,
  );
  return {
    ...{ id, folder, format, sampleRate, channels, chunks, gaps, isActive },
    device: log.start?.device ?? state?.device ?? null,
    form: formIn(header, log.start?.bit_depth ?? null),
    timeZone: log.start?.timezone ?? null,
    repeated: log.repeated,
    start: begun,
    end,
    clockSet: log.set / 1000,
    unlisted: unlistedIn(names, shifted.map(({ chunk }) => chunk)),
    absences: [
      ...gaps.map(asAbsence),
      ...(outage === null ? [] : [{
        start: Date.parse(outage.since),
        end: now,
        why: "gap" as const,
        cause: outage.cause,
      }]),
      ...chunks.filter(({ absent }) => absent !== null)
        .map(({ start, end, absent }) => ({
          ...{ start, end, cause: null },
          why: absent ?? "lost",
        })),
    ],
  };
}

/** Returns a form that holds the samples of a chunk. */
function formIn(
  header: ChunkHeader | null,
  logged: number | null,
): SampleForm {
  const codec = header?.codec ?? null;
  // Wider floats are rounded to 32 bits.
  if (codec?.startsWith("pcm_f")) return "f32le";
  return formOfCodec(codec) ?? formOf(header?.bitDepth ?? logged);
}

function asAbsence({ start, end, cause }: LoggedGap): AbsentTime {
  return { start, end, cause, why: "gap" };
}

/** Seconds of a chunk; no recording makes longer ones. */
const MAX_CHUNK: Seconds = 86_400 + 600;

function formatIn(index: ChunkIndex, log: LoggedTimes): Format | null {
  const [chunk = log.chunks[0]?.chunk] = index.made.values();
  return chunk === undefined ? null : chunkFormat(chunk.file);
}

function namesIn(folder: string): ReadonlySet<string> {
  try {
    return new Set([...Deno.readDirSync(folder)].map(({ name }) => name));
  } catch (error) {
    if (isAbsent(error)) return new Set();
    throw error;
  }
}

/** Counts the finished chunks that neither index nor log has. */
function unlistedIn(
  names: ReadonlySet<string>,
  chunks: readonly ChunkCreated[],
): number {
  const listed = new Set(chunks.map(({ file }) => file));
  const last = chunks.at(-1)?.seq ?? 0;
  let count = 0;
  for (const name of names) {
    if (listed.has(name) || name.endsWith(PART)) continue;
    const seq = chunkNumber(name);
    // Later ones are closed, and not dated yet.
    if (seq !== null && seq <= last) count++;
  }
  return count;
}

/** Reads the header of a finished chunk, or returns `null` when it cannot be read. */
async function headerOf(
  path: string,
  format: Format,
): Promise<ChunkHeader | null> {
  try {
    using handle = await openToRead(path);
    return await FORMATS[format].inspect(await openAudioFile(handle));
  } catch (error) {
    // Retention deleted it a moment ago, or it is no file: the log has it, too.
    if (isAbsent(error) || error instanceof UnsafePathError) return null;
    throw error;
  }
}

/** Counts the samples of a chunk of an earlier version, which its log rounds. */
async function countSamples(
  path: string,
  { start, end, duration }: ChunkCreated,
  format: Format,
): Promise<number | null> {
  using handle = await openToRead(path);
  const file = await openAudioFile(handle);
  // One that continues another has more samples by those of an encoder's start.
  const isContinued = Math.abs((end - start) / 1000 - duration) < 0.001;
  const contents = await FORMATS[format].measure(file, isContinued);
  return contents?.samples ?? null;
}
