/**
 * What an account of a session consists of.
 *
 * @module
 */

import type { CauseWord, EpochMs, Seconds } from "../../events.ts";
import type { Span } from "../history.ts";

/** Why audio is missing once. */
export interface ExplainedGap {
  /** End of the audio before it. */
  readonly start: EpochMs;
  /** Start of the audio after it. */
  readonly end: EpochMs;
  /** Its length. */
  readonly duration: Seconds;
  /** The log's word for its cause. */
  readonly cause: CauseWord;
  /** The cause in words, a phrase without a period. */
  readonly meaning: string;
  /** The line of ffmpeg's that tells most, or `null`. */
  readonly ffmpeg: string | null;
  /** How often ffmpeg was started again meanwhile. */
  readonly retries: number;
  /** Whether audio came back before the session ended. */
  readonly isOver: boolean;
  /** What to do about it, or `null`. */
  readonly advice: string | null;
}

/** What else was worth a line. */
export interface ExplainedNote {
  /** The log's word for it. */
  readonly code: string;
  /** Whether it is an error. */
  readonly isError: boolean;
  /** When it was first said. */
  readonly first: EpochMs;
  /** How often. */
  readonly count: number;
  /** What was said. */
  readonly text: string;
  /** What to do about it, or `null`. */
  readonly advice: string | null;
}

/** How a session ended. */
export interface ExplainedEnd {
  /** The log's word for it. */
  readonly reason: string;
  /** In words, a sentence without its period. */
  readonly text: string;
  /** The line of ffmpeg's that tells most, or `null`. */
  readonly ffmpeg: string | null;
  /** What to do about it, or `null`. */
  readonly advice: string | null;
}

/** What happened in a session. */
export interface Explanation {
  /** Name of the session. */
  readonly sessionId: string;
  /** Whether it goes on. */
  readonly isActive: boolean;
  /** When it began. */
  readonly start: EpochMs;
  /** When it ended, or the last that is known of it. */
  readonly end: EpochMs;
  /** Device, format and so on, or `null` when the log's first part is gone. */
  readonly what: string | null;
  /** Length of the audio. */
  readonly audio: Seconds;
  /** From its start to its end; of a session without an end no more than its log covers. */
  readonly wall: Seconds;
  /** The length that was asked for, or `null` when it was to go on until stopped. */
  readonly asked: Seconds | null;
  /** Audio divided by wall time, in per cent. */
  readonly coverage: number;
  /** Number of chunks. */
  readonly chunks: number;
  /** Start of the chunk that its recorder, which died, has left open, or `null`. */
  readonly openSince: EpochMs | null;
  /** Chunks that were closed after the recorder had died. */
  readonly recovered: number;
  /** The whole of it by the clock of its start, as all that is drawn: a clock that was set moves nothing. */
  readonly whole: Span;
  /** Where there is audio. */
  readonly spans: readonly Span[];
  /** Where there is none. */
  readonly outages: readonly Span[];
  /** The level of a log that names no chunks, else `null`. */
  readonly quietLevel: string | null;
  /** Why it ended; `null` while it goes on. */
  readonly ending: ExplainedEnd | null;
  /** Where audio is missing, in order. */
  readonly gaps: readonly ExplainedGap[];
  /** Number of all gaps, also of those whose lines are gone. */
  readonly gapCount: number;
  /** Length of all gaps. */
  readonly gapTotal: Seconds;
  /** Warnings and errors. */
  readonly notes: readonly ExplainedNote[];
  /** Parts of the log that were rotated away or are missing, before this time. */
  readonly knownSince: EpochMs | null;
  /** Whether the recorder counted the gaps itself, also those before that time. */
  readonly isCounted: boolean;
}
