/**
 * Whole events, as a recording has them: made, redacted, quoted, written.
 *
 * @module
 */

import type { SessionLogHandlerOptions } from "../../../src/log/write/handler.ts";
import { createRedactor } from "../../../src/redact/redact.ts";
import {
  openSessionLog,
  type SessionLogOptions,
} from "../../../src/log/write/session_log.ts";
import type { Job } from "./job.ts";
import { chunkFile, stderrText } from "./sample_lines.ts";

/** A handler of ready-made lines: nothing is redacted, as with every other contender. */
export function handlerOptions(
  { folder, limit, backups }: Job,
): SessionLogHandlerOptions {
  return {
    path: `${folder}/log`,
    sessionId: "20250922T100000Z",
    start: START,
    rotation: "size",
    maxBytes: limit,
    backupCount: backups,
  };
}

function logOptions(job: Job): SessionLogOptions {
  const redact = createRedactor({ secrets: ["bob", "correct horse"] });
  return { ...handlerOptions(job), level: "debug", redact };
}

/**
 * ffmpeg's chatter with all of its 8 fields: may wait for up to a second.
 *
 * @param job Where the log is.
 * @returns Writes as many events as there are lines.
 */
export function echologStderr(job: Job): (lines: readonly string[]) => void {
  const log = openSessionLog(logOptions(job));
  return ({ length }) => {
    for (let n = 0; n < length; n++) {
      const time = START + n;
      log.emit({
        event: "ffmpeg_stderr",
        time,
        run: 1,
        severity: "info",
        context: "segment",
        line: stderrText(n),
        at: time,
        count: 2,
        first: time,
        last: time,
      });
    }
    log.close();
  };
}

/**
 * Chunks, with 8 fields as well: in the kernel when the call returns.
 *
 * @param job Where the log is.
 * @returns Writes as many events as there are lines.
 */
export function echologChunks(job: Job): (lines: readonly string[]) => void {
  const log = openSessionLog(logOptions(job));
  return ({ length }) => {
    for (let n = 0; n < length; n++) {
      const time = START + n;
      log.emit({
        event: "chunk_created",
        time,
        file: chunkFile(n),
        seq: n + 1,
        run: 1,
        start: time,
        end: time + 10_000,
        duration: 10,
        size: 1_234_567,
        peak_dbfs: -12.3,
      });
    }
    log.close();
  };
}

const START = Date.UTC(2025, 8, 22, 10);
