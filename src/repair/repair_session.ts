/**
 * Repairs a session whose recorder died: stops its ffmpeg, closes its files,
 * completes its log.
 *
 * @module
 */

import { basename, join } from "@std/path";
import {
  type ChunkCreated,
  type EpochMs,
  type Failure,
  type FfmpegStopped,
  type Gap,
  type Seconds,
  type SessionStop,
  STOP_REASONS,
} from "../events.ts";
import { EchologError, messageOf } from "../errors.ts";
import { FAILED } from "../log/format/levels.ts";
import type { SessionLog } from "../log/write/session_log.ts";
import type { Clock } from "../platform/clock.ts";
import type { Redact } from "../redact/redact.ts";
import { recoverChunks } from "./chunks.ts";
import { unreportedGap } from "./gap.ts";
import { assertComplete, identityOf, openToFinish } from "./log.ts";
import { findOrphans, stopOrphan, type StopStep } from "./orphans.ts";
import { lockRepair, removeLeftovers, removeZeros } from "./own_files.ts";
import { type Past, readPast } from "./read_log.ts";
import { INDEX_FILE, sumOf } from "../sessions/chunks/chunk_index.ts";
import { appendToIndex } from "../sessions/chunks/index_writer.ts";
import { LOG_FILE } from "../sessions/folder.ts";
import { round, SessionTotals } from "../sessions/totals.ts";
import { releaseReserve } from "../sessions/reserve.ts";
import {
  readState,
  type SessionState,
  STATE_FILE,
} from "../sessions/state_file.ts";
import { replaceFile } from "../platform/guarded/files.ts";

/** Options of {@linkcode repairSession}. */
export interface RepairOptions {
  /** Folder of the session. */
  readonly folder: string;
  /** Why its recorder is gone. */
  readonly reason: "crashed" | "rebooted";
  /** Removes secrets from a text. */
  readonly redact: Redact;
  /** The clock. */
  readonly clock: Clock;
  /** Takes a line about each thing that cannot be done. */
  onError(line: string): void;
}

/** How a session ended whose recorder died. */
export interface Death {
  /** Its device, or `null` when that is unknown. */
  readonly device: string | null;
  /** Its last line. */
  readonly stop: SessionStop;
  /** The gap that the repair found, if any. */
  readonly gaps: readonly Gap[];
}

/** Result of a repair. */
export interface RepairReport {
  /** Name of the session; that of its folder when its log is lost. */
  readonly sessionId: string;
  /** Its folder. */
  readonly folder: string;
  /** Number of ffmpeg processes that still recorded and were stopped. */
  readonly orphans: number;
  /** Number of chunks that were closed or logged. */
  readonly recovered: number;
  /** False when nothing was to be done. */
  readonly wasNeeded: boolean;
  /** Whether the log of a session that ended is lost; it cannot be repaired. */
  readonly lacksLog?: boolean;
  /** The end and the gaps of a session whose recorder died, if this repair logged it. */
  readonly death?: Death;
}

/**
 * Repairs a session: one that has no end, and one that ended while files of it
 * could not be reached. Files that cannot be read are left unchanged.
 *
 * @throws {EchologError} `failed` when its log cannot be completed, or another
 * process repairs it.
 */
export async function repairSession(
  options: RepairOptions,
): Promise<RepairReport> {
  const { folder } = options;
  using _turn = await lockRepair(options);
  const rungs = await stopOrphans(options);
  const hadZeros = removeZeros(folder);
  const past = await readPast(folder);
  const state = readState(folder);
  const report = {
    sessionId: (past.start ?? past.rotated)?.session_id ?? basename(folder),
    folder,
    orphans: rungs.length,
  };
  const remains = { past, state, rungs };
  if (past.isEmpty && state?.state === "ended") {
    return { ...report, recovered: 0, wasNeeded: false, lacksLog: true };
  }
  if (past.sessions.size > 1) {
    throw new EchologError(
      "failed",
      `Cannot repair ${folder}: its log has lines of several sessions, ${
        [...past.sessions].join(", ")
      }`,
      { hint: "leave those of one session in it" },
    );
  }
  if (!past.isComplete) {
    const { recovered, death } = await finish(remains, options);
    const isDeath = DEATHS.has(death.stop.reason);
    return {
      ...{ ...report, recovered, wasNeeded: true },
      ...(isDeath ? { death } : {}),
    };
  }
  const recovered = await finishAgain(remains, options);
  const left = removeLeftovers(folder);
  // The recorder may have died between its last line and its last state.
  const isStale = recovered === 0 && past.stop !== null &&
    state?.state !== "ended" &&
    finishState(folder, past.stop, bytesOf(remains));
  const wasNeeded = hadZeros || isStale || recovered + left > 0;
  return { ...report, recovered, wasNeeded };
}

/** Reasons that a repair logs for a recorder that died. */
const DEATHS: ReadonlySet<string> = new Set(["crashed", "rebooted"]);

/**
 * Logs audio that a session could not log before it ended, such as that on a
 * disk that was away, and ends the log again.
 *
 * @returns the number of chunks.
 */
