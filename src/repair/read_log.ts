/**
 * What the log of a session says that nobody finished.
 *
 * @module
 */

import type {
  CauseWord,
  ChunkCreated,
  EpochMs,
  LogRotated,
  SessionEvent,
  SessionStart,
  SessionStop,
} from "../events.ts";
import { decodeEvent } from "../log/format/codec.ts";
import { readLog } from "../log/read/reader.ts";
import { SessionTotals } from "../sessions/totals.ts";

/** What a log says of its session. */
export interface Past {
  /** Its first line, or `null` when that is lost. */
  readonly start: SessionStart | null;
  /** First line of its oldest file, when older ones were rotated away; else `null`. */
  readonly rotated: LogRotated | null;
  /** Its last line, or `null` when that is not there. */
  readonly stop: SessionStop | null;
  /** Its chunks by number. */
  readonly chunks: ReadonlyMap<number, ChunkCreated>;
  /** Its sums. */
  readonly totals: SessionTotals;
  /** Lines at WARNING. */
  readonly warnings: number;
  /** Lines at ERROR. */
  readonly errors: number;
  /** Whether it has its last line. */
  readonly isComplete: boolean;
  /** Number of its last ffmpeg; 0 when the log does not tell of any. */
  readonly run: number;
  /** Number of the first chunk of that, or of the first that is known to be. */
  readonly firstOfRun: number;
  /** The silence whose end the log does not tell, or `null`. */
  readonly outage: UnreportedOutage | null;
  /** Whether it is kept as JSON. */
  readonly isJson: boolean;
  /** Whether its lines begin with local time. */
  readonly isLocal: boolean;
}

/** Audio ended, and no line tells that it is back. */
export interface UnreportedOutage {
  /** When the first new run was tried. */
  readonly since: EpochMs;
  /** Why the run before it ended. */
  readonly cause: CauseWord;
}

/** Reads the log at `path`; one that is not there says nothing. */
export async function readPast(path: string): Promise<Past> {
  const chunks = new Map<number, ChunkCreated>();
  const totals = new SessionTotals();
  let start: SessionStart | null = null;
  let rotated: LogRotated | null = null;
  let stop: SessionStop | null = null;
  let outage: UnreportedOutage | null = null;
  let [warnings, errors, run, firstOfRun] = [0, 0, 0, 1];
  let [isComplete, isJson, isLocal] = [false, false, false];
  for await (const { entry, text } of existing(path)) {
    if (entry === null) continue;
    isJson = text.startsWith("{");
    isLocal = LOCAL.test(text);
    if (entry.level === "WARNING") warnings++;
    if (entry.level === "ERROR") errors++;
    const event = decodeEvent(entry);
    if (event === null) continue;
    totals.record(event);
    isComplete = event.event === "session_stop" ||
      isComplete && entry.logger === "echolog.log";
    outage = outageAfter(outage, event);
    if (event.event === "session_start") start = event;
    if (event.event === "log_rotated" && start === null) rotated ??= event;
    if (event.event === "session_stop") stop = event;
    if (event.event === "chunk_created") {
      chunks.set(event.seq, event);
      if (event.run > run) [run, firstOfRun] = [event.run, event.seq];
    }
    if (event.event === "ffmpeg_command") {
      run = event.run;
      const number = / -segment_start_number (\d+) /.exec(event.command);
      firstOfRun = Number(number?.[1] ?? 1);
    }
  }
  return {
    start,
    rotated,
    stop,
    chunks,
    totals,
    warnings,
    errors,
    isComplete,
    run,
    firstOfRun,
    outage,
    isJson,
    isLocal,
  };
}

/** Whether a log has lines and none of them is of a session. */
export async function isForeignLog(path: string): Promise<boolean> {
  let hasLines = false;
  for await (const { entry } of existing(path)) {
    if (entry !== null) return false;
    hasLines = true;
  }
  return hasLines;
}

/** A line of either form whose leading time has an offset. */
const LOCAL = /^(?:\{"time":")?[\dT:-]+[+-]\d\d:\d\d[" ]/;

function outageAfter(
  outage: UnreportedOutage | null,
  event: SessionEvent,
): UnreportedOutage | null {
  if (event.event === "recovery") {
    return outage ?? { since: event.time, cause: event.cause };
  }
  if (outage === null) return null;
  const isOver = event.event === "warning" && event.code === "audio_overlap" ||
    // One of a lost chunk may be told meanwhile.
    event.event === "gap" && event.end > outage.since;
  return isOver ? null : outage;
}

async function* existing(path: string) {
  try {
    yield* readLog(path);
  } catch (error) {
    // A session whose log was deleted has nothing to be completed.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
