/**
 * Reads the log of an unfinished session.
 *
 * @module
 */

import { join } from "@std/path";
import type {
  CauseWord,
  ChunkCreated,
  EpochMs,
  LogRotated,
  SessionEvent,
  SessionStart,
  SessionStop,
} from "../events.ts";
import { decodeEvent } from "../log/format/event_fields.ts";
import { readLog } from "../log/read/reader.ts";
import { readIndex } from "../sessions/chunks/chunk_index.ts";
import { LOG_FILE } from "../sessions/folder.ts";
import { SessionTotals } from "../sessions/totals.ts";

/** Facts about a session from its log. */
export interface Past {
  /** Its first line, or `null` when that is lost. */
  readonly start: SessionStart | null;
  /** First line of its oldest file, when older ones were rotated away; else `null`. */
  readonly rotated: LogRotated | null;
  /** Its last line, or `null` when that is missing. */
  readonly stop: SessionStop | null;
  /** Names of the sessions whose lines the log has. */
  readonly sessions: ReadonlySet<string>;
  /** Its chunks by number, from the log and the index. */
  readonly chunks: ReadonlyMap<number, ChunkCreated>;
  /** Chunks of the index that lack a line, in a log that would have it. */
  readonly unlogged: readonly ChunkCreated[];
  /** Numbers of the chunks that the index has. */
  readonly indexed: ReadonlySet<number>;
  /** Whether the log has no line of this session. */
  readonly isEmpty: boolean;
  /** Its totals. */
  readonly totals: SessionTotals;
  /** Lines at WARNING. */
  readonly warnings: number;
  /** Lines at ERROR. */
  readonly errors: number;
  /** Whether it has its last line. */
  readonly isComplete: boolean;
  /** Number of its last run; 0 when the log has none. */
  readonly run: number;
  /** Number of that run's first chunk, or of the first one known. */
  readonly firstOfRun: number;
  /** When the audio of that run began, by the gap before it; `null` when unknown. */
  readonly begun: EpochMs | null;
  /** The outage whose end is not in the log, or `null`. */
  readonly outage: UnreportedOutage | null;
  /** Whether it is written as JSON. */
  readonly isJson: boolean;
  /** Whether its lines begin with local time. */
  readonly isLocal: boolean;
}

/** An outage without a line that reports its end. */
export interface UnreportedOutage {
  /** When the first new run was tried. */
  readonly since: EpochMs;
  /** Time of the recorder's last line about it. */
  readonly until: EpochMs;
  /** Why the run before it ended. */
  readonly cause: CauseWord;
}

/** Reads the log and the index of a session; missing ones count as empty. */
export async function readPast(folder: string): Promise<Past> {
  const path = join(folder, LOG_FILE);
  const chunks = new Map<number, ChunkCreated>();
  const totals = new SessionTotals();
  const sessions = new Set<string>();
  let start: SessionStart | null = null;
  let rotated: LogRotated | null = null;
  let stop: SessionStop | null = null;
  let outage: UnreportedOutage | null = null;
  let [warnings, errors, run, firstOfRun] = [0, 0, 0, 1];
  let [isComplete, isJson, isLocal, isOlder] = [false, false, false, false];
  let part = 1;
  let begun: EpochMs | null = null;
  for await (const { entry, text } of existing(path)) {
    if (entry === null) continue;
    isJson = text.startsWith("{");
    isLocal = LOCAL.test(text);
    if (entry.level === "WARNING") warnings++;
    if (entry.level === "ERROR") errors++;
    const event = decodeEvent(entry);
    if (event === null) continue;
    totals.record(event);
    // Somebody may have joined the parts with the newest first.
    isOlder ||= stop !== null && (event.event === "session_start" ||
      event.event === "log_rotated" && event.part <= part);
    if (event.event === "log_rotated") part = event.part;
    isComplete = event.event === "session_stop" ||
      isComplete && (entry.logger === "echolog.log" || isOlder);
    if (event.event === "session_start") start = event;
    if (event.event === "session_start" || event.event === "log_rotated") {
      sessions.add(event.session_id);
    }
    if (event.event === "log_rotated" && start === null) rotated ??= event;
    if (event.event === "session_stop") stop = event;
    if (event.event === "chunk_created") {
      chunks.set(event.seq, event);
      if (event.run > run) [run, firstOfRun] = [event.run, event.seq];
    }
    const wasOut = outage !== null;
    outage = outageAfter(outage, event);
    if (event.event === "gap" && wasOut && outage === null) begun = event.end;
    if (event.event === "ffmpeg_command") {
      run = event.run;
      begun = null;
      const number = / -segment_start_number (\d+) /.exec(event.command);
      firstOfRun = Number(number?.[1] ?? 1);
    }
  }
  const isEmpty = start === null && rotated === null && chunks.size === 0 &&
    stop === null;
  const index = readIndex(folder);
  const isWhole = isEmpty ||
    start !== null && /^(?:info|debug)$/.test(start.log_level);
  const unlogged = isWhole
    ? [...index.values()].filter(({ seq }) => !chunks.has(seq))
    : [];
  for (const [seq, chunk] of index) {
    if (!chunks.has(seq)) chunks.set(seq, chunk);
  }
  return {
    start,
    rotated,
    stop,
    sessions,
    chunks: sorted(chunks),
    indexed: new Set(index.keys()),
    isEmpty,
    unlogged,
    totals,
    warnings,
    errors,
    isComplete,
    run,
    firstOfRun,
    begun,
    outage,
    isJson,
    isLocal,
  };
}

/** Returns chunks by number. An array of pairs would take as much memory again. */
function sorted(
  chunks: Map<number, ChunkCreated>,
): Map<number, ChunkCreated> {
  const inOrder = new Map<number, ChunkCreated>();
  for (const seq of [...chunks.keys()].sort((one, other) => one - other)) {
    const chunk = chunks.get(seq);
    if (chunk !== undefined) inOrder.set(seq, chunk);
  }
  return inOrder;
}

/** Whether a log has lines but none of a session. */
export async function isForeignLog(path: string): Promise<boolean> {
  let hasLines = false;
  for await (const { entry } of existing(path)) {
    if (entry !== null) return false;
    hasLines = true;
  }
  return hasLines;
}

/** Matches a line of either form whose leading time has an offset. */
const LOCAL = /^(?:\{"time":")?[\dT:-]+[+-]\d\d:\d\d[" ]/;

function outageAfter(
  outage: UnreportedOutage | null,
  event: SessionEvent,
): UnreportedOutage | null {
  const { time } = event;
  if (event.event === "recovery") {
    return outage === null
      ? { since: time, until: time, cause: event.cause }
      : { ...outage, until: time };
  }
  if (outage === null) return null;
  if (event.event === "ffmpeg_command" || event.event === "ffmpeg_stderr") {
    return { ...outage, until: Math.max(time, outage.until) };
  }
  const isOver = event.event === "warning" && event.code === "audio_overlap" ||
    // The gap of a lost chunk may be logged meanwhile.
    event.event === "gap" && event.end > outage.since;
  return isOver ? null : outage;
}

async function* existing(path: string) {
  try {
    yield* readLog(path);
  } catch (error) {
    // A deleted log needs no completion.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
