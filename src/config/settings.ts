/**
 * The one table of settings. Flags, the configuration file, `--help`,
 * `echolog.conf.example` and the table in the README all come from it.
 *
 * @module
 */

import { isAbsolute } from "@std/path";
import { DEVICE_FORMS, parseDevice } from "../audio/device.ts";
import type { BitDepth } from "../audio/bit_depth.ts";
import { CHUNK_NAMINGS, type ChunkNaming } from "../audio/chunk_name.ts";
import { type Format, FORMAT_NAMES } from "../audio/format.ts";
import { type Align, ALIGNMENTS } from "../audio/align.ts";
import { LATENCIES, type Latency } from "../audio/latency.ts";
import { NOTIFY_EVENTS, type NotifyEvent } from "./notify_events.ts";
import { sessionId } from "./session_id.ts";
import {
  age,
  bitDepth,
  boolean,
  bytes,
  choice,
  choiceList,
  duration,
  integer,
  optional,
  text,
  textList,
  type ValueType,
} from "./setting_types.ts";
import { nextTime, TIME_FORMS } from "../times/typed.ts";
import { Zone } from "../times/zone.ts";
import type { Seconds } from "../events.ts";
import type { LogLevel } from "../log/format/levels.ts";
import { TIME_WHEN, type TimeWhen } from "../log/format/period_names.ts";

/** When the log is rotated. */
export type LogRotation = "size" | "time" | "off";

/** What a session does when its disk is full: it waits for room, or ends. */
export type OnFull = "wait" | "stop";

export { NOTIFY_EVENTS, type NotifyEvent };

/** All settings of a recording, checked. */
export interface Settings {
  /** Device as given, or `null` for the platform's default. */
  readonly device: string | null;
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** Number of channels; 1 when `channel` is given. */
  readonly channels: number;
  /** Channel of the source that is recorded alone, from 1, or `null` for all. */
  readonly channel: number | null;
  /** Audio stream of the source, from 0, or `null` for the first. */
  readonly stream: number | null;
  /** Bits per sample, or `auto` to choose by the source. */
  readonly bitDepth: BitDepth | "auto";
  /** File format of the chunks. */
  readonly format: Format;
  /** Nominal length of a chunk. */
  readonly segmentDuration: Seconds;
  /** Whether chunks begin at multiples of their length on the clock, and on which. */
  readonly align: Align;
  /** Time after which a new session begins, or `null` for one session. */
  readonly sessionDuration: Seconds | null;
  /** How chunks are named. */
  readonly chunkNames: ChunkNaming;
  /** How much audio is captured at once. */
  readonly latency: Latency;
  /** Time from one sync of the files to the next; 0 leaves it to the system. */
  readonly syncInterval: Seconds;
  /** Peak below which sound counts as silence, in dBFS, or `null`. */
  readonly silenceDbfs: number | null;
  /** How long it must be below that level, and above it again. */
  readonly silenceAfter: Seconds;
  /** Folder that holds the session folders. */
  readonly outputDir: string;
  /** Path that must be a mount point, or `null`. */
  readonly requireMount: string | null;
  /** Requested duration, or `null` to record until stopped. */
  readonly duration: Seconds | null;
  /** Requested end as typed, or `null`. */
  readonly until: string | null;
  /** How long to wait for another session's device, or `null` for the default. */
  readonly wait: Seconds | null;
  /** Name of the session, or `null` for its start in UTC. */
  readonly sessionId: string | null;
  /** ffmpeg's path or name, or `null` to look for it. */
  readonly ffmpegPath: string | null;
  /** Further arguments before ffmpeg's `-i`. */
  readonly inputArgs: readonly string[];
  /** Further arguments before ffmpeg's output. */
  readonly outputArgs: readonly string[];
  /** Lowest level logged. */
  readonly logLevel: LogLevel;
  /** When the log is rotated. */
  readonly logRotation: LogRotation;
  /** Size after which the log is rotated. */
  readonly logMaxBytes: number;
  /** Number of rotated log files kept. */
  readonly logBackupCount: number;
  /** Period of time rotation. */
  readonly logTimeWhen: TimeWhen;
  /** Whether log lines and periods are in UTC. */
  readonly logUtc: boolean;
  /** Form of log lines. */
  readonly logFormat: "text" | "json";
  /** Whether the device's name is replaced by a hash everywhere. */
  readonly redactDevice: boolean;
  /** Time without progress after which ffmpeg is restarted. */
  readonly stallTimeout: Seconds;
  /** Longest wait before a new run. */
  readonly backoffMax: Seconds;
  /** Time in which the first audio must come; 0 for no limit. */
  readonly startTimeout: Seconds;
  /** Free space below which a warning is logged. */
  readonly minFreeBytes: number;
  /** What a session does when nothing can be written to its disk. */
  readonly onFull: OnFull;
  /** Age at which audio is deleted, or `null` to keep it. */
  readonly maxAge: Seconds | null;
  /** Size of all chunks of the output folder that is kept, or `null` for all. */
  readonly maxBytes: number | null;
  /** Free space for which audio is deleted, or `null` for none. */
  readonly keepFreeBytes: number | null;
  /** Age below which nothing is deleted for want of space. */
  readonly minAge: Seconds;
  /** How long the folder of a session without audio is kept. */
  readonly keepLogs: Seconds;
  /** Program and arguments that are run when the state of a recording changes; empty for none. */
  readonly notifyCommand: readonly string[];
  /** The notifications that are sent. */
  readonly notifyOn: readonly NotifyEvent[];
  /** How long audio must be missing for a notification. */
  readonly notifyAfter: Seconds;
  /** How long the command may take. */
  readonly notifyTimeout: Seconds;
  /** Time between two heartbeats, or `null` for none. */
  readonly notifyHeartbeat: Seconds | null;
}

