/**
 * A session as its log has it: its chunks, its gaps with ffmpeg's messages, its
 * warnings, and its end.
 *
 * @module
 */

import type {
  CauseWord,
  ChunkCreated,
  EpochMs,
  Failure,
  FfmpegStderr,
  FfmpegStopped,
  Gap,
  Seconds,
  SessionStart,
  SessionStop,
  Warning,
} from "../events.ts";
import type { Deletion } from "../sessions/chunks/chunk_index.ts";

/** What retention deleted of a session. */
export interface Deleted {
  /** Number of chunks. */
  readonly chunks: number;
  /** Length of their audio. */
  readonly audio: Seconds;
  /** End of the last of them. */
  readonly until: EpochMs;
}

/** Adds up deletions; `null` without one. */
export function deletedOf(deletions: readonly Deletion[]): Deleted | null {
  if (deletions.length === 0) return null;
  return deletions.reduce(
    ({ chunks, audio, until }, { duration, end }) => ({
      chunks: chunks + 1,
      audio: audio + duration,
      until: Math.max(until, end),
    }),
    { chunks: 0, audio: 0, until: -Infinity },
  );
}

/** The lines logged while audio was missing. */
export interface OutageContext {
  /** ffmpeg's lines from shortly before on, oldest first. */
  readonly said: readonly FfmpegStderr[];
  /** The lines of the last ffmpeg. */
  readonly latest: readonly FfmpegStderr[];
  /** How the ffmpeg before it ended, or `null`. */
  readonly stopped: FfmpegStopped | null;
  /** Why the audio stopped, by the first recovery, or `null`. */
  readonly cause: CauseWord | null;
  /** When that recovery was logged, by the clock of the session's start, or `null`. */
  readonly recoveredFrom: EpochMs | null;
}

/** A gap, and the lines logged while it lasted. */
export interface GapContext extends OutageContext {
  /** The gap. */
  readonly gap: Gap;
  /** How often ffmpeg was started again until audio was back. */
  readonly retries: number;
}

/** An outage that is not over, and the lines logged so far. */
export interface OpenContext extends OutageContext {
  /** Returns how often ffmpeg was started again by a moment. */
  readonly retriesBy: (moment: EpochMs) => number;
}

/** Warnings or errors of one code. */
export interface Note {
  /** The first of them. */
  readonly first: Warning | Failure;
  /** Time of the last. */
  readonly last: EpochMs;
  /** Number of them. */
  readonly count: number;
  /** Length of the audio that they report as recorded twice. */
  readonly overlap: Seconds;
}

/** What a log has besides the events of its session. */
export interface LogFaults {
  /** Number of lines that are damaged, or not a line of a log. */
  readonly unreadable: number;
  /** Number of chunks, gaps and ends among the lines that cannot be read or be true. */
  readonly lost: number;
  /** Names of events that this version does not know. */
  readonly unknownEvents: readonly string[];
  /** Other sessions whose lines are in the same log, before those of this one. */
  readonly otherSessions: readonly string[];
  /** Whether the session begins in the log more than once. */
  readonly isRepeated: boolean;
  /** Whether lines of several sessions are mixed, so that nothing adds up. */
  readonly isMixed: boolean;
  /** What cannot be as the log has it, as sentences without their period. */
  readonly odd: readonly string[];
}

/** A session as read from its log. */
export interface History {
  /** Name of the session, or `null` when no line has it. */
  readonly sessionId: string | null;
  /** When the session started, or `null`. */
  readonly startedAt: EpochMs | null;
  /** Its first line, or `null` when the log does not have it. */
  readonly start: SessionStart | null;
  /** Its chunks in the order of the log. */
  readonly chunks: readonly ChunkCreated[];
  /**
   * Chunks that the index has and the log has not, by number: their lines were
   * rotated away, or are below its level.
   */
  readonly unloggedChunks: readonly ChunkCreated[];
  /** Chunks that retention deleted, by number. */
  readonly deletions: readonly Deletion[];
  /** Whether the session has an index. */
  readonly hasIndex: boolean;
  /** Its gaps in the order of the log. */
  readonly gaps: readonly GapContext[];
  /** Lines logged since the last audio, when the log ends without a gap. */
  readonly openContext: OpenContext;
  /** Spans with audio, by the clock of the session's start: a clock that was set later does not move them. */
  readonly audio: readonly Span[];
  /** Spans without audio, by the same clock. */
  readonly outages: readonly Span[];
  /** Milliseconds that the clock was set forward since the session's start. */
  readonly clockShift: number;
  /** Warnings and errors by code. */
  readonly notes: readonly Note[];
  /** Its end, or `null` when the log does not have it. */
  readonly stop: SessionStop | null;
  /** When the audio of the last ffmpeg began, by the clock of the session's start; `null` when it has ended. */
  readonly runningSince: EpochMs | null;
  /** Time of the first line that was understood, or `null` when there is none. */
  readonly first: EpochMs | null;
  /** Time of the last line that was understood, or `null` when there is none. */
  readonly last: EpochMs | null;
  /** Part number of each file of the log, oldest first, without files that lack a header. */
  readonly parts: readonly number[];
  /** Whether the log has lines below level info. */
  readonly isDebug: boolean;
  /** What else the log has. */
  readonly faults: LogFaults;
}

/** A span of time. */
export interface Span {
  /** When it begins. */
  readonly start: EpochMs;
  /** When it ends. */
  readonly end: EpochMs;
}

/** Whether each chunk has a line in the log; at `warning` and above they have none. */
export function namesChunks({ start }: Pick<History, "start">): boolean {
  return start === null || !/^(?:warning|error)$/.test(start.log_level);
}

/** Whether a last line was written by a repair, from the facts in the log. */
export function isRepaired({ reason }: SessionStop): boolean {
  return reason === "crashed" || reason === "rebooted";
}

/**
 * Returns the end of a session if its recorder counted chunks, audio and gaps
 * itself, and the line has the numbers; otherwise `null`.
 */
export function countedEnd(stop: SessionStop | null): SessionStop | null {
  return stop !== null && !isRepaired(stop) && hasTotals(stop) ? stop : null;
}

/** Whether a last line has the totals: that of another version may lack them. */
export function hasTotals(stop: SessionStop): boolean {
  const { chunks, audio, wall, gaps, gap_total } = stop;
  return [chunks, audio, wall, gaps, gap_total].every(Number.isFinite);
}
