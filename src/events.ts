/**
 * All events of a session, as one union type.
 *
 * The recorder emits {@linkcode SessionEvent}s; the session log, the state file
 * and the live line only listen. Field names are those of the session log, so
 * that a line and its event have the same fields.
 *
 * @module
 */

/** A point in time: milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** A duration in seconds. */
export type Seconds = number;

/** Severity of a line in the session log. */
export type Level = "DEBUG" | "INFO" | "WARNING" | "ERROR";

/** ffmpeg's names of severities, the worst first. */
export const SEVERITIES = [
  "panic",
  "fatal",
  "error",
  "warning",
  "info",
  "verbose",
  "debug",
  "trace",
] as const;

/** Severity of a line of ffmpeg's stderr. */
export type Severity = typeof SEVERITIES[number];

/** Why a session ended. */
export const STOP_REASONS = [
  "interrupted",
  "terminated",
  "hangup",
  "duration_reached",
  "stop_command",
  "rollover",
  "start_failed",
  "gave_up",
  "disk_full",
  "fatal_error",
  "crashed",
  "rebooted",
] as const;

/** One of {@linkcode STOP_REASONS}. */
export type StopReason = typeof STOP_REASONS[number];

/** Causes of a gap. The glossary of `explain` explains each. */
export const GAP_CAUSES = [
  "slow_start",
  "slow_stop",
  "stall",
  "suspend",
  "rollover",
  "audio_lost",
  "format_changed",
  "source_ended",
  "chunk_finalize_failed",
  "folder_gone",
  "folder_unwritable",
  "not_written",
  "mount_missing",
  "disk_full",
  "disk_read_only",
  "disk_error",
  "device_gone",
  "device_missing",
  "source_moved",
  "device_busy",
  "permission_denied",
  "settings_refused",
  "channel_missing",
  "ffmpeg_killed",
  "ffmpeg_unusable",
  "ffmpeg_exited",
] as const;

/** Why audio is missing. */
export type GapCause = typeof GAP_CAUSES[number];

/** A cause in a log. */
export type CauseWord = GapCause | UnknownWord;

/** Codes of warnings. */
export const WARNING_CODES = [
  "card_number",
  "channel_silence",
  "channel_silence_ended",
  "digital_silence",
  "digital_silence_ended",
  "clipping",
  "clock_step",
  "suspend",
  "stall",
  "audio_overlap",
  "audio_repeated",
  "chunk_truncated",
  "disk_error",
  "disk_full",
  "disk_low",
  "disk_read_only",
  "ffmpeg_output_throttled",
  "folder_not_private",
  "format_changed",
  "log_clock_back",
  "log_lines_dropped",
  "mount_missing",
  "notify_failed",
  "registry_write_failed",
  "retention_blocked",
  "retention_clock",
  "retention_failed",
  "rollover_failed",
  "silence",
  "silence_ended",
  "sound_server_missing",
  "source_changed",
  "source_moved",
  "source_not_audio",
  "source_slow",
  "state_write_failed",
  "sync_failed",
] as const;

/** Code of a warning. */
export type WarningCode = typeof WARNING_CODES[number];

/** Codes of errors. */
export const FAILURE_CODES = [
  "chunk_finalize_failed",
  "chunks_lost",
  "disk_error",
  "disk_full",
  "disk_read_only",
  "ffmpeg_kill_failed",
  "ffmpeg_unusable",
  "folder_gone",
  "folder_unreadable",
  "internal_error",
  "start_failed",
] as const;

/** What failed. */
export type FailureCode = typeof FAILURE_CODES[number];

/** A word unknown to this version, from the log of another version. */
export type UnknownWord = string & { readonly "is unknown": true };

/** A value of a free field of `warning` and `error`. */
export type DetailValue = string | number | boolean | null;

/** Free fields of `warning` and `error`; keys come from echolog, never from outside. */
export type Details = Readonly<Record<string, DetailValue>>;

