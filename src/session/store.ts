/**
 * `session.json`: the state of a session beside its log, for those who ask
 * while it is being recorded.
 *
 * @module
 */

import { join } from "@std/path";
import type { EpochMs, EventSink, Seconds, SessionEvent } from "../events.ts";
import { Ledger } from "./ledger.ts";

/** Name of the file. */
export const STATE_FILE = "session.json";
const STATE_VERSION = 1;

/** What `session.json` holds. Keys are stable; times are ISO 8601 in UTC. */
export interface SessionState {
  /** Version of this form. */
  readonly version: number;
  /** Name of the session. */
  readonly session_id: string;
  /** What it is doing. */
  readonly state: "starting" | "recording" | "ended";
  /** When it started. */
  readonly start: string;
  /** Folder of the session. */
  readonly folder: string;
  /** Path of its log. */
  readonly log: string;
  /** Device, without secrets. */
  readonly device: string;
  /** File format of the chunks. */
  readonly format: string;
  /** Samples per second and channel. */
  readonly sample_rate: number;
  /** Number of channels. */
  readonly channels: number;
  /** Process id of echolog. */
  readonly pid: number;
  /** Number of the current run, 0 before the first. */
  readonly run: number;
  /** Process id of ffmpeg, or `null`. */
  readonly ffmpeg_pid: number | null;
  /** Number of finished chunks. */
  readonly chunks: number;
  /** Length of their audio. */
  readonly audio: Seconds;
  /** End of the last finished chunk, or `null`. */
  readonly last_audio: string | null;
  /** Number of gaps. */
  readonly gaps: number;
  /** Number of recoveries. */
  readonly retries: number;
  /** Why it ended, or `null`. */
  readonly reason: string | null;
  /** When this was written. */
  readonly updated: string;
}

/** Options of {@linkcode SessionStore}. */
export interface StoreOptions {
  /** Folder of the session. */
  readonly folder: string;
  /** Path of its log. */
  readonly log: string;
  /** Takes secrets out of a text. */
  redact(text: string): string;
  /** Told once when the file cannot be written; recording goes on. */
  onTrouble(error: unknown): void;
}

/** Keeps `session.json` up to date while a session is recorded. */
export class SessionStore implements EventSink {
  readonly #options: StoreOptions;
  #ledger = new Ledger();
  #state: SessionState | null = null;
  #isTroubled = false;

  /** A store that writes into the folder of the options. */
  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** Takes what happened and, when it changes the state, writes it. */
  emit(event: SessionEvent): void {
    this.#ledger.record(event);
    const next = this.#after(event);
    if (next === null) return;
    this.#state = next;
    this.#write(next, event.time);
  }

  #after(event: SessionEvent): SessionState | null {
    const state = this.#state;
    if (event.event === "session_start") return this.#first(event);
    if (state === null) return null;
    switch (event.event) {
      case "ffmpeg_started":
        return {
          ...state,
          state: "recording",
          run: event.run,
          ffmpeg_pid: event.pid,
        };
      case "ffmpeg_stopped":
        return { ...state, ffmpeg_pid: null };
      case "chunk_created":
        return { ...state, last_audio: iso(event.end) };
      case "gap":
      case "recovery":
        return state;
      case "session_stop":
        return { ...state, state: "ended", reason: event.reason };
      default:
        return null;
    }
  }

  #first(
    event: Extract<SessionEvent, { event: "session_start" }>,
  ): SessionState {
    const { folder, log, redact } = this.#options;
    return {
      version: STATE_VERSION,
      session_id: event.session_id,
      state: "starting",
      start: iso(event.start),
      folder,
      log,
      device: redact(event.device),
      format: event.format,
      sample_rate: event.sample_rate,
      channels: event.channels,
      pid: event.pid,
      run: 0,
      ffmpeg_pid: null,
      chunks: 0,
      audio: 0,
      last_audio: null,
      gaps: 0,
      retries: 0,
      reason: null,
      updated: iso(event.time),
    };
  }

  #write(state: SessionState, time: EpochMs): void {
    const { chunks, audio, gaps, retries } = this.#ledger.summary(0);
    const text = JSON.stringify(
      {
        ...state,
        chunks,
        audio: Math.round(audio * 1000) / 1000,
        gaps,
        retries,
        updated: iso(time),
      } satisfies SessionState,
      null,
      2,
    );
    try {
      replaceFile(join(this.#options.folder, STATE_FILE), `${text}\n`);
      this.#isTroubled = false;
    } catch (error) {
      if (!this.#isTroubled) this.#options.onTrouble(error);
      this.#isTroubled = true;
    }
  }
}

/**
 * Replaces a file as a whole: readers see the old text or the new one.
 *
 * @throws when it cannot be written; the old file is then untouched.
 */
export function replaceFile(path: string, text: string): void {
  const fresh = `${path}.tmp`;
  Deno.writeTextFileSync(fresh, text, { mode: 0o600 });
  Deno.renameSync(fresh, path);
}

/**
 * Reads the state of a session.
 *
 * @returns `null` when there is none, or it cannot be read, or is of another version.
 */
export function readState(folder: string): SessionState | null {
  let state: unknown;
  try {
    state = JSON.parse(Deno.readTextFileSync(join(folder, STATE_FILE)));
  } catch {
    // Absent, torn by a crash, or not JSON: the log remains to be read.
    return null;
  }
  return isState(state) ? state : null;
}

function isState(value: unknown): value is SessionState {
  return typeof value === "object" && value !== null &&
    "version" in value && value.version === STATE_VERSION &&
    "session_id" in value && typeof value.session_id === "string" &&
    "start" in value && typeof value.start === "string" &&
    "log" in value && typeof value.log === "string" &&
    "chunks" in value && typeof value.chunks === "number";
}

function iso(time: EpochMs): string {
  return new Date(time).toISOString();
}
