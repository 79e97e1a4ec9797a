/**
 * Events of the log about itself.
 *
 * @module
 */

import type { EpochMs, LogRotated, Warning } from "../../events.ts";
import { isoMilliseconds } from "../format/timestamps.ts";
import type { Dropped } from "../rotate/byte_queue.ts";

/** The session that a log belongs to. */
export interface LogOwner {
  /** Name of the session. */
  readonly sessionId: string;
  /** When it started. */
  readonly start: EpochMs;
}

/** Returns the first line of every file but the session's first. */
export function logRotated(
  { sessionId, start }: LogOwner,
  part: number,
  reason: string,
  time: EpochMs,
): LogRotated {
  return {
    event: "log_rotated",
    time,
    session_id: sessionId,
    part,
    reason,
    start,
  };
}

/** Reports that lines were lost while the file could not be written. */
export function logLinesDropped(dropped: Dropped, time: EpochMs): Warning {
  return {
    event: "warning",
    time,
    code: "log_lines_dropped",
    message: "Lines were lost while the log could not be written",
    details: {
      first: isoMilliseconds(dropped.first),
      last: isoMilliseconds(dropped.last),
      count: dropped.count,
    },
  };
}

/** Reports a line from long before the period of the file. */
export function logClockBack(time: EpochMs): Warning {
  return {
    event: "warning",
    time,
    code: "log_clock_back",
    message: "The clock went back: the log continues in the same file",
  };
}
