/**
 * Reads `session.json`, the state of a session.
 *
 * @module
 */

import { join } from "@std/path";
import type { Seconds } from "../events.ts";
import { readText } from "../platform/guarded/files.ts";
import type { ProcessIdentity } from "../platform/identity.ts";

/** Name of the file. */
export const STATE_FILE = "session.json";
/** Largest file that is read: a state has some kilobytes. */
export const MAX_STATE_BYTES = 64_000;
/** Version of its format. */
export const STATE_VERSION = 1;

/**
 * Contents of `session.json`. Keys are stable; times are ISO 8601 in UTC. Its
 * process is the recorder, echolog.
 */
export interface SessionState extends ProcessIdentity {
  /** Version of this format. */
  readonly version: number;
  /** Name of the session. */
  readonly session_id: string;
  /** Its state. */
  readonly state:
    | "starting"
    | "recording"
    | "recovering"
    | "stopping"
    | "ended";
  /** Start of that state. */
  readonly since: string;
  /**
   * While it is recovering, why audio is missing since `since`, as one word;
   * otherwise `null`.
   */
  readonly cause: string | null;
  /** When it started. */
  readonly start: string;
  /** When it will end, or `null` when it records until it is stopped. */
  readonly ends_at: string | null;
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
  /** Number of rotated log files kept; `null` when unknown. */
  readonly log_backup_count: number | null;
  /** Number of the current run, 0 before the first. */
  readonly run: number;
  /** Process id of ffmpeg, or `null`. */
  readonly ffmpeg_pid: number | null;
  /** When the first sample of the current run was captured; `null` while there is no audio. */
  readonly audio_since: string | null;
  /** Number of finished chunks. */
  readonly chunks: number;
  /** Length of their audio. */
  readonly audio: Seconds;
  /** How much of it was recorded twice. */
  readonly overlap: Seconds;
  /** Number of chunks that were in a folder that is gone. */
  readonly lost_chunks: number;
  /** Length of their audio. */
  readonly lost_audio: Seconds;
  /** Size of their files. */
  readonly bytes: number;
  /** End of the last finished chunk, or `null`. */
  readonly last_audio: string | null;
  /** When the session that it continues last had audio, or `null`. */
  readonly audio_before: string | null;
  /** Since when every sample has been zero, or `null`. */
  readonly silent_since: string | null;
  /** Since when the sound has been below `recording.silence_dbfs`, or `null`. */
  readonly quiet_since: string | null;
  /** Channels, from 1, that are digital zero while others are not. */
  readonly silent_channel_list: readonly number[];
  /** Free space below which it warns, once it has warned; else `null`. */
  readonly min_free_bytes: number | null;
  /** Number of gaps that are over. */
  readonly gaps: number;
  /** Length of all gaps. */
  readonly gap_total: Seconds;
  /** Number of recoveries. */
  readonly retries: number;
  /** Why it ended, or `null`. */
  readonly reason: string | null;
  /** From its start to its end, or `null` before that. */
  readonly wall: Seconds | null;
  /** Audio divided by audio and gaps, in per cent; `null` before the end and without both. */
  readonly coverage: number | null;
  /** When this was written. */
  readonly updated: string;
}

/**
 * Reads the state of a session.
 *
 * @returns `null` when it is missing, unreadable, or of another version.
 */
export function readState(folder: string): SessionState | null {
  try {
    return parseState(readText(join(folder, STATE_FILE), MAX_STATE_BYTES));
  } catch {
    // It is missing, or unreadable: the caller can read the log.
    return null;
  }
}

/** Returns a state by its text, or `null` when it is torn, or of another version. */
export function parseState(text: string): SessionState | null {
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch {
    return null;
  }
  return isState(state) ? { ...LATER_KEYS, ...state } : null;
}

/** Keys missing in files of earlier releases. */
const LATER_KEYS = {
  since: "1970-01-01T00:00:00.000Z",
  cause: null,
  audio_since: null,
  audio_before: null,
  silent_since: null,
  quiet_since: null,
  silent_channel_list: [],
  min_free_bytes: null,
  ends_at: null,
  bytes: 0,
  overlap: 0,
  lost_chunks: 0,
  lost_audio: 0,
  gap_total: 0,
  wall: null,
  coverage: null,
  log_backup_count: null,
  process_start: null,
  boot_id: null,
  machine: "",
};

const STATES = ["starting", "recording", "recovering", "stopping", "ended"];
const TIMES = [
  ...["start", "since", "last_audio", "audio_since", "audio_before"],
  ...["silent_since", "quiet_since", "ends_at"],
];
const OPTIONAL_NUMBERS = [
  ...["bytes", "overlap", "gap_total", "wall", "coverage"],
  ...["lost_chunks", "lost_audio"],
  ...["log_backup_count", "ffmpeg_pid", "min_free_bytes"],
];
const OPTIONAL_TEXTS = [
  ...["reason", "cause", "process_start", "boot_id", "machine", "machine_id"],
  ...["pid_namespace"],
];

/** Whether a value is absent, `null`, or a text with a point in time. */
function isTime(value: unknown): boolean {
  return value === undefined || value === null ||
    typeof value === "string" && !Number.isNaN(Date.parse(value));
}

/** Whether a value is absent, or a list of channels. */
function isChannelList(value: unknown): boolean {
  return value === undefined ||
    Array.isArray(value) && value.every(Number.isSafeInteger);
}

const TEXTS = ["session_id", "state", "start", "folder", "log", "device"];
const NUMBERS = ["pid", "run", "chunks", "audio", "gaps", "retries"];

function isState(value: unknown): value is SessionState {
  if (typeof value !== "object" || value === null) return false;
  const fields: Record<string, unknown> = { ...value };
  const isOr = (name: string, type: string) =>
    fields[name] === undefined || fields[name] === null ||
    typeof fields[name] === type;
  return fields.version === STATE_VERSION &&
    STATES.some((state) => state === fields.state) &&
    TIMES.every((name) => isTime(fields[name])) &&
    isChannelList(fields.silent_channel_list) &&
    OPTIONAL_NUMBERS.every((name) => isOr(name, "number")) &&
    OPTIONAL_TEXTS.every((name) => isOr(name, "string")) &&
    TEXTS.every((name) => typeof fields[name] === "string") &&
    NUMBERS.every((name) => typeof fields[name] === "number");
}
