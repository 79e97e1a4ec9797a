/**
 * The logger and the level of an event's line.
 *
 * @module
 */

import type { Level, SessionEvent, StopReason } from "../../events.ts";
import { levelOfSeverity } from "../../ffmpeg/stderr.ts";

/** The part of echolog that logs a line. */
export type LoggerName =
  | "echolog.session"
  | "echolog.recorder"
  | "echolog.ffmpeg"
  | "echolog.log";

/** Returns the severity of an event's line. */
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

/** Returns the logger of an event's line. */
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
      // Events of the log about itself: `log_lines_dropped` …
      return event.code.startsWith("log_") ? "echolog.log" : "echolog.recorder";
    default:
      return "echolog.recorder";
  }
}

/**
 * Whether an event is written at every level. Such events identify the session
 * of a file, its start and its end.
 */
export function isAlwaysLogged(event: SessionEvent): boolean {
  return event.event === "session_start" || event.event === "session_stop" ||
    event.event === "log_rotated";
}

/** Reasons of a session that ended because of a failure. */
export const FAILED: ReadonlySet<string> = new Set<StopReason>([
  "start_failed",
  "gave_up",
  "disk_full",
  "fatal_error",
  "crashed",
  "rebooted",
]);

/** Least severity that is logged. */
export type LogLevel = "debug" | "info" | "warning" | "error";
