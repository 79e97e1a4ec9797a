/**
 * The options of a session.
 *
 * @module
 */

import type { DiskSync } from "../platform/guarded/sync.ts";
import type { OwnFolder } from "../platform/guarded/own_folder.ts";
import type { Seconds, SessionStart, SessionStop } from "../events.ts";
import type { RunSpec } from "../ffmpeg/command/run_spec.ts";
import type { ReturnWatch } from "../ffmpeg/socket_watch.ts";
import type { Clock, MonotonicMs } from "../platform/clock.ts";
import type { ChunkSearch } from "../sessions/chunks/chunk_folder.ts";
import type { WantedEnd } from "./end/elapsed.ts";
import type { WallClock } from "./clock/wall_clock.ts";
import type { EventStream } from "./event_stream.ts";
import type { SilenceLimit } from "./run/dead_air.ts";
import type { Spawn } from "./run/run_types.ts";
import type { DiskWait } from "./watches/disk_wait.ts";
import type { MountWatch } from "./watches/mount_watch.ts";

/** The session before one that continues it. */
export interface Former {
  /**
   * Resolves when the source is free to the end of the former session's audio,
   * or to `null` when both record at once.
   */
  readonly audioEnd: Promise<MonotonicMs | null>;
}

/** Options of {@linkcode Session}. */
export interface SessionOptions {
  /** The first event, with device, folder and settings. */
  readonly start: Omit<SessionStart, "time" | "event">;
  /** Folder of the session. */
  readonly folder: string;
  /** ffmpeg's path. */
  readonly ffmpeg: string;
  /** Hint for the user when ffmpeg cannot be run. */
  readonly ffmpegHint: string;
  /** Specification of all runs, without numbers and times. */
  readonly spec: Omit<RunSpec, "duration" | "since" | "firstChunk" | "folder">;
  /** When to end. */
  readonly end: WantedEnd;
  /** How long it waited for its device before it began. */
  readonly waited: Seconds;
  /** Time in which the first audio must come; 0 for no limit. */
  readonly startTimeout: Seconds;
  /** Time without new audio after which ffmpeg is started again. */
  readonly stallTimeout: Seconds;
  /** Longest wait before a new run. */
  readonly backoffMax: Seconds;
  /** What counts as silence besides digital zero; nothing unless given. */
  readonly silence?: SilenceLimit;
  /** Starts ffmpeg. */
  readonly spawn: Spawn;
  /** Takes events. */
  readonly events: EventStream;
  /** The clock. */
  readonly clock: Clock;
  /** Watches the wall clock since the session began. */
  readonly wall: WallClock;
  /** The moment at which it began. */
  readonly startedAt: MonotonicMs;
  /** Returns a random number from 0 to 1. */
  chance(): number;
  /** Notices that a lost source is back, where that can be seen; this ends a wait. */
  readonly source?: ReturnWatch | null;
  /** The mount that the session requires, or `null`. */
  readonly mount?: MountWatch | null;
  /** Waits while nothing can be written to the disk; `null` ends the session instead. */
  readonly disk?: DiskWait | null;
  /** Whether ffmpeg has written audio to a file of the session's folder. */
  hasAudioFile(file: string): Promise<boolean>;
  /** Finds chunks in the session's folder. */
  readonly chunks: ChunkSearch;
  /** Syncs closed chunks. */
  readonly sync: Pick<DiskSync, "file" | "folder">;
  /** Called once `session_start` is logged; ffmpeg is started when it resolves. */
  onBegun?(): Promise<void>;
  /**
   * Called before the last line, with that line's event; what it reports
   * precedes it.
   */
  onEnding?(stop: SessionStop): Promise<void>;
  /** The session of the same recorder before it, or `null` for the first. */
  readonly former?: Former | null;
  /** Called when the first audio is in a file. */
  onAudio?(): void;
  /** The session's folder. */
  readonly ownFolder: Pick<OwnFolder, "isElsewhere" | "isThere" | "make">;
}
