/**
 * One line of the session log, in its two forms.
 *
 * ```text
 * 2025-09-22T10:00:00Z INFO echolog.recorder: gap cause=ffmpeg_exited duration=0.210s
 * {"time":"2025-09-22T10:00:00Z","level":"INFO","logger":"echolog.recorder","event":"gap","cause":"ffmpeg_exited","duration":"0.210s"}
 * ```
 *
 * Values are quoted so that go-logfmt, and with it Loki, reads exactly the
 * original text, and so that no value can break its line or control the
 * terminal.
 *
 * @module
 */

import type { EpochMs, Level } from "../../events.ts";
import {
  capValue,
  escapeValue,
  MAX_COMMAND_BYTES,
  quoteValue,
} from "./quote.ts";

/** Writes the pieces of a line; their concatenation is the line. */
export interface LineFormat {
  /** Everything before the first field. */
  begin(time: string, level: Level, logger: string, event: string): string;
  /** A field with any text. */
  text(key: string, value: string): string;
  /** A field with a command, which is not cut. */
  command(key: string, value: string): string;
  /** A field with text that must not be taken for a number, `true` or `false`. */
  quoted(key: string, value: string): string;
  /** A field whose text never needs quotes, such as a time or a duration. */
  word(key: string, value: string): string;
  /** A field with a number, `true`, `false` or `null`. */
  literal(key: string, value: string): string;
  /** End of the line, without the newline. */
  readonly end: string;
}

/** `time LEVEL logger: event key=value …` */
export const textFormat: LineFormat = {
  begin: (time, level, logger, event) => `${time} ${level} ${logger}: ${event}`,
  text: (key, value) => ` ${key}=${quoteValue(value)}`,
  command: (key, value) => ` ${key}=${quoteValue(value, MAX_COMMAND_BYTES)}`,
  quoted: (key, value) => ` ${key}="${escapeValue(capValue(value))}"`,
  word: (key, value) => ` ${key}=${value}`,
  literal: (key, value) => ` ${key}=${value}`,
  end: "",
};

/** One JSON object per line. */
export const jsonFormat: LineFormat = {
  begin: (time, level, logger, event) =>
    `{"time":"${time}","level":"${level}","logger":"${logger}","event":"${event}"`,
  text: (key, value) => `,"${key}":"${escapeValue(capValue(value))}"`,
  command: (key, value) =>
    `,"${key}":"${escapeValue(capValue(value, MAX_COMMAND_BYTES))}"`,
  quoted: (key, value) => `,"${key}":"${escapeValue(capValue(value))}"`,
  word: (key, value) => `,"${key}":"${value}"`,
  literal: (key, value) => `,"${key}":${value}`,
  end: "}",
};

/** The value of a field, as read. */
export interface FieldValue {
  /** The text without quotes and escapes; `null` for the literal `null`. */
  readonly text: string | null;
  /** True when it has no quotes: it may be a number, `true`, `false` or `null`. */
  readonly literal: boolean;
}

/** The part of a line before its fields. */
export interface LineHead {
  /** Time of the line; the log keeps whole seconds. */
  readonly time: EpochMs;
  /** Severity. */
  readonly level: Level;
  /**
   * The part of echolog that logged it: `echolog.session`, `echolog.recorder` …
   */
  readonly logger: string;
  /** Name of the event. */
  readonly event: string;
}

/** A line, as read. */
export interface LogLine extends LineHead {
  /** The fields in the order of the line. */
  readonly fields: ReadonlyMap<string, FieldValue>;
}

/**
 * Reads a line in either form.
 *
 * @param line One line, without its newline.
 * @returns The parsed line, or `null` when it is not a line of this log.
 */
export function decodeLine(line: string): LogLine | null {
  return line.startsWith("{") ? decodeJson(line) : decodeText(line);
}

/**
 * Reads the part before the fields, at a fraction of the cost of the whole
 * line.
 *
 * @param line One line, without its newline.
 * @returns The parsed line, or `null` when it is not a line of this log. The
 *   fields may still turn out to be malformed.
 */
