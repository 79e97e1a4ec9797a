/**
 * What a run needs, what it reports, and how it ends.
 *
 * @module
 */

import type { GapCause, Seconds, Sink } from "../../events.ts";
import type { RunSpec } from "../../ffmpeg/command/run_spec.ts";
import type {
  Exit,
  OutputListener,
  RecorderProcess,
} from "../../ffmpeg/process.ts";
import type { Clock, MonotonicMs } from "../../platform/clock.ts";
import type { DiskSync } from "../../platform/guarded/sync.ts";
import type { DiskFault } from "../watches/disk_fault.ts";
import type { ChunkSearch } from "../../sessions/chunks/chunk_folder.ts";
import type { CloseRetryQueue } from "../chunks/retry_queue.ts";
import type { Segments } from "../repeats/repeats.ts";
import type { ClockJump, WallClock } from "../clock/wall_clock.ts";
import type { DeadAir } from "./dead_air.ts";
import type { LevelMeter } from "./levels.ts";

/** Starts a process in a folder; throws when it cannot be run. */
export type Spawn = (
  path: string,
  args: readonly string[],
  folder: string,
  listener: OutputListener,
) => RecorderProcess;

/** Options of a run. */
export interface RunOptions {
  /** Number of the run inside the session, from 1. */
  readonly run: number;
  /** ffmpeg's path. */
  readonly ffmpeg: string;
  /** Specification of the recording. */
  readonly spec: RunSpec;
  /** Time without new audio after which ffmpeg is stopped. */
  readonly stallTimeout: Seconds;
  /** Starts the process. */
  readonly spawn: Spawn;
  /** Syncs closed chunks. */
  readonly sync: Pick<DiskSync, "file" | "folder">;
  /** Takes events. */
  readonly sink: Sink;
  /** The clock. */
  readonly clock: Clock;
  /** Knows the wall-clock time of moments. */
  readonly wall: WallClock;
  /** Finds chunks in the session's folder. */
  readonly chunks: ChunkSearch;
  /** Keeps the chunks that cannot be closed. */
  readonly closeRetries: CloseRetryQueue;
  /** Judges the levels of the session. */
  readonly levels: LevelMeter;
  /** Notices silence below a level, and silent channels. */
  readonly deadAir: DeadAir;
  /** The segments that the runs of the session opened. */
  readonly segments: Segments;
  /** Whether ffmpeg has written audio to a file of the folder. */
  hasAudioFile(file: string): Promise<boolean>;
  /** Whether the session's folder is still there. */
  isFolderThere(): Promise<boolean>;
  /** Whether a process that was started there may run in another folder. */
  isElsewhere(pid: number): Promise<boolean>;
  /** Called as audio arrives. */
  readonly listener: RunListener;
}

/** Callbacks for the audio of a run. */
export interface RunListener {
  /** There is audio. */
  onFirstAudio(): void;
  /** ffmpeg has ended, and lets go of its source. */
  onExit(): void;
  /**
   * The first sample was captured at `moment`, which is known later, and as
   * late as `isKept` whether it is in a file. Resolves, when that is reported,
   * to the moment at which the run begins in the session.
   */
  onStart(
    moment: MonotonicMs,
    isKept: Promise<boolean>,
  ): Promise<MonotonicMs>;
  /** A chunk cannot be closed, because nothing can be written to the disk. */
  onDiskFault(fault: DiskFault): void;
  /**
   * All audio of the run was recorded before. Resolves, when that is reported,
   * to the moment at which the run is in the session.
   */
  onRepeat(): Promise<MonotonicMs>;
  /** Audio was lost at `moment` while ffmpeg ran. */
  onLoss(moment: MonotonicMs, length: Seconds, cause: GapCause): void;
  /** The wall clock jumped. */
  onJumps(jumps: readonly ClockJump[]): void;
  /** More audio has been captured. */
  onProgress(): void;
}

/** Result of a run, as soon as ffmpeg has ended. */
export interface RunResult {
  /** How ffmpeg ended. */
  readonly exit: Exit;
  /** Why echolog ended it, or `null`. */
  readonly endedFor: RunFault | null;
  /** Whether it captured anything. */
  readonly hadAudio: boolean;
  /** Whether any of that is in a file. */
  readonly isKept: boolean;
  /** Audio by ffmpeg's own count. */
  readonly captured: Seconds;
  /** How much of that was recorded before. */
  readonly repeated: Seconds;
  /** Codec, rate and channels of its source, or `null` when unknown. */
  readonly sourceFormat: string | null;
  /** Number of its last chunk so far, or 0; an empty one frees its number when it is closed. */
  readonly lastChunk: number;
  /** When ffmpeg had ended. */
  readonly endedAt: MonotonicMs;
  /** Whether its source had stopped before it was asked to end. */
  readonly wasOverdue: boolean;
  /** Whether ffmpeg reported that a signal ended it. */
  readonly wasSignalled: boolean;
  /** ffmpeg's very last line, logged or not, or `null`. */
  readonly lastLine: string | null;
  /** ffmpeg's last lines of severity error or worse, oldest first. */
  readonly errors: readonly string[];
  /** Settles when every chunk is closed, with the moment after the last sample, or `null` when there is none. */
  readonly closed: Promise<MonotonicMs | null>;
}

/** Why echolog ends a run without a request to stop. */
export type RunFault =
  | DiskFault
  | "stall"
  | "folder_gone"
  | "format_changed"
  | "source_moved";
