/**
 * Sessions of a few events, with only what matters, and what is told of them.
 *
 * @module
 */

import type {
  ChunkCreated,
  Gap,
  Recovery,
  SessionEvent,
  SessionStart,
  SessionStop,
} from "../../src/events.ts";
import { renderAccount } from "../../src/review/account.ts";
import { explain } from "../../src/review/explain.ts";
import type { Explanation } from "../../src/review/explanation.ts";
import { HistoryReader } from "../../src/review/history.ts";

/** When these sessions start. */
export const START = Date.UTC(2025, 8, 22, 10);

/** What is told of events as they follow each other in a log, `seconds` after the start. */
export function told(
  events: readonly SessionEvent[],
  isActive = false,
  seconds = 60,
): Explanation {
  const reader = new HistoryReader();
  for (const event of events) reader.take(event);
  return explain(reader.history(), {
    folderName: "night",
    isActive,
    now: START + seconds * 1000,
  });
}

/** The explanation as people read it, as one line. */
export function accountOf(explained: Explanation): string {
  return renderAccount(explained, { columns: 80, strip: "", log: "/x" })
    .join(" ").replaceAll(/ +/g, " ");
}

/** Four seconds without audio, from the first second on. */
export function gap(cause: string): SessionEvent {
  return {
    event: "gap",
    time: START + 5_000,
    start: START + 1_000,
    end: START + 5_000,
    duration: 4,
    cause,
  };
}

/** A chunk that begins so many milliseconds after the start. */
export function chunk(
  seq: number,
  start: number,
  seconds: number,
): ChunkCreated {
  return {
    event: "chunk_created",
    time: START + start + seconds * 1000,
    file: `chunk_0000${seq}.flac`,
    seq,
    run: 1,
    start: START + start,
    end: START + start + seconds * 1000,
    duration: seconds,
    size: 1_000,
    peak_dbfs: -20,
  };
}

/** ffmpeg gives audio, so many milliseconds after the start. */
export function started(at: number): SessionEvent {
  const time = START + at;
  return { event: "ffmpeg_started", time, run: 1, pid: 7, latency: 0.1 };
}

/** The first line of a session's log. */
export function sessionStart(change: Partial<SessionStart> = {}): SessionEvent {
  return {
    event: "session_start",
    time: START,
    session_id: "night",
    start: START,
    device: "test",
    sample_rate: 48_000,
    channels: 2,
    codec: "flac",
    format: "flac",
    segment_duration: 300,
    output_dir: "/x",
    config: null,
    overrides: "",
    log_level: "info",
    log_rotation: "size",
    log_max_bytes: 1,
    log_backup_count: 3,
    echolog: "0.1.0",
    ffmpeg: "5.1",
    os: "linux-x86_64",
    pid: 1,
    ...change,
  };
}

/** No audio between two moments, in seconds after the start. */
export function silence(
  from: number,
  to: number,
  change: Partial<Gap> = {},
): SessionEvent {
  return {
    event: "gap",
    time: START + to * 1000,
    start: START + from * 1000,
    end: START + to * 1000,
    duration: to - from,
    cause: "device_gone",
    ...change,
  };
}

/** A new ffmpeg is tried, so many seconds after the start. */
export function recovery(
  at: number,
  change: Partial<Recovery> = {},
): SessionEvent {
  return {
    event: "recovery",
    time: START + at * 1000,
    attempt: 1,
    delay: 0,
    cause: "device_gone",
    exit_code: 0,
    signal: null,
    ...change,
  };
}

/** The last line of a session that was stopped, so many seconds after its start. */
export function sessionStop(
  wall: number,
  change: Partial<SessionStop> = {},
): SessionEvent {
  return {
    event: "session_stop",
    time: START + wall * 1000,
    reason: "interrupted",
    exit_code: 0,
    chunks: 1,
    audio: wall,
    wall,
    coverage: 100,
    gaps: 0,
    gap_total: 0,
    retries: 0,
    warnings: 0,
    errors: 0,
    log_lines_dropped: 0,
    ...change,
  };
}

/** The first line of a log whose first part is gone. */
export function secondPart(at: number): SessionEvent {
  return {
    event: "log_rotated",
    time: START + at * 1000,
    session_id: "night",
    part: 2,
    reason: "deleted",
    start: START,
  };
}
