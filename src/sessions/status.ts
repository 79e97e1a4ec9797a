/**
 * Status of an active session, from its state file, its folder and the disk.
 *
 * @module
 */

import type { EpochMs, Seconds } from "../events.ts";
import { type Condition, conditionOf, type KnownSession } from "./catalog.ts";
import { type OpenChunk, openChunkOf } from "./chunks/open_chunks.ts";
import { isoMilliseconds } from "../log/format/timestamps.ts";
import { deletedUntil } from "./chunks/last_deletion.ts";
import { coverageOf, silenceSince } from "./coverage.ts";
import type { SessionState } from "./state_file.ts";
import { round } from "./totals.ts";

/** A time without audio that is not over. Keys are stable. */
export interface OpenOutage {
  /** When it began, ISO 8601 in UTC. */
  readonly since: string;
  /** Why, as one word. */
  readonly cause: string;
  /** Its length so far. */
  readonly duration: Seconds;
}

/** Status of a session. */
export interface SessionStatus {
  /** Name of the session. */
  readonly session_id: string;
  /** Its state; `crashed` when its recorder died. */
  readonly state: Condition;
  /**
   * Start of that state, ISO 8601 in UTC, or `null` when its state cannot be
   * read.
   */
  readonly since: string | null;
  /** Its length so far, or `null`. */
  readonly wall: Seconds | null;
  /** The outage that is not over, or `null`. */
  readonly outage: OpenOutage | null;
  /** Number of gaps, with that one. */
  readonly gaps: number | null;
  /** Length of all gaps, with that one so far. */
  readonly gap_total: Seconds | null;
  /** The chunk that is being written, or `null`. */
  readonly writing: string | null;
  /** Share of the time so far that is audio, in per cent, or `null`. */
  readonly coverage: number | null;
  /** Seconds since the last audio in a file, or `null` when there was none. */
  readonly last_audio_ago: Seconds | null;
  /** Up to when retention deleted its audio, ISO 8601 in UTC, or `null`. */
  readonly deleted_until: string | null;
  /** Free bytes on the disk, or `null` when the platform does not report them. */
  readonly free_bytes: number | null;
  /** How long the free space lasts at the rate so far, or `null`. */
  readonly free_time: Seconds | null;
  /** Path of its log. */
  readonly log: string;
  /** Folder of the session. */
  readonly folder: string;
  /** Process id of its recorder. */
  readonly pid: number | null;
  /** Its `session.json`, or `null` when that cannot be read. */
  readonly details: SessionState | null;
}

/**
 * Returns the status of a session.
 *
 * @param now Wall-clock time.
 * @param free Free bytes on its disk, or `null`.
 */
export function statusOf(
  session: KnownSession,
  now: EpochMs,
  free: number | null,
): SessionStatus {
  const { session_id, folder, log, state, entry } = session;
  const condition = conditionOf(session);
  const open = openChunkOf(folder, state);
  const deleted = deletedUntil(folder);
  const head = {
    session_id,
    state: condition,
    deleted_until: deleted === null ? null : isoMilliseconds(deleted),
    writing: open?.file ?? null,
    free_bytes: free,
    log,
    folder,
    pid: entry?.pid ?? null,
    details: state,
  };
  if (state === null) {
    return {
      ...head,
      since: null,
      outage: null,
      gaps: null,
      gap_total: null,
      wall: null,
      coverage: null,
      last_audio_ago: null,
      free_time: null,
    };
  }
  const outage = outageOf(session, now);
  const last = lastAudio(state, open, outage);
  const isOver = condition === "crashed" || condition === "unknown";
  const until = isOver ? lastSignOf(session) ?? now : now;
  const audio = state.audio + openAudio(state, openUntil(session, last, now));
  const bytes = state.bytes + (open?.size ?? 0);
  const canLast = free !== null && bytes > 0 && audio > 0;
  return {
    ...head,
    since: isOver && last !== null ? new Date(last).toISOString() : state.since,
    wall: round(Math.max(0, until - session.start) / 1000, 3),
    outage,
    gaps: state.gaps + (outage === null ? 0 : 1),
    gap_total: round(state.gap_total + (outage?.duration ?? 0), 3),
    coverage: coverageNow(session, now),
    last_audio_ago: last === null
      ? null
      : round(Math.max(0, now - last) / 1000, 1),
    free_time: canLast ? round(free * audio / bytes, 0) : null,
  };
}