async function finishAgain(
  { past, state }: Remains,
  options: RepairOptions,
): Promise<number> {
  const { folder, clock, onError } = options;
  const { stop } = past;
  if (stop === null) return 0;
  const failures: Failure[] = [];
  const recovered = await recoverChunks(past, { ...options, state }, {
    emit(event) {
      if (event.event === "error") failures.push(event);
    },
  });
  for (const { message } of failures) onError(message);
  if (recovered.length === 0) return 0;
  const identity = identityOf(past, folder, clock);
  const troubles: string[] = [];
  using log = openToFinish(join(folder, LOG_FILE), past, identity, {
    ...options,
    onError: (line) => troubles.push(line.replace(/^echolog: /, "")),
  });
  const totals = new SessionTotals();
  totals.raise({ ...stop, gapTotal: stop.gap_total });
  for (const chunk of recovered) {
    totals.record(chunk);
    log.emit(chunk);
  }
  appendToIndex(folder, recovered);
  const last = sumOf(recovered).lastEnd ?? identity.start;
  const wall = Math.max(stop.wall, (last - identity.start) / 1000);
  const { gapTotal, ...sums } = totals.summary(wall, true);
  const logged = log.emit({
    ...stop,
    ...sums,
    gap_total: gapTotal,
    time: clock.now(),
    log_lines_dropped: 0,
  });
  log.close();
  assertComplete(log, troubles);
  if (logged.event !== "session_stop") return recovered.length;
  finishState(folder, logged, bytesOf({ past, state }, recovered));
  return recovered.length;
}

/**
 * Stops the processes that record into a folder, and returns the signal needed
 * for each.
 */
export async function stopOrphans(
  { folder, clock, onError }: Pick<
    RepairOptions,
    "folder" | "clock" | "onError"
  >,
): Promise<StopStep[]> {
  const rungs: StopStep[] = [];
  for (const pid of findOrphans(folder)) {
    const rung = await stopOrphan(pid, clock);
    if (rung !== null) rungs.push(rung);
    else {
      onError(
        `Cannot stop ffmpeg (pid ${pid}), which is recording into ${folder}`,
      );
    }
  }
  return rungs;
}

/** Facts about a session to repair. */
interface Remains {
  /** Contents of its log. */
  readonly past: Past;
  /** Contents of its `session.json`, or `null`. */
  readonly state: SessionState | null;
  /** Signals that stopped the processes that still recorded. */
  readonly rungs: readonly StopStep[];
}

/**
 * Completes chunks, log and state, and returns how many chunks were recovered
 * and how the session ended.
 */
async function finish(
  { past, state, rungs }: Remains,
  options: RepairOptions,
): Promise<{ recovered: number; death: Death }> {
  const { folder, clock, onError } = options;
  const identity = identityOf(past, folder, clock);
  const troubles: string[] = [];
  using log = openToFinish(join(folder, LOG_FILE), past, identity, {
    ...options,
    onError: (line) => troubles.push(line.replace(/^echolog: /, "")),
  });
  const run = past.run === 0 ? state?.run ?? 0 : past.run;
  for (const rung of rungs) log.emit(orphanStopped(run, rung, clock.now()));
  const recovered = await recoverChunks(past, { ...options, state }, log);
  completeIndex(folder, past, recovered, (line) => troubles.push(line));
  raiseSums(past, state);
  const until = reportedUntil(past, state, identity.start);
  const gap = unreportedGap(past, recovered, { until, clock });
  for (const event of gap === null ? recovered : [gap, ...recovered]) {
    past.totals.record(event);
  }
  if (gap !== null) log.emit(gap);
  const unlogged = past.unlogged.map((chunk) => ({
    ...chunk,
    time: clock.now(),
  }));
  [...unlogged, ...recovered].sort((one, other) => one.seq - other.seq)
    .forEach((chunk) => log.emit(chunk));
  const chunks = [...past.chunks.values(), ...recovered];
  // The session ended with its last audio, or with the last line about an
  // outage; when its recorder died is unknown.
  const last = chunks.reduce(
    (time, { end }) => Math.max(time, end),
    Math.max(until ?? identity.start, gap?.end ?? -Infinity),
  );
  const wall = (last - identity.start) / 1000;
  const ending = endingOf(state, wall, options);
  const stop = finishLog(past, ending, { options, log });
  assertComplete(log, troubles);
  troubles.forEach(onError);
  removeLeftovers(folder);
  finishState(folder, stop, bytesOf({ past, state }, recovered));
  const device = past.start?.device ?? state?.device ?? null;
  const gaps = gap === null ? [] : [gap];
  return { recovered: recovered.length, death: { device, stop, gaps } };
}