export function decodeHead(line: string): LineHead | null {
  const match = HEAD.exec(line) ?? JSON_HEAD.exec(line);
  // Another program may have rewritten JSON with its keys in another order.
  if (match === null) return line.startsWith("{") ? decodeJson(line) : null;
  const [, time, level, logger, event] = match;
  return asLineHead({ time, level, logger, event });
}

const HEAD =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)) (DEBUG|INFO|WARNING|ERROR) ([a-z.]+): ([a-z_]+)(?= |$)/;
const JSON_HEAD =
  /^\{"time":"([^"\\]*)","level":"([A-Z]*)","logger":"([^"\\]*)","event":"([^"\\]*)"[,}]/;
const KEY = /^[A-Za-z_][A-Za-z0-9_]*$/;

function decodeText(line: string): LogLine | null {
  const head = HEAD.exec(line);
  if (head === null) return null;
  const [whole, time, level, logger, event] = head;
  const fields = decodeFields(line, whole.length);
  if (fields === null) return null;
  return asLogLine({ time, level, logger, event }, fields);
}

function decodeFields(
  line: string,
  offset: number,
): Map<string, FieldValue> | null {
  const fields = new Map<string, FieldValue>();
  for (let at = offset; at < line.length;) {
    if (line[at] === " ") {
      at++;
      continue;
    }
    const equals = line.indexOf("=", at);
    if (equals < 0) return null;
    const key = line.slice(at, equals);
    if (!KEY.test(key)) return null;
    at = equals + 1;
    const literal = line[at] !== '"';
    const end = literal ? endOfWord(line, at) : endOfQuotes(line, at);
    if (end === null) return null;
    const raw = line.slice(at, end);
    const text = literal ? raw : unquote(raw);
    if (text === null) return null;
    fields.set(key, { text: literal && raw === "null" ? null : text, literal });
    at = end;
  }
  return fields;
}

function endOfWord(line: string, start: number): number | null {
  const space = line.indexOf(" ", start);
  const end = space < 0 ? line.length : space;
  return /["=]/.test(line.slice(start, end)) ? null : end;
}

function endOfQuotes(line: string, start: number): number | null {
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === "\\") at++;
    else if (line[at] !== '"') continue;
    else return at + 1 === line.length || line[at + 1] === " " ? at + 1 : null;
  }
  return null;
}

function unquote(raw: string): string | null {
  const value = parseJson(raw);
  return typeof value === "string" ? value : null;
}

function decodeJson(line: string): LogLine | null {
  const value = parseJson(line);
  if (typeof value !== "object" || value === null) return null;
  const all: Record<string, unknown> = { ...value };
  const { time, level, logger, event, ...rest } = all;
  const fields = new Map<string, FieldValue>();
  for (const [key, field] of Object.entries(rest)) {
    if (typeof field === "string") {
      fields.set(key, { text: field, literal: false });
    } else if (field === null) {
      fields.set(key, { text: null, literal: true });
    } else if (typeof field === "number" || typeof field === "boolean") {
      fields.set(key, { text: String(field), literal: true });
    } else return null;
  }
  return asLogLine({ time, level, logger, event }, fields);
}

function asLogLine(
  parts: Readonly<Record<keyof LineHead, unknown>>,
  fields: Map<string, FieldValue>,
): LogLine | null {
  const head = asLineHead(parts);
  return head === null ? null : { ...head, fields };
}

function asLineHead(
  { time, level, logger, event }: Readonly<Record<keyof LineHead, unknown>>,
): LineHead | null {
  if (typeof time !== "string" || !isLevel(level)) return null;
  if (typeof logger !== "string" || typeof event !== "string") return null;
  const parsed = parseTime(time);
  if (Number.isNaN(parsed)) return null;
  return { time: parsed, level, logger, event };
}

// Most lines have the same time as the previous line.
let lastText = "";
let lastTime = NaN;

function parseTime(text: string): EpochMs {
  if (text !== lastText) {
    lastTime = Date.parse(text);
    lastText = text;
  }
  return lastTime;
}

function isLevel(value: unknown): value is Level {
  return value === "DEBUG" || value === "INFO" || value === "WARNING" ||
    value === "ERROR";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not JSON, so not a log line: the caller reports it.
  }
}
