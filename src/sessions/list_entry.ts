/**
 * Summary of a session for a list.
 *
 * @module
 */

import { join } from "@std/path";
import type { EpochMs, Seconds, SessionStop } from "../events.ts";
import { decodeEvent } from "../log/format/event_fields.ts";
import { isoMilliseconds } from "../log/format/timestamps.ts";
import { readLog } from "../log/read/reader.ts";
import { isAbsent } from "../platform/fs.ts";
import { sumIndex } from "./chunks/chunk_index.ts";
import { deletedUntil } from "./chunks/last_deletion.ts";
import { KEEP_FILE } from "./folder.ts";
import { type Condition, conditionOf, type KnownSession } from "./catalog.ts";
import {
  coverageNow,
  lastSignOf,
  type OpenOutage,
  outageOf,
} from "./status.ts";
import { round, SessionTotals } from "./totals.ts";

/** A session in a list. Keys are stable. */
export interface SessionSummary {
  /** Name of the session. */
  readonly session_id: string;
  /** Folder of the session. */
  readonly folder: string;
  /** Path of its log. */
  readonly log: string;
  /** When it started, ISO 8601 in UTC. */
  readonly start: string;
  /** When it ended, ISO 8601 in UTC, or `null` when it has not, or that is unknown. */
  readonly end: string | null;
  /** Its device, without secrets, or `null` when unknown. */
  readonly device: string | null;
  /** Its state. */
  readonly state: Condition;
  /** Why it ended, or `null`. */
  readonly reason: string | null;
  /** From its start to its end, or its length so far; `null` when unknown. */
  readonly wall: Seconds | null;
  /**
   * Number of finished chunks. Like the next two, `null` when neither state nor
   * log can be read.
   */
  readonly chunks: number | null;
  /** Length of their audio. */
  readonly audio: Seconds | null;
  /** Size of their files that are left in bytes. */
  readonly bytes: number | null;
  /** Length of the audio that was in a folder that is gone. */
  readonly lost_audio: Seconds | null;
  /** Number of gaps, with the outage that is not over. */
  readonly gaps: number | null;
  /** The outage that is not over, or `null`. */
  readonly outage: OpenOutage | null;
  /** Audio divided by audio and gaps, in per cent; `null` without both. */
  readonly coverage: number | null;
  /** Up to when retention deleted its audio, ISO 8601 in UTC, or `null`. */
  readonly deleted_until: string | null;
  /** Whether retention deletes nothing of it. */
  readonly kept: boolean;
}

/**
 * Summarizes a session by its state file, or by its log when that is lost. What
 * cannot be read in one folder must not hide the others.
 */
export async function summarize(
  session: KnownSession,
): Promise<SessionSummary> {
  try {
    return await summaryOf(session);
  } catch {
    // Other commands, which are about one session, report why.
    const { session_id, folder, log, start } = session;
    const state = conditionOf(session);
    const device = session.state?.device ?? null;
    const head = { session_id, folder, log, device };
    const begun = isoMilliseconds(start);
    const kept = isKept(folder);
    return {
      ...head,
      ...UNKNOWN,
      start: begun,
      state,
      deleted_until: null,
      kept,
    };
  }
}

async function summaryOf(session: KnownSession): Promise<SessionSummary> {
  const { session_id, folder, log, start, state } = session;
  const condition = conditionOf(session);
  const until = deletedUntil(folder);
  const retained = {
    deleted_until: until === null ? null : isoMilliseconds(until),
    kept: isKept(folder),
  };
  const head = {
    ...{ session_id, folder, log, start: isoMilliseconds(start) },
    device: state?.device ?? null,
  };
  if (state === null) {
    const logged = await fromLog(session, condition);
    return withEnd({ ...head, ...logged, ...retained });
  }
  if (condition === "crashed" || condition === "unknown") {
    // The recorder may have ended while its state could not be written.
    const logged = await fromLog(session, condition);
    if (logged.reason !== null) {
      return withEnd({ ...head, ...logged, ...retained });
    }
  }
  const now = Date.now();
  const outage = outageOf(session, now);
  return withEnd({
    ...head,
    state: condition,
    reason: state.reason,
    wall: rounded(state.wall ?? wallOf(session, condition), 3),
    chunks: state.chunks,
    audio: round(state.audio, 3),
    bytes: until === null ? state.bytes : sumIndex(folder).bytes,
    lost_audio: round(state.lost_audio, 3),
    gaps: state.gaps + (outage === null ? 0 : 1),
    outage,
    coverage: condition === "ended"
      ? rounded(state.coverage, 2)
      : coverageNow(session, now),
    ...retained,
  });
}