/** The fields of every event. */
export interface Timed {
  /** When it happened. */
  readonly time: EpochMs;
}

/** A session begins; has everything needed to repeat the recording. */
export interface SessionStart extends Timed {
  /** Discriminator. */
  readonly event: "session_start";
  /** Name of the session and of its folder. */
  readonly session_id: string;
  /** When the session started. */
  readonly start: EpochMs;
  /** Device as given to `--device`. */
  readonly device: string;
  /** Samples per second and channel. */
  readonly sample_rate: number;
  /** Number of channels. */
  readonly channels: number;
  /** Bits per sample, or `null` for an encoder without a depth; missing in older logs. */
  readonly bit_depth?: number | null;
  /** Local time zone, such as `Europe/Berlin`; missing in earlier logs. */
  readonly timezone?: string;
  /** Encoder as ffmpeg names it. */
  readonly codec: string;
  /** File format of the chunks: `flac`, `wav`, `opus` or `mp3`. */
  readonly format: string;
  /** Nominal length of a chunk. */
  readonly segment_duration: Seconds;
  /** Folder that holds the session's folder. */
  readonly output_dir: string;
  /** Configuration file that was read, or `null`. */
  readonly config: string | null;
  /** Settings that are not the default, `key=value(source)`, separated by spaces. */
  readonly overrides: string;
  /** `debug`, `info`, `warning` or `error`. */
  readonly log_level: string;
  /** `size`, `time` or `off`. */
  readonly log_rotation: string;
  /** Bytes after which the log is rotated. */
  readonly log_max_bytes: number;
  /** Number of rotated files kept. */
  readonly log_backup_count: number;
  /** Version of echolog. */
  readonly echolog: string;
  /** Version of ffmpeg, or `null` when unknown. */
  readonly ffmpeg: string | null;
  /** Operating system and architecture. */
  readonly os: string;
  /** Process id of echolog. */
  readonly pid: number;
}

/** ffmpeg is about to be run. */
export interface FfmpegCommand extends Timed {
  /** Discriminator. */
  readonly event: "ffmpeg_command";
  /** Number of the run inside the session, from 1. */
  readonly run: number;
  /** The command, quoted for a POSIX shell. */
  readonly command: string;
}

/** The first audio of a run has been captured. */
export interface FfmpegStarted extends Timed {
  /** Discriminator. */
  readonly event: "ffmpeg_started";
  /** Number of the run. */
  readonly run: number;
  /** Process id of ffmpeg. */
  readonly pid: number;
  /** Seconds from spawning ffmpeg to its first sample. */
  readonly latency: Seconds;
}

/** A line of ffmpeg's stderr. */
export interface FfmpegStderr extends Timed {
  /** Discriminator. */
  readonly event: "ffmpeg_stderr";
  /** Number of the run. */
  readonly run: number;
  /** Severity in ffmpeg's prefix. */
  readonly severity: Severity;
  /** The part of ffmpeg that logged it, such as `segment`, or `null`. */
  readonly context: string | null;
  /** The text without its prefix. */
  readonly line: string;
  /** When the line came, if it is logged later. */
  readonly at?: EpochMs;
  /** Level of the log line, if it is not that of the severity. */
  readonly level?: Level;
  /**
   * Number of equal lines that this one represents, with `first` and `last`.
   */
  readonly count?: number;
  /** When the first of the held lines came. */
  readonly first?: EpochMs;
  /** When the last of the held lines came. */
  readonly last?: EpochMs;
}

/** ffmpeg has ended. */
export interface FfmpegStopped extends Timed {
  /** Discriminator. */
  readonly event: "ffmpeg_stopped";
  /** Number of the run. */
  readonly run: number;
  /** Exit code, or `null` when a signal ended it. */
  readonly exit_code: number | null;
  /** The signal that ended it, or `null`. */
  readonly signal: string | null;
  /** Last step of stopping that was needed: `q`, `SIGTERM`, `SIGKILL`; `null` when it ended by itself. */
  readonly stopped_by: string | null;
}

