/**
 * Chunks that a dead recorder left, closed and put in their place in time.
 *
 * @module
 */

import { join } from "@std/path";
import { finishChunkFile, renameInto } from "../audio/chunk_file.ts";
import {
  chunkFormat,
  chunkName,
  chunkNumber,
  PART,
} from "../audio/chunk_name.ts";
import { messageOf } from "../errors.ts";
import type { ChunkCreated, EpochMs, Sink } from "../events.ts";
import type { Clock } from "../platform/clock.ts";
import type { Past } from "./read_log.ts";
import type { SessionState } from "../sessions/state_file.ts";

/** Where chunks are, and when. */
export interface Place {
  /** Folder of the session. */
  readonly folder: string;
  /** What its `session.json` says, or `null`. */
  readonly state: SessionState | null;
  /** Tells the time. */
  readonly clock: Clock;
}

/**
 * Files are written this long after the end of their audio at most, but for
 * slow disks and those that keep even seconds.
 */
export const LATE_MS = 2_000;

/**
 * Closes the chunks that the log does not name, whether they are open or have
 * their final name, and tells where they belong. Those whose lines were
 * rotated away are left alone. What cannot be closed is told to `sink` and
 * left as it is.
 *
 * @param past What the log says.
 * @param place The session's folder and state, and a clock.
 * @param sink Is told of what cannot be closed.
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
  return recovered;
}

/** Tells of a finished chunk whether its line was in a part of the log that is gone. */
function loggedBefore(
  { rotated, chunks }: Past,
  { folder, state }: Place,
): (file: string) => boolean {
  if (rotated === null) return () => false;
  const named = chunks.keys().reduce(
    (one, seq) => Math.min(one, seq),
    Infinity,
  );
  // Numbers may have been left out: so many are told at least.
  const told = state?.chunks ?? 0;
  const wasNumbered = (file: string) => {
    const seq = chunkNumber(file) ?? 0;
    return seq < named && named < Infinity || seq <= told;
  };
  if (named < Infinity) return wasNumbered;
  // No line of any chunk is left: the state tells up to when there were some.
  // Without one all are told now.
  const until = state?.last_audio ?? null;
  if (until === null) return () => false;
  const last = Date.parse(until);
  return (file) => {
    if (wasNumbered(file)) return true;
    const { mtime } = Deno.statSync(join(folder, file));
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
  const { atime, mtime } = Deno.statSync(path);
  const isOpen = file.endsWith(PART);
  const isContinued = isOpen && seq > past.firstOfRun;
  const chunk = await finishChunkFile(path, format, isContinued);
  if (chunk === null) {
    // Not one sample in it.
    if (isOpen) Deno.removeSync(path);
    return null;
  }
  // Its time tells when the audio was captured, now and should this be repeated.
  if (mtime !== null) await Deno.utime(path, atime ?? mtime, mtime);
  const name = chunkName(seq, format);
  if (isOpen) await renameInto(path, join(folder, name));
  const written = mtime?.getTime() ?? clock.now();
  const byFile = written - chunk.duration * 1000;
  const start = before !== null && doesJoin(past, before, byFile)
    ? before.end
    : byFile;
  return {
    event: "chunk_created",
    time: clock.now(),
    file: name,
    seq,
    // What is left when lines were rotated away is of the last run. Above level
    // info a chunk may be of any.
    run: past.run === 0 && past.rotated !== null ? state?.run ?? 0 : past.run,
    start,
    end: start + chunk.duration * 1000,
    duration: chunk.duration,
    size: chunk.size,
    peak_dbfs: null,
    recovered: true,
  };
}

/** Whether a chunk goes on where the one before it ended, when its file puts its start at `byFile`. */
function doesJoin(
  { run, firstOfRun }: Past,
  before: ChunkCreated,
  byFile: EpochMs,
): boolean {
  if (run > 0) return before.seq >= firstOfRun;
  // Above level info no line tells where an ffmpeg began. A file is written
  // after the end of its audio, so only one that is too late has a gap before it.
  return byFile - before.end <= LATE_MS;
}
