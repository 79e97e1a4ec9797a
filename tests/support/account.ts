/**
 * Sessions of a few events, with only what matters, and what explain makes of them.
 *
 * @module
 */

import type {
  CauseWord,
  ChunkCreated,
  Gap,
  Recovery,
  SessionEvent,
  SessionStart,
  SessionStop,
} from "../../src/events.ts";
import {
  explain,
  type ExplainContext,
} from "../../src/review/explain/explain.ts";
import type { Explanation } from "../../src/review/explain/explanation.ts";
import { renderReport } from "../../src/review/explain/render/report.ts";
import { HistoryReader } from "../../src/review/history_reader.ts";
import { event, START } from "./events.ts";

export { START };

/** Explains events as they follow each other in a log, `seconds` after the start. */
export function explainEvents(
  events: readonly SessionEvent[],
  isActive = false,
  seconds = 60,
  isDead = false,
  context: Partial<ExplainContext> = {},
): Explanation {
  const reader = new HistoryReader();
  for (const event of events) reader.take(event);
  return explain(reader.history(), {
    folderName: "night",
    isActive,
    isDead,
    now: START + seconds * 1000,
    ...context,
  });
}

/** The explanation as people read it, as one line. */
export function accountOf(explained: Explanation): string {
  return renderReport(explained, { columns: 80, timeline: "", log: "/x" })
    .join(" ").replaceAll(/ +/g, " ");
}

/** Four seconds without audio, from the first second on. */
export function gap(cause: CauseWord): SessionEvent {
  return event("gap", { cause });
}

/** A chunk that begins so many milliseconds after the start. */
export function chunk(
  seq: number,
  start: number,
  seconds: number,
): ChunkCreated {
  const from = START + start;
  const end = from + seconds * 1000;
  return event("chunk_created", {
    time: end,
    file: `chunk_0000${seq}.flac`,
    seq,
    start: from,
    end,
    duration: seconds,
  });
}

/** ffmpeg gives audio, so many milliseconds after the start. */
export function started(at: number): SessionEvent {
  return event("ffmpeg_started", { time: START + at });
}

/** The first line of a session's log. */
export function sessionStart(change: Partial<SessionStart> = {}): SessionEvent {
  return event("session_start", { output_dir: "/x", ...change });
}

/** No audio between two moments, in seconds after the start. */
export function silence(
  from: number,
  to: number,
  change: Partial<Gap> = {},
): SessionEvent {
  return event("gap", {
    time: START + to * 1000,
    start: START + from * 1000,
    end: START + to * 1000,
    duration: to - from,
    ...change,
  });
}

/** A run begins, so many seconds after the start. */
export function command(at: number): SessionEvent {
  return event("ffmpeg_command", { time: START + at * 1000 });
}

/** A new ffmpeg is announced, so many seconds after the start. */
export function recovery(
  at: number,
  change: Partial<Recovery> = {},
): SessionEvent {
  return event("recovery", { time: START + at * 1000, ...change });
}

/** The last line of a session that was stopped, so many seconds after its start. */
export function sessionStop(
  wall: number,
  change: Partial<SessionStop> = {},
): SessionEvent {
  return event("session_stop", {
    time: START + wall * 1000,
    chunks: 1,
    audio: wall,
    wall,
    ...change,
  });
}

/** The first line of a log whose first part is gone. */
export function secondPart(at: number): SessionEvent {
  return event("log_rotated", {
    time: START + at * 1000,
    reason: "deleted",
  });
}
