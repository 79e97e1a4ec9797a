/**
 * Events for tests: each has valid defaults, and a test names only the fields
 * that it is about.
 *
 * @module
 */

import type { EventName, SessionEvent, UnknownWord } from "../../src/events.ts";

/** The event of one name. */
export type EventOf<N extends EventName> = Extract<SessionEvent, { event: N }>;

/** When the sessions of tests start. */
export const START = Date.UTC(2025, 8, 22, 10);

const DEFAULTS: { readonly [N in EventName]: EventOf<N> } = {
  session_start: {
    event: "session_start",
    time: START,
    session_id: "night",
    start: START,
    device: "test",
    sample_rate: 48_000,
    channels: 2,
    bit_depth: 16,
    timezone: "UTC",
    codec: "flac",
    format: "flac",
    segment_duration: 300,
    output_dir: "/rec",
    config: null,
    overrides: "",
    log_level: "info",
    log_rotation: "size",
    log_max_bytes: 5_242_880,
    log_backup_count: 3,
    echolog: "0.1.0",
    ffmpeg: "5.1",
    os: "linux-x86_64",
    pid: 1,
  },
  ffmpeg_command: {
    event: "ffmpeg_command",
    time: START,
    run: 1,
    command: "ffmpeg -segment_start_number 1 x",
  },
  ffmpeg_started: {
    event: "ffmpeg_started",
    time: START,
    run: 1,
    pid: 7,
    latency: 0.1,
  },
  ffmpeg_stderr: {
    event: "ffmpeg_stderr",
    time: START,
    run: 1,
    severity: "info",
    context: null,
    line: "detail",
    level: "INFO",
  },
  ffmpeg_stopped: {
    event: "ffmpeg_stopped",
    time: START,
    run: 1,
    exit_code: 0,
    signal: null,
    stopped_by: null,
  },
  chunk_created: {
    event: "chunk_created",
    time: START,
    file: "chunk_00001.flac",
    seq: 1,
    run: 1,
    start: START,
    end: START + 10_000,
    duration: 10,
    size: 1_000,
    peak_dbfs: -20,
  },
  chunk_deleted: {
    event: "chunk_deleted",
    time: START + 86_400_000,
    session_id: "night",
    file: "chunk_00001.flac",
    seq: 1,
    start: START,
    end: START + 10_000,
    size: 1_000,
    rule: "max_age",
  },
  gap: {
    event: "gap",
    time: START + 5_000,
    start: START + 1_000,
    end: START + 5_000,
    duration: 4,
    cause: "device_gone",
  },
  recovery: {
    event: "recovery",
    time: START,
    attempt: 1,
    delay: 0,
    cause: "device_gone",
    exit_code: 0,
    signal: null,
  },
  warning: {
    event: "warning",
    time: START,
    code: "disk_low",
    message: "The disk is nearly full",
  },
  error: {
    event: "error",
    time: START,
    code: "ffmpeg_unusable",
    message: "Cannot run ffmpeg",
  },
  log_rotated: {
    event: "log_rotated",
    time: START,
    session_id: "night",
    part: 2,
    reason: "size",
    start: START,
  },
  session_stop: {
    event: "session_stop",
    time: START,
    reason: "interrupted",
    exit_code: 0,
    chunks: 0,
    audio: 0,
    wall: 0,
    coverage: 100,
    gaps: 0,
    gap_total: 0,
    retries: 0,
    warnings: 0,
    errors: 0,
    log_lines_dropped: 0,
  },
};

/**
 * Returns an event.
 *
 * @param name Its name.
 * @param change The fields that differ from the defaults.
 */
export function event<N extends EventName>(
  name: N,
  change: Partial<EventOf<N>> = {},
): EventOf<N> {
  return { ...DEFAULTS[name], ...change };
}

/** A cause or a code that no version of echolog writes. */
export function unknownWord(text: string): UnknownWord {
  return text as UnknownWord;
}
