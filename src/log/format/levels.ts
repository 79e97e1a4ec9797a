/**
 * Who speaks in the line of an event, and how loud.
 *
 * @module
 */

import type { Level, SessionEvent, StopReason } from "../../events.ts";
import { levelOfSeverity } from "../../ffmpeg/stderr.ts";

/** The part of echolog that speaks in a line. */
export type LoggerName =
  | "echolog.session"
  | "echolog.recorder"
  | "echolog.ffmpeg"
  | "echolog.log";

/** Severity of the line that an event becomes. */
export function levelOf(event: SessionEvent): Level {
  switch (event.event) {
    case "ffmpeg_stderr":
      return event.level ?? levelOfSeverity(event.severity);
    case "gap":
    case "recovery":
    case "warning":
      return "WARNING";
    case "error":
      return "ERROR";
    case "session_stop":
      return FAILED.has(event.reason) ? "ERROR" : "INFO";
    default:
      return "INFO";
  }
}

/** The logger that speaks in the line of an event. */
export function loggerOf(event: SessionEvent): LoggerName {
  switch (event.event) {
    case "session_start":
    case "session_stop":
      return "echolog.session";
    case "ffmpeg_command":
    case "ffmpeg_started":
    case "ffmpeg_stderr":
    case "ffmpeg_stopped":
      return "echolog.ffmpeg";
    case "log_rotated":
      return "echolog.log";
    case "warning":
    case "error":
      // What the log has to say about itself: `log_lines_dropped` …
      return event.code.startsWith("log_") ? "echolog.log" : "echolog.recorder";
    default:
      return "echolog.recorder";
  }
}

/**
 * Tells whether an event is written whatever the level: what says which
 * session a file is from, and how it began and ended.
 */
export function isAlwaysLogged(event: SessionEvent): boolean {
  return event.event === "session_start" || event.event === "session_stop" ||
    event.event === "log_rotated";
}

/** Reasons of a session that did not end as it was asked to. */
export const FAILED: ReadonlySet<StopReason> = new Set<StopReason>([
  "start_failed",
  "gave_up",
  "disk_full",
  "fatal_error",
  "crashed",
  "rebooted",
]);

/** Least severity that is logged. */
export type LogLevel = "debug" | "info" | "warning" | "error";
