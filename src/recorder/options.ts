/**
 * What a session needs to know, and how it ends.
 *
 * @module
 */

import type { Seconds, SessionStart } from "../events.ts";
import type { RunSpec } from "../ffmpeg/command.ts";
import type { ReturnWatch } from "../ffmpeg/socket_watch.ts";
import type { Clock, MonotonicMs } from "../platform/clock.ts";
import type { WallClock } from "./clock/wall_clock.ts";
import type { EventStream } from "./event_stream.ts";
import type { Spawn } from "./run.ts";

/** Options of {@linkcode Session}. */
export interface SessionOptions {
  /** The first event: who records what, where and how. */
  readonly start: Omit<SessionStart, "time" | "event">;
  /** Folder of the session. */
  readonly folder: string;
  /** ffmpeg's path, or `null` when there is none. */
  readonly ffmpeg: string | null;
  /** The ffmpeg that was asked for by name, or `null`. */
  readonly ffmpegWanted: string | null;
  /** What to say when there is no ffmpeg. */
  readonly ffmpegHint: string;
  /** What each run records, numbers and times aside. */
  readonly spec: Omit<RunSpec, "duration" | "firstChunk" | "folder">;
  /** When to stop, or `null` to go on until stopped. */
  readonly duration: Seconds | null;
  /** Time in which the first audio must come. */
  readonly startTimeout: Seconds;
  /** Time without new audio after which ffmpeg is started anew. */
  readonly stallTimeout: Seconds;
  /** Longest wait before a new run. */
  readonly backoffMax: Seconds;
  /** Starts ffmpeg. */
  readonly spawn: Spawn;
  /** Takes what happens. */
  readonly events: EventStream;
  /** Tells the time. */
  readonly clock: Clock;
  /** Watches the wall clock since the session began. */
  readonly wall: WallClock;
  /** The moment at which it began. */
  readonly startedAt: MonotonicMs;
  /** A number from 0 to 1. */
  chance(): number;
  /** Tells that what was away is back, where that can be seen: then no wait goes on. */
  readonly source?: ReturnWatch | null;
  /** Makes the session's folder again when it was deleted; false when that cannot be done. */
  keepFolder(): boolean;
}