/** A chunk is closed and has its final name. */
export interface ChunkCreated extends Timed {
  /** Discriminator. */
  readonly event: "chunk_created";
  /** File name inside the session's folder. */
  readonly file: string;
  /** Number of the chunk in the session, from 1. */
  readonly seq: number;
  /** Number of the run that captured it. */
  readonly run: number;
  /** Wall-clock time of its first sample. */
  readonly start: EpochMs;
  /** Wall-clock time after its last sample. */
  readonly end: EpochMs;
  /** Samples of each channel; missing in events that were read from a log. */
  readonly samples?: number;
  /** Length of the audio in the file. */
  readonly duration: Seconds;
  /** Size of the file in bytes. */
  readonly size: number;
  /** Highest sample value in dB relative to full scale, or `null` when not measured. */
  readonly peak_dbfs: number | null;
  /** True when the chunk was closed by a repair. */
  readonly recovered?: boolean;
}

/** Rules by which retention deletes a chunk. */
export const RETENTION_RULES = [
  "max_age",
  "max_bytes",
  "min_free_bytes",
] as const;

/** One of {@linkcode RETENTION_RULES}. */
export type RetentionRule = typeof RETENTION_RULES[number];

/** Retention deleted a chunk, maybe one of another session. */
export interface ChunkDeleted extends Timed {
  /** Discriminator. */
  readonly event: "chunk_deleted";
  /** Name of the session that had the chunk. */
  readonly session_id: string;
  /** Name of its file. */
  readonly file: string;
  /** Its number in that session. */
  readonly seq: number;
  /** Wall-clock time of its first sample. */
  readonly start: EpochMs;
  /** Wall-clock time after its last sample. */
  readonly end: EpochMs;
  /** Size that its file had, in bytes. */
  readonly size: number;
  /** The rule that it fell under. */
  readonly rule: RetentionRule | UnknownWord;
}

/** Time without audio inside a session. */
export interface Gap extends Timed {
  /** Discriminator. */
  readonly event: "gap";
  /** End of the audio before it. */
  readonly start: EpochMs;
  /** Start of the audio after it. */
  readonly end: EpochMs;
  /** Its length. */
  readonly duration: Seconds;
  /** Why there is no audio. */
  readonly cause: CauseWord;
}

/** A new run is about to start. */
export interface Recovery extends Timed {
  /** Discriminator. */
  readonly event: "recovery";
  /** Attempts since audio was last healthy, from 1. */
  readonly attempt: number;
  /** Time until the new run. */
  readonly delay: Seconds;
  /** Why the previous run ended. */
  readonly cause: CauseWord;
  /** ffmpeg's exit code, or `null`. */
  readonly exit_code: number | null;
  /** The signal that ended ffmpeg, or `null`. */
  readonly signal: string | null;
}

/** Something that the user should know; recording continues. */
export interface Warning extends Timed {
  /** Discriminator. */
  readonly event: "warning";
  /** Its code. */
  readonly code: WarningCode | UnknownWord;
  /** The same in words. */
  readonly message: string;
  /** Further fields. */
  readonly details?: Details;
}

/** Something failed. */
export interface Failure extends Timed {
  /** Discriminator. */
  readonly event: "error";
  /** What failed. */
  readonly code: FailureCode | UnknownWord;
  /** The same in words. */
  readonly message: string;
  /** Further fields. */
  readonly details?: Details;
}

/** First line of each log file after the first. */
export interface LogRotated extends Timed {
  /** Discriminator. */
  readonly event: "log_rotated";
  /** The session this log belongs to. */
  readonly session_id: string;
  /** Number of this file, counted from 1 for the session's first. */
  readonly part: number;
  /** `size`, `time`, `restart`, `deleted`, `replaced` … */
  readonly reason: string;
  /** When the session started. */
  readonly start: EpochMs;
}