/**
 * Returns the outage of a session that is not over, or `null`. That of a
 * recorder that died lasts until its last sign.
 */
export function outageOf(
  session: KnownSession,
  now: EpochMs,
): OpenOutage | null {
  const { state } = session;
  if (state === null) return null;
  switch (conditionOf(session)) {
    case "recovering":
      return openOutage(state, now);
    case "crashed":
    case "unknown":
      return state.state === "recovering"
        ? openOutage(state, lastSignOf(session) ?? now)
        : null;
    default:
      return null;
  }
}

function openOutage(
  { since, cause }: SessionState,
  until: EpochMs,
): OpenOutage | null {
  if (cause === null) return null;
  const duration = Math.max(0, until - Date.parse(since)) / 1000;
  return { since, cause, duration: round(duration, 3) };
}

/**
 * Returns the share of audio in a session so far, the open chunk and the outage
 * that is not over included; `null` without a state, audio and gap.
 */
export function coverageNow(
  session: KnownSession,
  now: EpochMs,
): number | null {
  const { state, folder } = session;
  if (state === null) return null;
  const outage = outageOf(session, now);
  const last = lastAudio(state, openChunkOf(folder, state), outage);
  const audio = state.audio + openAudio(state, openUntil(session, last, now));
  const missing = outage?.duration ?? silence(session, last, now);
  const share = coverageOf({
    audio,
    overlap: state.overlap,
    gaps: state.gaps + (missing === null ? 0 : 1),
    gapTotal: state.gap_total + (missing ?? 0),
  });
  return share === null ? null : round(share, 2);
}

/** Returns for how long audio is missing without an outage that says so, or `null`. */
function silence(
  session: KnownSession,
  last: EpochMs | null,
  now: EpochMs,
): Seconds | null {
  return conditionOf(session) === "recording" && last !== null
    ? silenceSince(last, now)
    : null;
}

/**
 * Returns up to when the open chunk has audio: ffmpeg writes it a moment after
 * it came.
 */
function openUntil(
  session: KnownSession,
  last: EpochMs | null,
  now: EpochMs,
): EpochMs | null {
  const isWriting = conditionOf(session) === "recording" && last !== null &&
    silence(session, last, now) === null;
  return isWriting ? now : last;
}

/**
 * Returns when a recorder that died last did anything: its last audio in a
 * file, or its last state. `null` without a state.
 */
export function lastSignOf(
  { folder, state }: Pick<KnownSession, "folder" | "state">,
): EpochMs | null {
  if (state === null) return null;
  const audio = lastAudio(state, openChunkOf(folder, state), null);
  return Math.max(audio ?? 0, Date.parse(state.updated));
}

/** Returns when a session that is being recorded last wrote audio, or `null`. */
export function lastAudioOf(
  { folder, state }: Pick<KnownSession, "folder" | "state">,
): EpochMs | null {
  if (state === null) return null;
  return lastAudio(state, openChunkOf(folder, state), null);
}

/**
 * Returns when a recorder last wrote audio: in this session, or in one that it
 * continues; `null` when it never did.
 */
export function lastAudioOfRecorder(
  session: Pick<KnownSession, "folder" | "state">,
): EpochMs | null {
  const before = Date.parse(session.state?.audio_before ?? "");
  return lastAudioOf(session) ?? (Number.isNaN(before) ? null : before);
}

/**
 * Returns the time of the last audio. ffmpeg writes audio at once, so the
 * file's mtime is that time.
 */
function lastAudio(
  { last_audio, audio_since }: SessionState,
  open: OpenChunk | null,
  outage: OpenOutage | null,
): EpochMs | null {
  if (outage !== null) {
    return last_audio === null ? null : Date.parse(outage.since);
  }
  const times = [
    ...(last_audio === null ? [] : [Date.parse(last_audio)]),
    ...(open === null || audio_since === null ? [] : [open.written]),
  ];
  return times.length === 0 ? null : Math.max(...times);
}

/** Returns the length of audio up to a moment that is in no finished chunk yet. */
function openAudio(
  { last_audio, audio_since }: SessionState,
  until: EpochMs | null,
): Seconds {
  if (until === null || audio_since === null) return 0;
  const closed = last_audio === null ? 0 : Date.parse(last_audio);
  return Math.max(0, until - Math.max(closed, Date.parse(audio_since))) / 1000;
}
