/**
 * Finishes a session whose recorder died: its ffmpeg stopped, its files
 * closed, its log completed.
 *
 * @module
 */

import { basename, join } from "@std/path";
import type { Format } from "../config/settings.ts";
import { messageOf } from "../errors.ts";
import type {
  ChunkCreated,
  EpochMs,
  EventSink,
  SessionEvent,
  SessionStart,
} from "../events.ts";
import { chunkName, chunkNumber, PART } from "../ffmpeg/args.ts";
import { finishChunkFile, renameInto } from "../ffmpeg/chunk_file.ts";
import { openSessionLog, type SessionLog } from "../log/session_log.ts";
import type { Redact } from "../log/kinds.ts";
import type { Clock } from "../platform/clock.ts";
import { releaseReserve } from "./disk_watch.ts";
import { findOrphans, stopOrphan } from "./orphans.ts";
import { type Past, readPast } from "./past.ts";
import { readState, STATE_FILE } from "./state.ts";
import { replaceFile } from "./store.ts";

/** Options of {@linkcode repairSession}. */
export interface RepairOptions {
  /** Folder of the session. */
  readonly folder: string;
  /** Why its recorder is gone. */
  readonly reason: "crashed" | "rebooted";
  /** Takes secrets out of a text. */
  readonly redact: Redact;
  /** Tells the time. */
  readonly clock: Clock;
  /** Told what cannot be done. */
  onTrouble(line: string): void;
}

/** What was done. */
export interface RepairReport {
  /** Name of the session; that of its folder when its log is lost. */
  readonly sessionId: string;
  /** Processes that recorded on and were stopped. */
  readonly orphans: number;
  /** Chunks that were closed or logged. */
  readonly recovered: number;
  /** False when the log was complete already. */
  readonly wasNeeded: boolean;
}

/** Finishes a session. What cannot be read is left as it is. */
export async function repairSession(
  options: RepairOptions,
): Promise<RepairReport> {
  const { folder, clock, onTrouble } = options;
  const orphans = findOrphans(folder);
  for (const pid of orphans) {
    if (await stopOrphan(pid, clock)) continue;
    onTrouble(`Cannot stop ffmpeg (pid ${pid}), which records into ${folder}`);
  }
  const path = join(folder, "session.log");
  const past = await readPast(path);
  const report = {
    sessionId: past.start?.session_id ?? basename(folder),
    orphans: orphans.length,
    recovered: 0,
    wasNeeded: !past.isComplete,
  };
  if (past.isComplete) return report;
  const identity = identityOf(past, folder, clock);
  using log = openLog(path, past, identity, options);
  const recovered = await recoverChunks(past, options, log);
  for (const chunk of recovered) {
    past.ledger.record(chunk);
    log.emit(chunk);
  }
  finishLog(past, identity.start, [...past.chunks.values(), ...recovered], {
    options,
    log,
  });
  return { ...report, recovered: recovered.length };
}

/** What a log needs to know of its session. */
type Identity = Pick<
  SessionStart,
  "session_id" | "start" | "log_rotation" | "log_max_bytes" | "log_backup_count"
>;

/** By the log, or by the folder when the log is lost. */
function identityOf(past: Past, folder: string, clock: Clock): Identity {
  if (past.start !== null) return past.start;
  const times = [...Deno.readDirSync(folder)]
    .map(({ name }) => Deno.statSync(join(folder, name)).mtime?.getTime())
    .filter((time) => time !== undefined);
  return {
    session_id: basename(folder),
    start: Math.min(clock.now(), ...times),
    log_rotation: "off",
    log_max_bytes: 0,
    log_backup_count: 0,
  };
}

function openLog(
  path: string,
  past: Past,
  start: Identity,
  { redact, clock, onTrouble }: RepairOptions,
): SessionLog {
  const rotation = start.log_rotation;
  return openSessionLog({
    path,
    sessionId: start.session_id,
    start: start.start,
    level: "info",
    format: past.isJson ? "json" : "text",
    // Its period is not in the log: parts by time are not made here.
    rotation: rotation === "size" ? "size" : "off",
    maxBytes: start.log_max_bytes,
    backupCount: start.log_backup_count,
    redact,
    clock,
    onTrouble,
  });
}

