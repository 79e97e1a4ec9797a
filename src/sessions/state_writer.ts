/**
 * Writes `session.json`, the state of a session, while it is being recorded.
 *
 * @module
 */

import { join } from "@std/path";
import type {
  EpochMs,
  Outage,
  SessionEvent,
  Sink,
  Telemetry,
  Warning,
} from "../events.ts";
import { ownIdentity } from "../platform/identity.ts";
import { isoMilliseconds } from "../log/format/timestamps.ts";
import { replaceFile } from "../platform/guarded/files.ts";
import { type SessionState, STATE_FILE, STATE_VERSION } from "./state_file.ts";
import { round, type SessionTotals } from "./totals.ts";

/** Options of {@linkcode StateWriter}. */
export interface StateWriterOptions {
  /** Folder of the session. */
  readonly folder: string;
  /** Path of its log. */
  readonly log: string;
  /** When the session that it continues last had audio; `null` unless given. */
  readonly audioBefore?: EpochMs | null;
  /** Totals of the session, updated by it. */
  readonly totals: SessionTotals;
  /** Removes secrets from a text. */
  redact(text: string): string;
  /** Writes the text of the state; at once unless given. */
  save?(text: string): void;
  /** Called once when the file cannot be written; recording continues. */
  onError(error: unknown): void;
}

/**
 * Most characters of a device: readers refuse a file that is longer than any
 * state, and a graph of filters may be.
 */
const MAX_DEVICE = 2_000;

/** Keeps `session.json` up to date while a session is recorded. */
export class StateWriter implements Sink {
  readonly #options: StateWriterOptions;
  #spawned: EpochMs = 0;
  #state: SessionState | null = null;
  #hasFailed = false;

  /** A writer for the folder of the options. */
  constructor(options: StateWriterOptions) {
    this.#options = options;
  }

  /** Takes an event and writes the state if it changes. */
  emit(event: SessionEvent): void {
    const next = this.#after(event);
    if (next === null) return;
    this.#state = next;
    this.#write(next, event.time);
  }

  /** Takes telemetry that the state shows. */
  observe(telemetry: Telemetry): void {
    const state = this.#state;
    if (state === null || state.state === "ended") return;
    const next = changed(state, telemetry);
    if (next === null) return;
    this.#state = next.state;
    this.#write(next.state, next.time);
  }

  #after(event: SessionEvent): SessionState | null {
    const state = this.#state;
    if (event.event === "session_start") return this.#first(event);
    if (state === null) return null;
    switch (event.event) {
      case "ffmpeg_command":
        this.#spawned = event.time;
        return null;
      case "ffmpeg_started":
        return {
          // An outage is over once its gap is logged.
          ...(state.state === "recovering"
            ? state
            : inState(state, "recording", event.time)),
          run: event.run,
          ffmpeg_pid: event.pid,
          audio_since: isoMilliseconds(this.#spawned + event.latency * 1000),
        };
      case "ffmpeg_stopped":
        return { ...state, ffmpeg_pid: null, audio_since: null };
      case "chunk_created":
        return { ...state, last_audio: isoMilliseconds(event.end) };
      case "recovery":
      case "gap":
        return state;
      case "warning":
        return event.code === "disk_low"
          ? { ...state, min_free_bytes: minFreeOf(event) }
          : null;
      case "session_stop":
        return {
          ...inState(state, "ended", event.time),
          reason: event.reason,
          wall: round(event.wall, 3),
          coverage: event.coverage === null ? null : round(event.coverage, 2),
        };
      default:
        return null;
    }
  }

