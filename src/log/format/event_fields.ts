/**
 * Converts events of a session to lines of its log, and back. One table defines
 * the fields of every event, their order and their kind.
 *
 * @module
 */

import {
  type DetailValue,
  type EventName,
  FAILURE_CODES,
  GAP_CAUSES,
  RETENTION_RULES,
  type SessionEvent,
  SEVERITIES,
  STOP_REASONS,
  WARNING_CODES,
} from "../../events.ts";
import { type Entry, entry, withDetails, withLevel } from "./entry.ts";
import {
  boolean,
  command,
  decimal,
  detail,
  integer,
  nullable,
  oneOf,
  optional,
  seconds,
  text,
  time,
  word,
} from "./field_types.ts";
import { levelOf, loggerOf } from "./levels.ts";
import { decodeLine, type LineFormat, type LogLine } from "./line.ts";
import { lineTime } from "./timestamps.ts";
import type { Redact } from "../../redact/redact.ts";

/** Options of {@linkcode encodeEvent}. */
export interface EncodeOptions {
  /** Text or JSON. */
  readonly format: LineFormat;
  /** True for leading times in UTC, false for local time with its offset. */
  readonly utc: boolean;
  /** Removes secrets from every text. */
  readonly redact: Redact;
}

/**
 * Writes an event as a line of the log.
 *
 * @param event The event.
 * @param options Form of the line.
 * @returns One line, without a newline.
 */
export function encodeEvent(
  event: SessionEvent,
  options: EncodeOptions,
): string {
  const { format, utc, redact } = options;
  const head = format.begin(
    lineTime(event.time, utc),
    levelOf(event),
    loggerOf(event),
    event.event,
  );
  return head + table[event.event].write(event, format, redact) + format.end;
}

/**
 * Decodes an event from its line.
 *
 * The line has less precision than the event: its time has whole seconds,
 * durations have three decimals, and long values are cut. A line of another
 * version is read as far as it is understood: where a number of `session_stop`
 * is missing, it is NaN.
 *
 * @param line A line, as `decodeLine` reads it.
 * @returns The event, or `null` when it is not an event of echolog.
 */
export function decodeEvent(line: LogLine): SessionEvent | null {
  return isEventName(line.event) ? table[line.event].read(line) : null;
}

/** Whether a text is a whole `session_stop`, with all its fields. */
export function isWholeStop(text: string): boolean {
  const line = decodeLine(text);
  return line?.event === "session_stop" &&
    table.session_stop.read(line, true) !== null;
}

/** Whether this version has an event of that name. */
export function isKnownEvent({ event }: Pick<LogLine, "event">): boolean {
  return isEventName(event);
}

/** The message of a warning or error that has none. */
const NO_MESSAGE = { message: "" };

/**
 * Returns the fields of a line as a JSON line would have them. Fields and events
 * of other versions have the types that their values look like.
 */
export function fieldsAsJson(
  { event, fields }: LogLine,
): Record<string, DetailValue> {
  const kinds = isEventName(event) ? table[event] : null;
  return Object.fromEntries(
    [...fields].map(([key, value]) => [
      key,
      kinds === null ? detail.json(value) : kinds.json(key, value),
    ]),
  );
}

const table: { readonly [K in EventName]: Entry } = {
  session_start: entry("session_start", {
    session_id: text,
    start: time,
    device: text,
    sample_rate: integer,
    channels: integer,
    bit_depth: optional(nullable(integer)),
    timezone: optional(text),
    codec: text,
    format: text,
    segment_duration: seconds,
    output_dir: text,
    config: nullable(text),
    overrides: text,
    log_level: text,
    log_rotation: text,
    log_max_bytes: integer,
    log_backup_count: integer,
    echolog: text,
    ffmpeg: nullable(text),
    os: text,
    pid: integer,
  }, {
    ...{ device: "", sample_rate: 0, channels: 0, codec: "", format: "" },
    ...{ segment_duration: 0, output_dir: "", config: null, overrides: "" },
    ...{ log_level: "", log_rotation: "off", log_max_bytes: 0 },
    ...{ log_backup_count: 0, echolog: "", ffmpeg: null, os: "", pid: 0 },
  }),
  ffmpeg_command: entry("ffmpeg_command", { run: integer, command }),
  ffmpeg_started: entry("ffmpeg_started", {
    run: integer,
    pid: integer,
    latency: seconds,
  }, { run: 0, pid: 0, latency: 0 }),
  ffmpeg_stderr: withLevel(entry("ffmpeg_stderr", {
    run: integer,
    severity: oneOf(SEVERITIES),
    context: nullable(text),
    line: text,
    at: optional(time),
    count: optional(integer),
    first: optional(time),
    last: optional(time),
  }, { run: 0, severity: "info", context: null })),
  ffmpeg_stopped: entry("ffmpeg_stopped", {
    run: integer,
    exit_code: nullable(integer),
    signal: nullable(text),
    stopped_by: nullable(text),
  }, { run: 0, exit_code: null, signal: null, stopped_by: null }),
  chunk_created: entry("chunk_created", {
    file: text,
    seq: integer,
    run: integer,
    start: time,
    end: time,
    duration: seconds,
    size: integer,
    peak_dbfs: nullable(decimal(1)),
    recovered: optional(boolean),
  }, { run: 0, peak_dbfs: null }),
  chunk_deleted: entry("chunk_deleted", {
    session_id: text,
    file: text,
    seq: integer,
    start: time,
    end: time,
    size: integer,
    rule: word(RETENTION_RULES),
  }),
  gap: entry("gap", {
    start: time,
    end: time,
    duration: seconds,
    cause: word(GAP_CAUSES),
  }),
  recovery: entry("recovery", {
    attempt: integer,
    delay: seconds,
    cause: word(GAP_CAUSES),
    exit_code: nullable(integer),
    signal: nullable(text),
  }, { attempt: 0, delay: 0, exit_code: null, signal: null }),
  warning: withDetails(
    entry("warning", { code: word(WARNING_CODES), message: text }, NO_MESSAGE),
  ),
  error: withDetails(
    entry("error", { code: word(FAILURE_CODES), message: text }, NO_MESSAGE),
  ),
  log_rotated: entry("log_rotated", {
    session_id: text,
    part: integer,
    reason: text,
    start: time,
  }, { reason: "" }),
  session_stop: withKnownEnd(entry("session_stop", {
    reason: word(STOP_REASONS),
    exit_code: integer,
    chunks: integer,
    audio: seconds,
    wall: seconds,
    coverage: nullable(decimal(2)),
    gaps: integer,
    gap_total: seconds,
    retries: integer,
    warnings: integer,
    errors: integer,
    log_lines_dropped: integer,
  }, {
    ...{ exit_code: NaN, chunks: NaN, audio: NaN, wall: NaN, coverage: null },
    ...{ gaps: NaN, gap_total: NaN, retries: 0, warnings: 0, errors: 0 },
    log_lines_dropped: 0,
  })),
};

/**
 * Of a line that was wrapped, the reason may be half a word: without the field
 * after it, which every version has, an unknown reason is no end.
 */
function withKnownEnd(plain: Entry): Entry {
  return {
    ...plain,
    read(line, whole) {
      const event = plain.read(line, whole);
      if (event?.event !== "session_stop") return event;
      const isKnown = STOP_REASONS.some((reason) => reason === event.reason);
      return isKnown || line.fields.has("exit_code") ? event : null;
    },
  };
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(table, name);
}
