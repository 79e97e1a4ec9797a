/**
 * Closes the chunks of a dead recorder and finds their time.
 *
 * @module
 */

import { openToChange, removeIfThere } from "../platform/guarded/files.ts";
import { join } from "@std/path";
import { finishChunkFile, renameInto } from "../audio/chunk_file.ts";
import {
  chunkFormat,
  chunkName,
  chunkNumber,
  isTimed,
  PART,
  timedName,
} from "../audio/chunk_name.ts";
import { messageOf } from "../errors.ts";
import type { SessionTags } from "../audio/contents/tags.ts";
import type { ChunkCreated, EpochMs, Seconds, Sink } from "../events.ts";
import type { Clock } from "../platform/clock.ts";
import { DiskSync, syncFile } from "../platform/guarded/sync.ts";
import type { Past } from "./read_log.ts";
import type { SessionState } from "../sessions/state_file.ts";

/** Facts about the session that chunks belong to. */
export interface Place {
  /** Folder of the session. */
  readonly folder: string;
  /** Contents of its `session.json`, or `null`. */
  readonly state: SessionState | null;
  /** The clock. */
  readonly clock: Clock;
}

/**
 * Maximum milliseconds from the end of a file's audio to its last write, except
 * on slow disks and those with a resolution of 2 seconds.
 */
export const LATE_MS = 2_000;

/**
 * Closes the chunks that the log does not name, open or with their final name,
 * and returns their places. Chunks whose lines were rotated away are skipped. A
 * chunk that cannot be closed is reported to `sink` and left unchanged.
 *
 * @param past Contents of the log.
 * @param place The session's folder and state, and a clock.
 * @param sink Takes an event for each chunk that cannot be closed.
 */
export async function recoverChunks(
  past: Past,
  place: Place,
  sink: Sink,
): Promise<ChunkCreated[]> {
  const { folder, clock } = place;
  const wasLogged = loggedBefore(past, place);
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => chunkNumber(name) !== null)
    .filter((name) => !past.chunks.has(chunkNumber(name) ?? 0))
    .filter((name) => name.endsWith(PART) || !wasLogged(name))
    .sort()
    .sort((a, b) => (chunkNumber(a) ?? 0) - (chunkNumber(b) ?? 0));
  const recovered: ChunkCreated[] = [];
  const known = new Map(past.chunks);
  for (const file of files) {
    try {
      const before = known.get((chunkNumber(file) ?? 0) - 1) ?? null;
      const chunk = await recover(file, past, before, place);
      if (chunk === null) continue;
      recovered.push(chunk);
      known.set(chunk.seq, chunk);
    } catch (error) {
      sink.emit({
        event: "error",
        time: clock.now(),
        code: "chunk_finalize_failed",
        message: `Cannot close ${join(folder, file)}: ${messageOf(error)}`,
      });
    }
  }
  // Their lines come next. Where that fails, the chunks are there all the same.
  await new DiskSync(() => {}).folder(folder);
  return recovered;
}

/**
 * Returns a function that checks whether the line of a finished chunk was in a
 * deleted part of the log.
 */
function loggedBefore(
  { rotated, chunks }: Past,
  { folder, state }: Place,
): (file: string) => boolean {
  if (rotated === null) return () => false;
  const named = chunks.keys().reduce(
    (one, seq) => Math.min(one, seq),
    Infinity,
  );
  // Numbers may have been skipped: at least this many chunks are logged.
  const logged = state?.chunks ?? 0;
  const wasNumbered = (file: string) => {
    const seq = chunkNumber(file) ?? 0;
    return seq < named && named < Infinity || seq <= logged;
  };
  if (named < Infinity) return wasNumbered;
  // No chunk line is left: the state says up to when there were some. Without a
  // state all chunks are logged now.
  const until = state?.last_audio ?? null;
  if (until === null) return () => false;
  const last = Date.parse(until);
  return (file) => {
    if (wasNumbered(file)) return true;
    const { mtime } = Deno.lstatSync(join(folder, file));
    return mtime !== null && mtime.getTime() <= last + LATE_MS;
  };
}