/** Adds to the index what the log and this repair have and it lacks. */
function completeIndex(
  folder: string,
  { chunks, indexed, rotated }: Past,
  recovered: readonly ChunkCreated[],
  onError: (line: string) => void,
): void {
  // An index must be whole: where a session of an earlier release lost lines,
  // the log stays its only list.
  const isOld = indexed.size === 0 && rotated !== null;
  const logged = isOld
    ? []
    : [...chunks.values()].filter(({ seq }) => !indexed.has(seq));
  try {
    if (!isOld) appendToIndex(folder, [...logged, ...recovered]);
  } catch (error) {
    onError(`Cannot write ${join(folder, INDEX_FILE)}: ${messageOf(error)}`);
  }
}

/**
 * Returns the event for a stopped orphan. The exit code of a process that is
 * not a child is unknown.
 */
function orphanStopped(
  run: number,
  rung: StopStep,
  time: EpochMs,
): FfmpegStopped {
  return {
    event: "ffmpeg_stopped",
    time,
    run,
    exit_code: null,
    signal: rung === "SIGKILL" ? rung : null,
    stopped_by: rung,
  };
}

/**
 * Raises the totals to those of the state, for lines that were rotated away or
 * below the log's level.
 */
function raiseSums(past: Past, state: SessionState | null): void {
  const { chunks: known, audio: length } = sumOf(past.chunks.values());
  past.totals.raise({ chunks: known, audio: length });
  if (state === null) return;
  const { chunks, audio, gaps, gap_total: gapTotal, retries } = state;
  past.totals.raise({ gaps, gapTotal, retries });
  // Otherwise every chunk is in the log, or is logged now.
  if (past.rotated === null) return;
  const recoveredEnd = alreadyRecovered(past);
  past.totals.raise({
    chunks: chunks + recoveredEnd.length,
    audio: recoveredEnd.reduce((sum, { duration }) => sum + duration, audio),
  });
}

/**
 * Returns the chunks that an interrupted repair recovered; no state has them.
 */
function alreadyRecovered({ chunks }: Past): ChunkCreated[] {
  return [...chunks.values()].filter(({ recovered }) => recovered === true);
}

/** Returns the end of the audio in lines that may be gone; `null` when unknown. */
function reportedUntil(
  { start: first, rotated }: Past,
  state: SessionState | null,
  start: EpochMs,
): EpochMs | null {
  // A log without its beginning has no start either: the folder's is a guess.
  if (first !== null || rotated === null && state !== null) return start;
  if (state === null) return null;
  return state.last_audio === null ? start : Date.parse(state.last_audio);
}

/**
 * Returns the size of all chunks, including those whose lines were rotated
 * away.
 */
function bytesOf(
  { past, state }: Pick<Remains, "past" | "state">,
  recovered: readonly ChunkCreated[] = [],
): number {
  const sizeOf = (chunks: readonly ChunkCreated[]) =>
    chunks.reduce((sum, { size }) => sum + size, 0);
  const named = sizeOf([...past.chunks.values(), ...recovered]);
  if (past.rotated === null || state === null) return named;
  const recoveredEnd = sizeOf([...alreadyRecovered(past), ...recovered]);
  return Math.max(named, state.bytes + recoveredEnd);
}

/** How a session ended. */
type Ending = Pick<SessionStop, "reason" | "exit_code" | "wall">;

/**
 * Returns the end that the state has, when only the log lacks it; else the death
 * of the recorder.
 */
function endingOf(
  state: SessionState | null,
  wall: Seconds,
  { reason }: RepairOptions,
): Ending {
  const known = STOP_REASONS.find((one) => one === state?.reason);
  if (state?.state !== "ended" || known === undefined) {
    return { reason, exit_code: 1, wall };
  }
  return {
    reason: known,
    exit_code: FAILED.has(known) ? 1 : 0,
    wall: state.wall ?? wall,
  };
}

/** Writes the last line and closes the log. */
function finishLog(
  past: Past,
  { reason, exit_code, wall }: Ending,
  { options, log }: { options: RepairOptions; log: SessionLog },
): SessionStop {
  const { clock, folder } = options;
  const { gapTotal, ...sums } = past.totals.summary(wall, true);
  const stop: SessionStop = {
    event: "session_stop",
    time: clock.now(),
    reason,
    exit_code,
    ...sums,
    gap_total: gapTotal,
    // The log adds the lines of the repair.
    warnings: past.warnings,
    errors: past.errors,
    log_lines_dropped: 0,
  };
  // The reserve is kept for these lines.
  releaseReserve(folder);
  const logged = log.emit(stop);
  log.close();
  return logged;
}

/** Sets the state to ended; false when there is no state to read. */
function finishState(
  folder: string,
  stop: SessionStop,
  bytes: number,
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
    audio: round(stop.audio, 3),
    // The lines of old chunks may have been rotated away.
    bytes: Math.max(state.bytes, bytes),
    gaps: stop.gaps,
    gap_total: round(stop.gap_total, 3),
    retries: stop.retries,
    wall: round(stop.wall, 3),
    coverage: stop.coverage === null ? null : round(stop.coverage, 2),
    updated: new Date(stop.time).toISOString(),
  };
  replaceFile(join(folder, STATE_FILE), `${JSON.stringify(ended, null, 2)}\n`);
  return true;
}
