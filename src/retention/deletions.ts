/**
 * Deletes chunks so that, whenever the process is killed, what is deleted is
 * known as deleted: the intent is on the disk before a file is removed, and
 * counts as the deletion, unless it is taken back because the session is kept.
 *
 * @module
 */

import { join } from "@std/path";
import { writeAll } from "@std/io/write-all";
import type { ChunkDeleted, EpochMs, RetentionRule } from "../events.ts";
import {
  isRegular,
  openAtEnd,
  removeRegular,
} from "../platform/guarded/async_files.ts";
import { UnsafePathError } from "../platform/guarded/guard.ts";
import {
  deletedLine,
  type Deletion,
  INDEX_FILE,
  intentLine,
  keptLine,
} from "../sessions/chunks/chunk_index.ts";
import { endsInLine } from "../sessions/chunks/index_writer.ts";
import type { Planned } from "./rules.ts";
import type { StoredChunk, StoredSession } from "./stored_session.ts";

/** What deleting reports. */
export interface DeletionSink {
  /** A chunk is deleted. */
  onDeleted(chunk: StoredChunk, rule: RetentionRule): void;
  /** A chunk was not there: another program deleted it. */
  onGone(chunk: StoredChunk): void;
  /** Something else is in the place of a chunk, and is left alone. */
  onForeign(chunk: StoredChunk, error: unknown): void;
  /** Something cannot be deleted now, with the reason. */
  onFailed(path: string, error: unknown): void;
}

/** Chunks of one session that are deleted together. */
type Batch = readonly Planned<StoredChunk>[];

/** Maximum number of chunks that are announced together. */
const MAX_BATCH = 100;

/**
 * Deletes chunks in this order.
 *
 * @param now When that was decided.
 * @param signal Ends it before the next batch.
 */
export async function deleteChunks(
  planned: Batch,
  now: EpochMs,
  sink: DeletionSink,
  signal?: AbortSignal,
): Promise<void> {
  for (const batch of batches(planned)) {
    if (signal?.aborted) return;
    const [first] = batch;
    if (first === undefined) continue;
    const { session } = first.chunk;
    try {
      await deleteBatch(session, batch, now, sink);
    } catch (error) {
      sink.onFailed(session.folder, error);
    }
  }
}

/**
 * Carries out what was decided before, by a process that was killed. If the
 * session is kept by now, it is taken back instead.
 *
 * @returns the chunks that count again.
 */
export async function finishDeletions(
  session: StoredSession,
  now: EpochMs,
  onFailed: DeletionSink["onFailed"],
): Promise<readonly StoredChunk[]> {
  if (await session.isKeptNow()) return await keepUnfinished(session, now);
  const done: Deletion[] = [];
  for (const deletion of session.unfinished.values()) {
    const path = join(session.folder, deletion.file);
    try {
      await removeRegular(path, session.info);
      done.push(deletion);
    } catch (error) {
      onFailed(path, error);
    }
  }
  if (done.length === 0) return [];
  await append(session, done.map((one) => deletedLine(one, now)), false);
  for (const { seq } of done) session.unfinished.delete(seq);
  return [];
}

/** Takes back the deletions of a kept session whose files are still there. */
async function keepUnfinished(
  session: StoredSession,
  now: EpochMs,
): Promise<readonly StoredChunk[]> {
  const there: Deletion[] = [];
  const gone: Deletion[] = [];
  for (const deletion of session.unfinished.values()) {
    const path = join(session.folder, deletion.file);
    (await isRegular(path, session.info) ? there : gone).push(deletion);
  }
  await append(session, [
    ...there.map((one) => keptLine(one, now)),
    ...gone.map((one) => deletedLine(one, now)),
  ], false);
  for (const { seq } of gone) session.unfinished.delete(seq);
  return session.keep(there);
}

async function deleteBatch(
  session: StoredSession,
  batch: Batch,
  now: EpochMs,
  sink: DeletionSink,
): Promise<void> {
  if (await session.isKeptNow()) return;
  const present: Planned<StoredChunk>[] = [];
  for (const planned of batch) {
    const { chunk } = planned;
    try {
      const path = join(session.folder, chunk.file);
      if (await isRegular(path, session.info)) present.push(planned);
      else sink.onGone(chunk);
    } catch (error) {
      if (!(error instanceof UnsafePathError)) throw error;
      sink.onForeign(chunk, error);
    }
  }
  if (present.length === 0) return;
  const intents = present.map(({ chunk, rule }) =>
    deletionOf(chunk, rule, now)
  );
  await append(session, intents.map(intentLine), true);
  const done: Deletion[] = [];
  const spared: Deletion[] = [];
  for (const [index, intent] of intents.entries()) {
    // Another user may keep it meanwhile, who does not wait for the lock.
    if (await session.isKeptNow()) {
      spared.push(...intents.slice(index));
      break;
    }
    const { chunk, rule } = present[index] ?? {};
    if (chunk === undefined || rule === undefined) continue;
    const path = join(session.folder, chunk.file);
    try {
      await removeRegular(path, session.info);
      done.push(intent);
    } catch (error) {
      // It counts as deleted, and is tried again at the next pass.
      session.unfinished.set(chunk.seq, intent);
      sink.onFailed(path, error);
    }
    sink.onDeleted(chunk, rule);
  }
  // Without these lines, what was spared counts as deleted, and the next look
  // takes it back.
  await append(session, [
    ...done.map((one) => deletedLine(one, now)),
    ...spared.map((one) => keptLine(one, now)),
  ], false);
}

/** Appends to a session's index. */
async function append(
  session: StoredSession,
  lines: readonly string[],
  isSynced: boolean,
): Promise<void> {
  if (lines.length === 0) return;
  const path = join(session.folder, INDEX_FILE);
  using file = await openAtEnd(path);
  const head = await endsInLine(file) ? "" : "\n";
  const text = head + lines.join("");
  await writeAll(file, new TextEncoder().encode(text));
  // A power cut must not take the intent and leave the deletion.
  if (isSynced) await file.syncData();
}

/** Returns the chunks of each session in a row, in their order. */
function* batches(planned: Batch): Generator<Batch> {
  let batch: Planned<StoredChunk>[] = [];
  for (const one of planned) {
    const isOther = batch[0] !== undefined &&
      batch[0].chunk.session !== one.chunk.session;
    if (isOther || batch.length >= MAX_BATCH) {
      yield batch;
      batch = [];
    }
    batch.push(one);
  }
  yield batch;
}

function deletionOf(
  { file, seq, start, end, duration, size }: StoredChunk,
  rule: RetentionRule,
  time: EpochMs,
): Deletion {
  return { file, seq, start, end, duration, size, rule, time, isDone: false };
}

/** Returns the event of a deletion. */
export function deletedEvent(
  { session, file, seq, start, end, size }: StoredChunk,
  rule: RetentionRule,
  time: EpochMs,
): ChunkDeleted {
  const { id: session_id } = session;
  return {
    event: "chunk_deleted",
    ...{ time, session_id, file, seq, start, end, size, rule },
  };
}