async function recover(
  file: string,
  past: Past,
  before: ChunkCreated | null,
  { folder, clock, state }: Place,
): Promise<ChunkCreated | null> {
  const seq = chunkNumber(file) ?? 0;
  const format = chunkFormat(file) ?? "flac";
  const path = join(folder, file);
  const isOpen = file.endsWith(PART);
  const isContinued = isOpen && seq > past.firstOfRun;
  const { atime, mtime } = Deno.lstatSync(path);
  const written = mtime?.getTime() ?? clock.now();
  const startOf = (duration: Seconds) => {
    const byFile = written - duration * 1000;
    return before !== null && doesJoin(past, before, byFile)
      ? before.end
      : seq === past.firstOfRun
      ? startOfRun(past, state, byFile)
      : byFile;
  };
  const tags = tagsOf(past);
  const chunk = await finishChunkFile(
    path,
    format,
    isContinued,
    tags === null || !isOpen
      ? undefined
      : (duration) => ({ ...tags, seq, start: startOf(duration) }),
  );
  if (chunk === null) {
    // The file has no sample.
    if (isOpen) removeIfThere(path);
    return null;
  }
  await syncFile(path);
  // The file's mtime dates the audio, also in a repeated repair.
  if (mtime !== null) {
    // By the open file: its path may be a link by now.
    using handle = openToChange(path);
    await handle.utime(atime ?? mtime, mtime);
  }
  const start = startOf(chunk.duration);
  const name = !isOpen
    ? file
    : isNamedByTime(past)
    ? timedName(seq, format, start)
    : chunkName(seq, format);
  if (isOpen) await renameInto(path, join(folder, name));
  return {
    event: "chunk_created",
    time: clock.now(),
    file: name,
    seq,
    // When lines were rotated away, the remaining chunks belong to the last
    // run. Above level info a chunk may belong to any run.
    run: past.run === 0 && past.rotated !== null ? state?.run ?? 0 : past.run,
    start,
    end: start + chunk.duration * 1000,
    samples: chunk.samples,
    duration: chunk.duration,
    size: chunk.size,
    peak_dbfs: null,
    recovered: true,
  };
}

/** Returns what the chunks of a session say of themselves, or `null` when that is unknown. */
function tagsOf({ start }: Past): SessionTags | null {
  if (start === null) return null;
  const { session_id: session, device, overrides, echolog } = start;
  const isPrivate = /\blogging\.redact_device=true\b/.test(overrides);
  return { session, device: isPrivate ? null : device, echolog };
}

/** Whether the chunks of a session are named by time. */
function isNamedByTime({ start, chunks }: Past): boolean {
  return /\brecording\.chunk_names=time\b/.test(start?.overrides ?? "") ||
    chunks.values().some(({ file }) => isTimed(file));
}

/**
 * Returns when the audio of the last run began, when the file of its first chunk
 * puts that at `byFile`. After a power cut, the time of a file may be that of
 * audio which did not reach the disk.
 */
function startOfRun(
  { run, begun }: Past,
  state: SessionState | null,
  byFile: EpochMs,
): EpochMs {
  if (begun !== null) return begun;
  const since = state?.run === run ? state.audio_since : null;
  const known = Date.parse(since ?? "");
  return byFile - known > LATE_MS ? known : byFile;
}

/** Whether a chunk continues the previous one, when its file puts its start at `byFile`. */
function doesJoin(
  { run, firstOfRun }: Past,
  before: ChunkCreated,
  byFile: EpochMs,
): boolean {
  if (run > 0) return before.seq >= firstOfRun;
  // Above level info no line says where an ffmpeg started. A file is written
  // after the end of its audio, so only a file that is too late has a gap
  // before it.
  return byFile - before.end <= LATE_MS;
}