/** Last line of every session. */
export interface SessionStop extends Timed {
  /** Discriminator. */
  readonly event: "session_stop";
  /** Why it ended. */
  readonly reason: StopReason | UnknownWord;
  /** Exit code of echolog. */
  readonly exit_code: number;
  /** Number of finished chunks. */
  readonly chunks: number;
  /** Length of all audio. */
  readonly audio: Seconds;
  /** Seconds from the session's start to its end. */
  readonly wall: Seconds;
  /** Audio divided by audio and gaps, in per cent; `null` without both. */
  readonly coverage: number | null;
  /** Number of gaps. */
  readonly gaps: number;
  /** Length of all gaps. */
  readonly gap_total: Seconds;
  /** Number of recoveries. */
  readonly retries: number;
  /** Lines logged at WARNING. */
  readonly warnings: number;
  /** Lines logged at ERROR. */
  readonly errors: number;
  /** Lines of the log that could not be written. */
  readonly log_lines_dropped: number;
}

/** An event of a session. */
export type SessionEvent =
  | SessionStart
  | FfmpegCommand
  | FfmpegStarted
  | FfmpegStderr
  | FfmpegStopped
  | ChunkCreated
  | ChunkDeleted
  | Gap
  | Recovery
  | Warning
  | Failure
  | LogRotated
  | SessionStop;

/** Name of an event, as in the log. */
export type EventName = SessionEvent["event"];

/** The names of all events. */
export const EVENT_NAMES: readonly [EventName, ...EventName[]] = [
  "session_start",
  "ffmpeg_command",
  "ffmpeg_started",
  "ffmpeg_stderr",
  "ffmpeg_stopped",
  "chunk_created",
  "chunk_deleted",
  "gap",
  "recovery",
  "warning",
  "error",
  "log_rotated",
  "session_stop",
];

/** Information that a recording shows but does not log. */
export type Telemetry =
  /** More audio was captured: about once a second. */
  | { readonly kind: "audio" }
  /** Audio resumed after a pause, as when its source changes. */
  | { readonly kind: "resumed" }
  /** The highest level of a second, in dB relative to full scale. */
  | {
    readonly kind: "peak";
    readonly dbfs: number;
    /** That of each channel, if known. */
    readonly channels?: readonly number[];
  }
  /** A silence began, `since` then, or ended (`null`). */
  | {
    readonly kind: "silence";
    readonly what: SilenceKind;
    readonly time: EpochMs;
    readonly since: EpochMs | null;
    /** When it ended, if that was noticed later. */
    readonly until?: EpochMs;
    /** The silent channels, from 1; none unless `what` is `channels`. */
    readonly channels?: readonly number[];
  }
  /** Free bytes on the disk, or `null` if unknown. */
  | { readonly kind: "disk"; readonly free: number | null }
  /** ffmpeg ended unexpectedly. */
  | { readonly kind: "run_failed"; readonly time: EpochMs }
  /**
   * Audio is missing since `since`, or is back (`null`). An outage is over once
   * its gap is logged.
   */
  | {
    readonly kind: "outage";
    readonly time: EpochMs;
    readonly outage: Outage | null;
  }
  /** When the session will end, or `null` when it has no end. */
  | {
    readonly kind: "end";
    readonly time: EpochMs;
    readonly at: EpochMs | null;
  }
  /** The session is about to end. */
  | { readonly kind: "stopping"; readonly time: EpochMs }
  /** All audio is closed; `session_stop` is next. */
  | { readonly kind: "finishing" };

/**
 * What is silent: every sample is zero, the level is below
 * `recording.silence_dbfs`, or every sample of some channels is zero.
 */
export type SilenceKind = "zero" | "level" | "channels";

/** A time without audio that is not over. */
export interface Outage {
  /** Since when. */
  readonly since: EpochMs;
  /** Why. */
  readonly cause: CauseWord;
}

/** Takes the events of a session, in order. Never throws. */
export interface Sink {
  /** Takes an event. */
  emit(event: SessionEvent): void;
  /** Takes telemetry. */
  observe?(telemetry: Telemetry): void;
}
