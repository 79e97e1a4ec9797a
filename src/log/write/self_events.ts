/**
 * What the log has to say about itself.
 *
 * @module
 */

import type { EpochMs, LogRotated, Warning } from "../../events.ts";
import { isoMilliseconds } from "../format/timestamps.ts";
import type { Dropped } from "../rotate/byte_queue.ts";

/** The session that a log is of. */
export interface LogOwner {
  /** Name of the session. */
  readonly sessionId: string;
  /** When it started. */
  readonly start: EpochMs;
}

/** First line of a file that is not the session's first. */
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

/** Lines were lost while the file could not be written. */
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

/** A line is from long before the period of the file. */
export function logClockBack(time: EpochMs): Warning {
  return {
    event: "warning",
    time,
    code: "log_clock_back",
    message: "The clock went back: the log continues in the same file",
  };
}
