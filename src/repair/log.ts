/**
 * Opens the log of an unfinished session to complete it.
 *
 * @module
 */

import { openToRead } from "../platform/guarded/files.ts";
import { basename } from "@std/path";
import { EchologError, messageOf } from "../errors.ts";
import type { SessionStart } from "../events.ts";
import { isAppendable } from "../log/read/plain_bytes.ts";
import { systemLogFiles } from "../log/rotate/files.ts";
import { openSessionLog, type SessionLog } from "../log/write/session_log.ts";
import type { Clock } from "../platform/clock.ts";
import { oldestFile } from "../platform/fs.ts";
import type { Redact } from "../redact/redact.ts";
import type { Past } from "./read_log.ts";

/** Options of {@linkcode openToFinish}. */
export interface LogOptions {
  /** Removes secrets from a text. */
  readonly redact: Redact;
  /** The clock. */
  readonly clock: Clock;
  /** Takes a line about each thing that cannot be done. */
  onError(line: string): void;
}

/**
 * Opens the log at `path`.
 *
 * @param path Path of the log.
 * @param past Its contents so far.
 * @param identity The session that it belongs to.
 * @param options Further options.
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
    // The log does not record its period: it is not rotated by time here.
    rotation: rotation === "size" ? "size" : "off",
    maxBytes: identity.log_max_bytes,
    backupCount: identity.log_backup_count,
    redact,
    clock,
    onError,
  });
}

/** Throws when the log cannot be written: without it a repair could not be logged. */
function assertWritable(path: string): void {
  try {
    systemLogFiles.open(path).close();
  } catch (error) {
    const message = `Cannot write ${path}: ${messageOf(error)}`;
    throw new EchologError("failed", message, { cause: error });
  }
  if (isAppendable(firstBytes(path))) return;
  throw new EchologError(
    "failed",
    `Cannot complete ${path}: it was compressed or converted to UTF-16`,
    {
      hint: "repair the session where it was recorded, or convert it to UTF-8",
    },
  );
}

/** Returns the bytes of a file that show its form. */
function firstBytes(path: string): Uint8Array {
  using file = openToRead(path);
  const bytes = new Uint8Array(4);
  return bytes.subarray(0, file.readSync(bytes) ?? 0);
}

/**
 * Checks that no line given to `log` was lost.
 *
 * @param log A log that is closed.
 * @param troubles Problems that the log reported.
 * @throws {EchologError} `failed`, with the reason, when a line was.
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
    `Cannot complete ${log.path}: ${reason}`,
  );
}

/** The facts about a session that its log needs. */
export type Identity = Pick<
  SessionStart,
  "session_id" | "start" | "log_rotation" | "log_max_bytes" | "log_backup_count"
>;

/** Returns the identity by the log, or by the folder when the log is lost. */
export function identityOf(past: Past, folder: string, clock: Clock): Identity {
  if (past.start !== null) return past.start;
  if (past.rotated !== null) return { ...UNKNOWN, ...past.rotated };
  // A chunk was begun before its file was last written.
  const first = [...past.chunks.values()].reduce(
    (time, { start }) => Math.min(time, start),
    clock.now(),
  );
  return {
    session_id: basename(folder),
    start: oldestFile(folder, first),
    ...UNKNOWN,
  };
}

/** A log whose rotation is unknown is not rotated. */
const UNKNOWN = { log_rotation: "off", log_max_bytes: 0, log_backup_count: 0 };
