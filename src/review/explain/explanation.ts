/**
 * The parts of a session's explanation.
 *
 * @module
 */

import type { CauseWord, EpochMs, Seconds } from "../../events.ts";
import type { Deleted, LogFaults, Span } from "../history.ts";
import type { TimeFormat } from "../../times/shown.ts";

/** A gap with its explanation. */
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
  /** ffmpeg's line that explains most, or `null`. */
  readonly ffmpeg: string | null;
  /**
   * While audio is missing, the line that explains most why the last restart
   * failed, if it is another one; otherwise `null`.
   */
  readonly lastFfmpeg: string | null;
  /** How often ffmpeg was started again meanwhile. */
  readonly retries: number;
  /** Whether audio came back before the session ended. */
  readonly isOver: boolean;
  /** What to do about it, or `null`. */
  readonly advice: string | null;
}

/** A warning or error with its explanation. */
export interface ExplainedNote {
  /** The log's word for it. */
  readonly code: string;
  /** Whether it is an error. */
  readonly isError: boolean;
  /** When it was first logged. */
  readonly first: EpochMs;
  /** Number of times. */
  readonly count: number;
  /** Its message. */
  readonly text: string;
  /** What to do about it, or `null`. */
  readonly advice: string | null;
}

/** How a session ended. */
export interface ExplainedEnd {
  /** The log's word for it. */
  readonly reason: string;
  /** Whether the recorder died, as far as is known. */
  readonly isDeath: boolean;
  /** The reason as a sentence without its period. */
  readonly text: string;
  /** ffmpeg's line that explains most, or `null`. */
  readonly ffmpeg: string | null;
  /** What to do about it, or `null`. */
  readonly advice: string | null;
}

/** The explanation of a session. */
export interface Explanation {
  /** How its texts show times. */
  readonly times: TimeFormat;
  /** Name of the session. */
  readonly sessionId: string;
  /** Whether it is being recorded. */
  readonly isActive: boolean;
  /** When it began. */
  readonly start: EpochMs;
  /** When it ended, or the last known time of it. */
  readonly end: EpochMs;
  /** Device, format and so on, or `null` when the log's first part is gone. */
  readonly what: string | null;
  /** Length of the audio. */
  readonly audio: Seconds;
  /** How much of it was recorded twice. */
  readonly overlap: Seconds;
  /** Seconds from its start to its end; without an end, the time that its log covers. */
  readonly wall: Seconds;
  /** The requested duration, or `null` to record until stopped. */
  readonly asked: Seconds | null;
  /** Audio divided by audio and gaps, in per cent; what was recorded twice counts once. */
  readonly coverage: number | null;
  /** Number of chunks. */
  readonly chunks: number;
  /** Start of the chunk that a dead recorder left open, or `null`. */
  readonly openSince: EpochMs | null;
  /** Number of chunks that were logged after the recorder had died. */
  readonly recovered: number;
  /**
   * The whole session. Like all spans, it uses the clock of the start: a clock
   * that was set later does not move it.
   */
  readonly whole: Span;
  /** Spans with audio. */
  readonly spans: readonly Span[];
  /** What retention deleted of the session, or `null`. */
  readonly deleted: Deleted | null;
  /** Spans of audio that retention deleted. */
  readonly deletedSpans: readonly Span[];
  /** Spans without audio. */
  readonly outages: readonly Span[];
  /** The level of a log in which a recorder logs no chunks, otherwise `null`. */
  readonly quietLevel: string | null;
  /** Whether it is known how many chunks there are. */
  readonly hasChunkFacts: boolean;
  /** Whether it is known how much is audio. */
  readonly hasAudioFacts: boolean;
  /** Whether every gap is known, up to where the log ends. */
  readonly hasGapFacts: boolean;
  /** Number of chunks that have a line. */
  readonly namedChunks: number;
  /** Why it ended; `null` while it is being recorded. */
  readonly ending: ExplainedEnd | null;
  /**
   * How long a session that is being recorded has written no audio, though no
   * outage has been reported yet; `null` while it writes.
   */
  readonly silentFor: Seconds | null;
  /** Whether a session that is being recorded has been asked to stop. */
  readonly isStopping: boolean;
  /** The gaps, in order. */
  readonly gaps: readonly ExplainedGap[];
  /** Number of all gaps, including those whose lines are gone. */
  readonly gapCount: number;
  /** Length of all gaps. */
  readonly gapTotal: Seconds;
  /** Warnings and errors. */
  readonly notes: readonly ExplainedNote[];
  /** Time before which the log has nothing, or `null` when it has the beginning. */
  readonly knownSince: EpochMs | null;
  /** Part number of each file of the log. */
  readonly parts: readonly number[];
  /** What is wrong with the log itself. */
  readonly faults: LogFaults;
  /**
   * Whether the recorder counted the gaps itself, including those before that
   * time.
   */
  readonly isCounted: boolean;
  /** Whether the session's index names its chunks. */
  readonly hasIndex: boolean;
}