  #first(
    event: Extract<SessionEvent, { event: "session_start" }>,
  ): SessionState {
    const { folder, log, redact, audioBefore = null } = this.#options;
    return {
      version: STATE_VERSION,
      session_id: event.session_id,
      state: "starting",
      since: isoMilliseconds(event.start),
      cause: null,
      start: isoMilliseconds(event.start),
      ends_at: null,
      folder,
      log,
      device: shortened(redact(event.device)),
      format: event.format,
      sample_rate: event.sample_rate,
      channels: event.channels,
      log_backup_count: event.log_backup_count,
      ...ownIdentity(),
      run: 0,
      ffmpeg_pid: null,
      audio_since: null,
      chunks: 0,
      audio: 0,
      overlap: 0,
      lost_chunks: 0,
      lost_audio: 0,
      bytes: 0,
      last_audio: null,
      audio_before: audioBefore === null ? null : isoMilliseconds(audioBefore),
      silent_since: null,
      quiet_since: null,
      silent_channel_list: [],
      min_free_bytes: null,
      gaps: 0,
      gap_total: 0,
      retries: 0,
      reason: null,
      wall: null,
      coverage: null,
      updated: isoMilliseconds(event.time),
    };
  }

  #write(state: SessionState, time: EpochMs): void {
    const { totals } = this.#options;
    const { chunks, audio, gaps, gapTotal, retries } = totals.summary(0);
    const text = JSON.stringify(
      {
        ...state,
        chunks,
        audio: round(audio, 3),
        overlap: round(totals.overlap, 3),
        lost_chunks: totals.lost.chunks,
        lost_audio: round(totals.lost.audio, 3),
        bytes: totals.bytes,
        gaps,
        gap_total: round(gapTotal, 3),
        retries,
        updated: isoMilliseconds(time),
      } satisfies SessionState,
      null,
      2,
    );
    try {
      this.#save(`${text}\n`);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#options.onError(error);
      this.#hasFailed = true;
    }
  }

  #save(text: string): void {
    const { folder, save } = this.#options;
    if (save === undefined) replaceFile(join(folder, STATE_FILE), text);
    else save(text);
  }
}

/** A state, and when it began to hold. */
interface Change {
  readonly state: SessionState;
  readonly time: EpochMs;
}

/** Returns the state after telemetry, or `null` when it is the same. */
function changed(state: SessionState, telemetry: Telemetry): Change | null {
  switch (telemetry.kind) {
    case "stopping": {
      const { time } = telemetry;
      const since = isoMilliseconds(time);
      return { state: { ...state, state: "stopping", since }, time };
    }
    case "end": {
      const { at, time } = telemetry;
      const endsAt = at === null ? null : isoMilliseconds(at);
      if (endsAt === state.ends_at) return null;
      return { state: { ...state, ends_at: endsAt }, time };
    }
    case "silence":
      return { state: withSilence(state, telemetry), time: telemetry.time };
    case "outage":
      return withOutage(state, telemetry.outage, telemetry.time);
    default:
      return null;
  }
}

function withSilence(
  state: SessionState,
  { what, since, channels = [] }: Extract<Telemetry, { kind: "silence" }>,
): SessionState {
  const from = since === null ? null : isoMilliseconds(since);
  switch (what) {
    case "zero":
      return { ...state, silent_since: from };
    case "level":
      return { ...state, quiet_since: from };
    case "channels":
      return { ...state, silent_channel_list: channels };
  }
}

function withOutage(
  state: SessionState,
  outage: Outage | null,
  time: EpochMs,
): Change | null {
  if (state.state === "stopping") return null;
  if (outage !== null) {
    const since = isoMilliseconds(outage.since);
    const { cause } = outage;
    return { state: { ...state, state: "recovering", since, cause }, time };
  }
  if (state.state !== "recovering") return null;
  return { state: inState({ ...state, cause: null }, "recording", time), time };
}

/**
 * Returns the state after a change. A session that is stopping enters no new
 * state.
 */
function inState(
  state: SessionState,
  next: SessionState["state"],
  time: EpochMs,
): SessionState {
  const isSettled = state.state === next ||
    state.state === "stopping" && next !== "ended";
  return isSettled
    ? state
    : { ...state, state: next, since: isoMilliseconds(time) };
}

/** Returns the limit of a warning of little space. */
function minFreeOf({ details }: Warning): number | null {
  const limit = details?.min_free;
  return typeof limit === "number" ? limit : null;
}

function shortened(device: string): string {
  return device.length <= MAX_DEVICE
    ? device
    : `${device.slice(0, MAX_DEVICE)}…`;
}