/** Name of a setting in the code. */
export type SettingName = keyof Settings;

/** One row of the table. */
export interface Setting<T> {
  /** Key in the configuration file, `section.name`, or `null` when it is a flag only. */
  readonly key: string | null;
  /** Long flag without its dashes, or `null` when it is a key only. */
  readonly flag: string | null;
  /** Placeholder for the value in help. */
  readonly placeholder: string;
  /** Reads and checks values. */
  readonly type: ValueType<T>;
  /** The value when none is given. */
  readonly defaultValue: T;
  /** The default in words, when the value needs an explanation. */
  readonly defaultText?: string;
  /** A value for the example configuration, when the default is `null`. */
  readonly example?: string;
  /** Whether a leading `~` means the home folder. */
  readonly isPath?: boolean;
  /** Whether its value may hold secrets of any form, and is never shown. */
  readonly isSecret?: boolean;
  /** Its purpose, in one phrase. */
  readonly help: string;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** The table of settings, in the order in which help and documents show them. */
export const SETTINGS: { readonly [K in SettingName]: Setting<Settings[K]> } = {
  device: {
    key: "recording.device",
    flag: "device",
    placeholder: "SPEC",
    type: optional(text(DEVICE_FORMS, (spec) => parseDevice(spec) !== null)),
    defaultValue: null,
    defaultText: "the platform's default capture device",
    example: "pulse:default",
    help: "what to record: FORMAT:NAME, a URL, or test",
  },
  sampleRate: {
    key: "recording.sample_rate",
    flag: "sample-rate",
    placeholder: "HZ",
    type: integer(8_000, 384_000),
    defaultValue: 48_000,
    help: "samples per second",
  },
  channels: {
    key: "recording.channels",
    flag: "channels",
    placeholder: "N",
    type: integer(1, 32),
    defaultValue: 2,
    help: "number of channels",
  },
  channel: {
    key: "recording.channel",
    flag: "channel",
    placeholder: "N",
    type: optional(integer(1, 64)),
    defaultValue: null,
    defaultText: "all channels",
    example: "1",
    help: "record this channel of the source alone, counted from 1",
  },
  stream: {
    key: "recording.stream",
    flag: null,
    placeholder: "N",
    type: optional(integer(0, 99)),
    defaultValue: null,
    defaultText: "the first audio stream",
    example: "0",
    help: "audio stream of the source, counted from 0",
  },
  format: {
    key: "recording.format",
    flag: "format",
    placeholder: "FORMAT",
    type: choice(FORMAT_NAMES),
    defaultValue: "flac",
    help: "file format of the chunks",
  },
  bitDepth: {
    key: "recording.bit_depth",
    flag: "bit-depth",
    placeholder: "BITS",
    type: bitDepth(),
    defaultValue: "auto",
    help: "bits per sample of flac and wav",
  },
  segmentDuration: {
    key: "recording.segment_duration",
    flag: "segment-duration",
    placeholder: "DUR",
    type: duration(1, 6 * HOUR),
    defaultValue: 300,
    help: "length of a chunk",
  },
  align: {
    key: "recording.align",
    flag: "align",
    placeholder: "CLOCK",
    type: choice(ALIGNMENTS),
    defaultValue: "off",
    help: "begin chunks at multiples of their length on the clock",
  },
  sessionDuration: {
    key: "recording.session_duration",
    flag: null,
    placeholder: "DUR",
    type: optional(duration(10, YEAR)),
    defaultValue: null,
    defaultText: "none",
    example: "24h",
    help:
      "begin a new session after this time; with recording.align, at multiples of it on the clock",
  },
  chunkNames: {
    key: "recording.chunk_names",
    flag: "chunk-names",
    placeholder: "HOW",
    type: choice(CHUNK_NAMINGS),
    defaultValue: "number",
    help: "name chunks by number alone, or by their start in UTC and number",
  },
  latency: {
    key: "recording.latency",
    flag: null,
    placeholder: "LATENCY",
    type: choice(LATENCIES),
    defaultValue: "normal",
    help:
      "low loses less when ffmpeg is killed, for two to three times the processor time",
  },
  syncInterval: {
    key: "recording.sync_interval",
    flag: null,
    placeholder: "DUR",
    type: duration(0, HOUR),
    defaultValue: 10,
    help: "most audio that a power cut may take; 0s leaves that to the system",
  },
  silenceDbfs: {
    key: "recording.silence_dbfs",
    flag: null,
    placeholder: "DBFS",
    type: optional(integer(-120, -1)),
    defaultValue: null,
    defaultText: "none",
    example: "-60",
    help: "warn of sound that stays below this level",
  },
  silenceAfter: {
    key: "recording.silence_after",
    flag: null,
    placeholder: "DUR",
    type: duration(5, DAY),
    defaultValue: 30,
    help: "how long sound must stay below that level, and above it again",
  },
  outputDir: {
    key: "recording.output_dir",
    flag: "output-dir",
    placeholder: "DIR",
    type: text("the path of a folder"),
    defaultValue: "~/recordings",
    isPath: true,
    help: "folder that holds the session folders",
  },
  requireMount: {
    key: "recording.require_mount",
    flag: null,
    placeholder: "PATH",
    type: optional(
      text(
        "the absolute path of a mount point",
        (path) => isAbsolute(path) || path.startsWith("~"),
      ),
    ),
    defaultValue: null,
    defaultText: "none",
    example: "/mnt/recordings",
    isPath: true,
    help: "record only while a disk is mounted at this path",
  },
  duration: {
    key: null,
    flag: "duration",
    placeholder: "DUR",
    type: optional(duration(1, 3650 * DAY)),
    defaultValue: null,
    defaultText: "until stopped",
    help: "stop after this time",
  },
  until: {
    key: null,
    flag: "until",
    placeholder: "TIME",
    type: optional(
      text(TIME_FORMS, (time) => nextTime(time, 0, Zone.utc) !== null),
    ),
    defaultValue: null,
    defaultText: "until stopped",
    help: "stop at this time, such as 06:00 for the next one",
  },
  wait: {
    key: null,
    flag: "wait",
    placeholder: "DUR",
    type: optional(duration(0, DAY)),
    defaultValue: null,
    defaultText: "10s for a session that is about to end, else 0s",
    help: "wait for a session that records the device",
  },
  sessionId: {
    key: null,
    flag: "session-id",
    placeholder: "ID",
    type: optional(sessionId()),
    defaultValue: null,
    defaultText: "start time in UTC, such as 20250922T100000Z",
    help: "name of the session and its folder",
  },
  ffmpegPath: {
    key: "ffmpeg.path",
    flag: "ffmpeg",
    placeholder: "PATH",
    type: optional(text("the path of ffmpeg")),
    defaultValue: null,
    defaultText: "ffmpeg on PATH, then the usual install folders",
    example: "/usr/bin/ffmpeg",
    isPath: true,
    help: "the ffmpeg to run",
  },
  inputArgs: {
    key: "ffmpeg.input_args",
    flag: null,
    placeholder: "ARRAY",
    type: textList(),
    defaultValue: [],
    help: "further ffmpeg arguments for the input",
  },
  outputArgs: {
    key: "ffmpeg.output_args",
    flag: null,
    placeholder: "ARRAY",
    type: textList(),
    defaultValue: [],
    help: "further ffmpeg arguments for the output",
  },
  logLevel: {
    key: "logging.level",
    flag: "log-level",
    placeholder: "LEVEL",
    type: choice(["debug", "info", "warning", "error"]),
    defaultValue: "info",
    help: "lowest level that is logged",
  },
  logRotation: {
    key: "logging.rotation",
    flag: "log-rotation",
    placeholder: "MODE",
    type: choice(["size", "time", "off"]),
    defaultValue: "size",
    help: "when session.log is rotated",
  },
  logMaxBytes: {
    key: "logging.max_bytes",
    flag: "log-max-bytes",
    placeholder: "BYTES",
    type: bytes(1_000, 1024 ** 4),
    defaultValue: 5_242_880,
    help: "size at which session.log is rotated",
  },
  logBackupCount: {
    key: "logging.backup_count",
    flag: "log-backup-count",
    placeholder: "N",
    type: integer(0, 1_000),
    defaultValue: 3,
    help: "number of rotated log files kept",
  },
  logTimeWhen: {
    key: "logging.time_when",
    flag: null,
    placeholder: "WHEN",
    type: choice(TIME_WHEN),
    defaultValue: "midnight",
    help:
      "interval of time-based rotation, such as D for daily or W0 for every Monday",
  },
  logUtc: {
    key: "logging.utc",
    flag: null,
    placeholder: "BOOL",
    type: boolean(),
    defaultValue: true,
    help:
      "begin the log's lines with UTC; false uses local time with its UTC offset",
  },
  logFormat: {
    key: "logging.format",
    flag: "log-format",
    placeholder: "FORM",
    type: choice(["text", "json"]),
    defaultValue: "text",
    help: "format of the log's lines",
  },
  redactDevice: {
    key: "logging.redact_device",
    flag: null,
    placeholder: "BOOL",
    type: boolean(),
    defaultValue: false,
    help: "replace the device's name with a hash everywhere",
  },
  stallTimeout: {
    key: "recovery.stall_timeout",
    flag: null,
    placeholder: "DUR",
    type: duration(1, HOUR),
    defaultValue: 15,
    help: "restart ffmpeg after this time without new audio",
  },
  backoffMax: {
    key: "recovery.backoff_max",
    flag: null,
    placeholder: "DUR",
    type: duration(1, DAY),
    defaultValue: 60,
    help: "longest wait before ffmpeg is started again",
  },
  startTimeout: {
    key: "recovery.start_timeout",
    flag: "start-timeout",
    placeholder: "DUR",
    type: duration(0, DAY),
    defaultValue: 30,
    help: "give up if no audio is received within this time; 0s never gives up",
  },
  minFreeBytes: {
    key: "disk.min_free_bytes",
    flag: null,
    placeholder: "BYTES",
    type: bytes(0, 1024 ** 5),
    defaultValue: 209_715_200,
    help: "warn when less space than this is free",
  },
  onFull: {
    key: "disk.on_full",
    flag: null,
    placeholder: "ACTION",
    type: choice(["wait", "stop"]),
    defaultValue: "wait",
    help: "what a recording does when its disk is full",
  },
  maxAge: {
    key: "retention.max_age",
    flag: null,
    placeholder: "AGE",
    type: optional(age(1, 100 * YEAR)),
    defaultValue: null,
    defaultText: "none",
    example: "30d",
    help: "delete audio that is older than this",
  },
  maxBytes: {
    key: "retention.max_bytes",
    flag: null,
    placeholder: "BYTES",
    type: optional(bytes(1, 1024 ** 5)),
    defaultValue: null,
    defaultText: "none",
    example: "200GB",
    help: "delete the oldest audio while the output folder has more than this",
  },
  keepFreeBytes: {
    key: "retention.min_free_bytes",
    flag: null,
    placeholder: "BYTES",
    type: optional(bytes(1, 1024 ** 5)),
    defaultValue: null,
    defaultText: "none",
    example: "10GB",
    help: "delete the oldest audio while less space than this is free",
  },
  minAge: {
    key: "retention.min_age",
    flag: null,
    placeholder: "AGE",
    type: age(0, 100 * YEAR),
    defaultValue: DAY,
    help: "delete nothing younger than this for want of space",
  },
  keepLogs: {
    key: "retention.keep_logs",
    flag: null,
    placeholder: "AGE",
    type: age(0, 100 * YEAR),
    defaultValue: YEAR,
    help: "how long the log of a session is kept whose audio was all deleted",
  },
  notifyCommand: {
    key: "notify.command",
    flag: null,
    placeholder: "ARRAY",
    type: textList(),
    defaultValue: [],
    isPath: true,
    isSecret: true,
    help: "program and arguments to run when the state of a recording changes",
  },
  notifyOn: {
    key: "notify.on",
    flag: null,
    placeholder: "ARRAY",
    type: choiceList(NOTIFY_EVENTS),
    defaultValue: NOTIFY_EVENTS,
    defaultText: "all",
    example: '["outage", "recovered", "crashed"]',
    help: `notifications to send: all, or a list of ${
      NOTIFY_EVENTS.join(", ")
    }`,
  },
  notifyAfter: {
    key: "notify.after",
    flag: null,
    placeholder: "DUR",
    type: duration(1, DAY),
    defaultValue: 30,
    help: "how long audio must be missing for a notification",
  },
  notifyTimeout: {
    key: "notify.timeout",
    flag: null,
    placeholder: "DUR",
    type: duration(1, HOUR),
    defaultValue: 30,
    help: "how long the command may take",
  },
  notifyHeartbeat: {
    key: "notify.heartbeat",
    flag: null,
    placeholder: "DUR",
    type: optional(duration(10, DAY)),
    defaultValue: null,
    defaultText: "none",
    example: "5m",
    help: "also notify at this interval while audio is received",
  },
};

/** The names of all settings, in the table's order. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS)
  .filter((name): name is SettingName => name in SETTINGS);

/** Returns the default as help and documents show it. */
export function defaultText<K extends SettingName>(name: K): string {
  const setting: Setting<Settings[K]> = SETTINGS[name];
  return setting.defaultText ?? setting.type.toText(setting.defaultValue);
}
