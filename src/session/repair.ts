/**
 * Finishes a session whose recorder died: its ffmpeg stopped, its files
 * closed, its log completed.
 *
 * @module
 */

import { basename, join } from "@std/path";
import { EchologError, messageOf } from "../errors.ts";
import type {
  ChunkCreated,
  EpochMs,
  Gap,
  SessionStart,
  SessionStop,
} from "../events.ts";
import { openSessionLog, type SessionLog } from "../log/session_log.ts";
import type { Redact } from "../log/kinds.ts";
import type { Clock } from "../platform/clock.ts";
import { systemLogFiles } from "../platform/log_files.ts";
import { releaseReserve } from "./disk_watch.ts";
import { findOrphans, stopOrphan } from "./orphans.ts";
import { type Past, readPast } from "./past.ts";
import { LATE_MS, recoverChunks } from "./recover.ts";
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
  /** False when the log and the state were complete already. */
  readonly wasNeeded: boolean;
}

/**
 * Finishes a session. What cannot be read is left as it is.
 *
 * @throws {EchologError} `failed` when its log cannot be written to the end.
 */
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
  if (past.isComplete) {
    // Its recorder may have died between its last line and its last state.
    const wasNeeded = past.stop !== null &&
      readState(folder)?.state !== "ended" &&
      finishState(folder, past.stop, [...past.chunks.values()]);
    return { ...report, wasNeeded };
  }
  assertWritable(path);
  const identity = identityOf(past, folder, clock);
  const troubles: string[] = [];
  using log = openLog(path, past, identity, {
    ...options,
    onTrouble: (line) => troubles.push(line.replace(/^echolog: /, "")),
  });
  const recovered = await recoverChunks(past, options, log);
  const gap = untoldGap(past, recovered, clock);
  for (const event of gap === null ? recovered : [gap, ...recovered]) {
    past.ledger.record(event);
    log.emit(event);
  }
  const chunks = [...past.chunks.values(), ...recovered];
  const stop = finishLog(past, identity.start, chunks, { options, log });
  assertComplete(log, troubles);
  troubles.forEach(onTrouble);
  finishState(folder, stop, chunks);
  return { ...report, recovered: recovered.length };
}

/** The gap before audio that had come back, when its recorder died before it could tell. */
function untoldGap(
  { silence, start, chunks }: Past,
  recovered: readonly ChunkCreated[],
  clock: Clock,
): Gap | null {
  if (silence === null) return null;
  const next = recovered.find((chunk) => chunk.start >= silence.since);
  if (next === undefined) return null;
  const before = [...chunks.values(), ...recovered]
    .filter(({ seq }) => seq < next.seq);
  const since = before.length === 0
    ? start?.start ?? next.start
    : before.reduce((end, chunk) => Math.max(end, chunk.end), -Infinity);
  // When another chunk was lost in between, what is missing is not this silence.
  if (since >= next.start || since > silence.since + LATE_MS) return null;
  return {
    event: "gap",
    time: clock.now(),
    start: since,
    end: next.start,
    duration: (next.start - since) / 1000,
    cause: silence.cause,
  };
}

/** Without its log nothing of a session is touched: what was done could not be told. */
function assertWritable(path: string): void {
  try {
    systemLogFiles.open(path).close();
  } catch (error) {
    const message = `Cannot write ${path}: ${messageOf(error)}`;
    throw new EchologError("failed", message, { cause: error });
  }
}

function assertComplete(log: SessionLog, troubles: readonly string[]): void {
  const { dropped } = log.counts();
  if (dropped === 0) return;
  const why = troubles.find((line) => line.startsWith("cannot write ")) ?? "";
  const reason = why.replace(/^.*?: |; recording goes on, .*$/g, "");
  throw new EchologError(
    "failed",
    `Cannot write ${log.path} to its end: ${reason}`,
  );
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
    start: times.reduce((first, time) => Math.min(first, time), clock.now()),
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

/** Writes the last line, and closes the log. */
function finishLog(
  past: Past,
  start: EpochMs,
  chunks: readonly ChunkCreated[],
  { options, log }: { options: RepairOptions; log: SessionLog },
): SessionStop {
  const { clock, folder, reason } = options;
  // The session ended with its last audio; when its recorder died nobody knows.
  const last = chunks.reduce((time, { end }) => Math.max(time, end), start);
  const { gapTotal, ...sums } = past.ledger.summary(
    (last - start) / 1000,
  );
  const counts = log.counts();
  const stop: SessionStop = {
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
  // It is kept for these lines.
  releaseReserve(folder);
  log.emit(stop);
  log.close();
  return stop;
}

/** Makes the state that of an ended session; false when there is none to be read. */
function finishState(
  folder: string,
  stop: SessionStop,
  chunks: readonly ChunkCreated[],
): boolean {
  const state = readState(folder);
  if (state === null) return false;
  const ended = {
    ...state,
    state: "ended",
    since: new Date(stop.time).toISOString(),
    reason: stop.reason,
    ffmpeg_pid: null,
    audio_since: null,
    chunks: stop.chunks,
    audio: stop.audio,
    // The lines of old chunks may have been rotated away.
    bytes: Math.max(
      state.bytes,
      chunks.reduce((sum, { size }) => sum + size, 0),
    ),
    gaps: stop.gaps,
    gap_total: stop.gap_total,
    wall: stop.wall,
    coverage: stop.coverage,
    updated: new Date(stop.time).toISOString(),
  };
  replaceFile(join(folder, STATE_FILE), `${JSON.stringify(ended, null, 2)}\n`);
  return true;
}
