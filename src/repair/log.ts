/**
 * The log of a session that nobody finished, opened to be finished.
 *
 * @module
 */

import { basename } from "@std/path";
import { EchologError, messageOf } from "../errors.ts";
import type { SessionStart } from "../events.ts";
import { systemLogFiles } from "../log/rotate/files.ts";
import { openSessionLog, type SessionLog } from "../log/write/session_log.ts";
import type { Clock } from "../platform/clock.ts";
import { oldestFile } from "../platform/fs.ts";
import type { Redact } from "../redact/redact.ts";
import type { Past } from "./read_log.ts";

/** Options of {@linkcode openToFinish}. */
export interface LogOptions {
  /** Takes secrets out of a text. */
  readonly redact: Redact;
  /** Tells the time. */
  readonly clock: Clock;
  /** Told what cannot be done. */
  onError(line: string): void;
}

/**
 * Opens the log at `path`.
 *
 * @param path Path of the log.
 * @param past What it says so far.
 * @param identity The session that it is of.
 * @param options What it needs besides.
 * @throws {EchologError} `failed` when it cannot be written.
 */
export function openToFinish(
  path: string,
  past: Past,
  identity: Identity,
  { redact, clock, onError }: LogOptions,
): SessionLog {
  assertWritable(path);
  const rotation = identity.log_rotation;
  return openSessionLog({
    path,
    sessionId: identity.session_id,
    start: identity.start,
    level: "info",
    format: past.isJson ? "json" : "text",
    utc: !past.isLocal,
    // Its period is not in the log: parts by time are not made here.
    rotation: rotation === "size" ? "size" : "off",
    maxBytes: identity.log_max_bytes,
    backupCount: identity.log_backup_count,
    redact,
    clock,
    onError,
  });
}

/** Without its log nothing of a session is touched: what was done could not be told. */
function assertWritable(path: string): void {
  try {
    systemLogFiles.open(path).close();
  } catch (error) {
    const message = `Cannot write ${path}: ${messageOf(error)}`;
    throw new EchologError("failed", message, { cause: error });
  }
}

/**
 * Sees to it that nothing that was given to `log` is lost.
 *
 * @param log A log that is closed.
 * @param troubles What was told of it.
 * @throws {EchologError} `failed`, with the reason, when a line is.
 */
export function assertComplete(
  log: SessionLog,
  troubles: readonly string[],
): void {
  if (log.dropped === 0) return;
  const why = troubles.find((line) => line.startsWith("cannot write ")) ?? "";
  const reason = why.replace(/^.*?: |; recording continues, .*$/g, "");
  throw new EchologError(
    "failed",
    `Cannot write ${log.path} to its end: ${reason}`,
  );
}

/** What a log needs to know of its session. */
export type Identity = Pick<
  SessionStart,
  "session_id" | "start" | "log_rotation" | "log_max_bytes" | "log_backup_count"
>;

/** By the log, or by the folder when the log is lost. */
export function identityOf(past: Past, folder: string, clock: Clock): Identity {
  if (past.start !== null) return past.start;
  if (past.rotated !== null) return { ...UNKNOWN, ...past.rotated };
  return {
    session_id: basename(folder),
    start: oldestFile(folder, clock.now()),
    ...UNKNOWN,
  };
}

/** A log of which it is not known how it was rotated is not. */
const UNKNOWN = { log_rotation: "off", log_max_bytes: 0, log_backup_count: 0 };