/** Adds when a session ended. */
function withEnd(summary: Omit<SessionSummary, "end">): SessionSummary {
  const { session_id, folder, log, start, ...rest } = summary;
  const { state, wall } = rest;
  const end = state === "ended" && wall !== null
    ? isoMilliseconds(Date.parse(start) + wall * 1000)
    : null;
  return { session_id, folder, log, start, end, ...rest };
}

/** Whether a session is protected from retention, as far as that can be read. */
function isKept(folder: string): boolean {
  try {
    return Deno.lstatSync(join(folder, KEEP_FILE)).isFile;
  } catch {
    return false;
  }
}

/** Returns the length so far of a session that is active or dead. */
function wallOf(
  session: KnownSession,
  condition: Condition,
): Seconds | null {
  const { start } = session;
  if (condition !== "crashed" && condition !== "unknown") {
    return Math.max(0, (Date.now() - start) / 1000);
  }
  const last = lastSignOf(session);
  return last === null ? null : Math.max(0, last - start) / 1000;
}

/** The figures of a summary. */
type Figures =
  & Omit<
    SessionSummary,
    | "session_id"
    | "folder"
    | "log"
    | "start"
    | "end"
    | "device"
    | "deleted_until"
    | "kept"
  >
  & Partial<Pick<SessionSummary, "start" | "device">>;

async function fromLog(
  { log, start, folder, state }: KnownSession,
  condition: Condition,
): Promise<Figures> {
  const totals = new SessionTotals();
  let stop: SessionStop | null = null;
  let last: EpochMs = start;
  let begun: EpochMs | null = null;
  let device: string | null = null;
  try {
    for await (const line of readLog(log)) {
      // Only the number of all other lines would count.
      if (!COUNTED.test(line.text)) continue;
      const { entry } = line;
      const event = entry === null ? null : decodeEvent(entry);
      if (event === null) continue;
      totals.record(event);
      last = event.time;
      if (event.event === "session_stop") stop = event;
      if (event.event === "session_start") ({ start: begun, device } = event);
      if (event.event === "log_rotated") begun ??= event.start;
    }
  } catch (error) {
    // An unreadable log must not hide the other sessions.
    if (!isAbsent(error)) return { ...UNKNOWN, state: condition };
  }
  // The index may have as many lines as many months have chunks.
  const index = sumIndex(folder);
  const { chunks: closed, audio: heard } = state ?? index;
  totals.raise({ chunks: closed, audio: heard });
  const wall = finite(stop?.wall) ??
    Math.max(0, (last - (begun ?? start)) / 1000);
  const { chunks, audio, gaps } = totals.summary(wall);
  const isEnded = stop !== null && condition !== "stopping";
  return {
    state: isEnded ? "ended" : condition,
    reason: stop?.reason ?? null,
    wall: round(wall, 3),
    chunks: finite(stop?.chunks) ?? chunks,
    audio: round(finite(stop?.audio) ?? audio, 3),
    bytes: index.chunks > 0 ? index.bytes : totals.bytes,
    lost_audio: round(Math.max(totals.lost.audio, state?.lost_audio ?? 0), 3),
    gaps: finite(stop?.gaps) ?? gaps,
    outage: null,
    coverage: rounded(stop?.coverage ?? null, 2),
    // The files of a mailed log have other times.
    ...(begun === null ? {} : { start: isoMilliseconds(begun) }),
    ...(device === null ? {} : { device }),
  };
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : round(value, digits);
}

/** Returns a number of a last line, which the line of another version may lack. */
function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

const UNKNOWN = {
  end: null,
  bytes: null,
  reason: null,
  wall: null,
  chunks: null,
  audio: null,
  lost_audio: null,
  gaps: null,
  outage: null,
  coverage: null,
};

const COUNTED = /chunk_created|gap|session_st|log_rotated/;