async function recoverChunks(
  past: Past,
  { folder, clock }: RepairOptions,
  sink: EventSink,
): Promise<ChunkCreated[]> {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => chunkNumber(name) !== null)
    .filter((name) => !past.chunks.has(chunkNumber(name) ?? 0))
    .sort();
  const recovered: ChunkCreated[] = [];
  let before = past.chunks.get(Math.max(0, ...past.chunks.keys())) ?? null;
  for (const file of files) {
    try {
      const chunk = await recover(file, past, before, {
        folder,
        clock,
      });
      if (chunk === null) continue;
      recovered.push(chunk);
      before = chunk;
    } catch (error) {
      sink.emit({
        event: "error",
        time: clock.now(),
        code: "chunk_not_closed",
        message: `Cannot close ${join(folder, file)}: ${messageOf(error)}`,
      });
    }
  }
  return recovered;
}

async function recover(
  file: string,
  { run, firstOfRun }: Past,
  before: ChunkCreated | null,
  { folder, clock }: Pick<RepairOptions, "folder" | "clock">,
): Promise<ChunkCreated | null> {
  const seq = chunkNumber(file) ?? 0;
  const format = formatOf(file);
  const path = join(folder, file);
  const written = Deno.statSync(path).mtime?.getTime() ?? clock.now();
  const isOpen = file.endsWith(PART);
  const chunk = await finishChunkFile(path, format, isOpen && seq > firstOfRun);
  if (chunk === null) {
    // Not one sample in it.
    if (isOpen) Deno.removeSync(path);
    return null;
  }
  const name = chunkName(seq, format);
  if (isOpen) await renameInto(path, join(folder, name));
  const joins = before !== null && before.seq === seq - 1 && seq > firstOfRun;
  const start: EpochMs = joins ? before.end : written - chunk.duration * 1000;
  return {
    event: "chunk_created",
    time: clock.now(),
    file: name,
    seq,
    run,
    start,
    end: start + chunk.duration * 1000,
    duration: chunk.duration,
    size: chunk.size,
    peak_dbfs: null,
    recovered: true,
  };
}

function finishLog(
  past: Past,
  start: EpochMs,
  chunks: readonly ChunkCreated[],
  { options, log }: { options: RepairOptions; log: SessionLog },
): void {
  const { clock, folder, reason } = options;
  // The session ended with its last audio; when its recorder died nobody knows.
  const last = Math.max(start, ...chunks.map(({ end }) => end));
  const { gapTotal, ...sums } = past.ledger.summary(
    (last - start) / 1000,
  );
  const counts = log.counts();
  const stop: SessionEvent = {
    event: "session_stop",
    time: clock.now(),
    reason,
    exit_code: 1,
    ...sums,
    gap_total: gapTotal,
    warnings: past.warnings + counts.warnings,
    errors: past.errors + counts.errors,
    log_lines_dropped: counts.dropped,
  };
  log.emit(stop);
  log.flush();
  releaseReserve(folder);
  const state = readState(folder);
  if (state === null) return;
  const ended = {
    ...state,
    state: "ended",
    since: new Date(stop.time).toISOString(),
    reason,
    ffmpeg_pid: null,
    audio_since: null,
    chunks: sums.chunks,
    audio: sums.audio,
    bytes: chunks.reduce((sum, { size }) => sum + size, 0),
    wall: sums.wall,
    coverage: sums.coverage,
    updated: new Date(stop.time).toISOString(),
  };
  replaceFile(join(folder, STATE_FILE), `${JSON.stringify(ended, null, 2)}\n`);
}

function formatOf(file: string): Format {
  if (/\.wav(\.part)?$/.test(file)) return "wav";
  return /\.opus(\.part)?$/.test(file) ? "opus" : "flac";
}
