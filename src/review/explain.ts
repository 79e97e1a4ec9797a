/**
 * An account of a session in plain language, made from its log alone.
 *
 * @module
 */

import type { EpochMs, Gap, Seconds } from "../events.ts";
import type { GapStory, History } from "./history.ts";
import type { Span } from "./strip.ts";
import { nuance, tellingLine } from "./telling.ts";
import { adviceOnCode, meaningOfCause, meaningOfReason } from "./words.ts";

/** Why audio is missing once. */
export interface ExplainedGap {
  /** End of the audio before it. */
  readonly start: EpochMs;
  /** Start of the audio after it. */
  readonly end: EpochMs;
  /** Its length. */
  readonly duration: Seconds;
  /** The log's word for its cause. */
  readonly cause: string;
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
  /** From its start to its end. */
  readonly wall: Seconds;
  /** Audio divided by wall time, in per cent. */
  readonly coverage: number;
  /** Number of chunks. */
  readonly chunks: number;
  /** Chunks that were closed after the recorder had died. */
  readonly recovered: number;
  /** The whole of it by the clock of its start, as all that is drawn: a clock that was set moves nothing. */
  readonly whole: Span;
  /** Where there is audio. */
  readonly spans: readonly Span[];
  /** Where there is none. */
  readonly silences: readonly Span[];
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
}

/** What is known besides the log. */
export interface ExplainContext {
  /** Name of the session's folder, for a log that does not name it. */
  readonly folderName: string;
  /** Whether its recorder lives. */
  readonly isActive: boolean;
  /** Wall-clock time. */
  readonly now: EpochMs;
}

/** The end of a gap and the start of the chunk after it may differ by some milliseconds. */
const JOIN_MS = 100;

/** Explains a session. */
export function explain(
  history: History,
  context: ExplainContext,
): Explanation {
  const { stop, chunks, start: first } = history;
  const known = firstKnown(history);
  const start = history.begun ?? known;
  const goesOn = context.isActive && stop === null;
  const now = context.now - history.clockShift;
  const end = stop !== null
    ? start + stop.wall * 1000
    : goesOn
    ? now
    : lastMoment(history, start);
  const whole = { start, end };
  const wall = stop?.wall ?? Math.max(0, (end - start) / 1000);
  const lasting = goesOn ? lastingGap(history, now) : null;
  const gaps = explainGaps(history, lasting, context.now);
  const gapTotal = gaps.reduce((sum, { duration }) => sum + duration, 0);
  const spans = audioSpans(history, whole);
  const audio = stop?.audio ??
    (namesChunks(history)
      ? spans.reduce((sum, { start, end }) => sum + (end - start) / 1000, 0)
      : Math.max(0, wall - gapTotal));
  return {
    sessionId: history.sessionId ?? context.folderName,
    isActive: goesOn,
    start,
    end: end + history.clockShift,
    what: first === null
      ? null
      : `${first.device}, ${first.format}, ${first.sample_rate} Hz, ${first.channels} ch`,
    audio,
    wall,
    coverage: stop?.coverage ??
      (wall === 0 ? 0 : Math.min(100, 100 * audio / wall)),
    chunks: stop?.chunks ?? chunks.length,
    recovered: chunks.filter(({ recovered }) => recovered === true).length,
    whole,
    spans,
    silences: [
      ...history.silences,
      ...(lasting === null ? [] : [{ start: now - lasting, end: now }]),
    ],
    quietLevel: namesChunks(history) ? null : first?.log_level ?? null,
    ending: goesOn ? null : explainEnd(history),
    gaps,
    gapCount: stop?.gaps ?? gaps.length,
    gapTotal: stop?.gap_total ?? gapTotal,
    notes: explainNotes(history),
    knownSince: first === null ? known : null,
  };
}

/** The end of the last audio or gap that has a line. */
function lastMoment({ audio, silences }: History, start: EpochMs): EpochMs {
  const last = audio.reduce((last, { end }) => Math.max(last, end), start);
  return silences.reduce((last, { end }) => Math.max(last, end), last);
}

/** Whether chunks have lines in the log: at `warning` and above they have none. */
export function namesChunks({ start }: History): boolean {
  return start === null || !/^(?:warning|error)$/.test(start.log_level);
}

/** Where there is audio: the chunks, and what is being recorded now and is in no chunk yet. */
function audioSpans(history: History, whole: Span): Span[] {
  const { audio, runningSince } = history;
  if (!namesChunks(history)) return [whole];
  if (runningSince === null) return [...audio];
  const last = audio.reduce((last, { end }) => Math.max(last, end), 0);
  const open = { start: Math.max(last, runningSince), end: whole.end };
  return open.end > open.start ? [...audio, open] : [...audio];
}

/**
 * Length of the silence that lasts and has no line yet, in milliseconds, or
 * `null` when there is none.
 *
 * @param now By the clock of the session's start.
 */
function lastingGap(history: History, now: EpochMs): number | null {
  const { audio, rest, begun, runningSince } = history;
  if (runningSince !== null || rest.cause === null) return null;
  const since = audio.at(-1)?.end ?? begun ?? rest.stopped?.time ?? now;
  return Math.max(0, now - since);
}

/** The gaps of the log, and the one that lasts. */
function explainGaps(
  history: History,
  lasting: number | null,
  now: EpochMs,
): ExplainedGap[] {
  const { audio, gaps, rest, runningSince, silences } = history;
  const lastStart = audio.at(-1)?.start ?? -Infinity;
  const told = gaps.map((story, index) =>
    explainGap(
      story,
      runningSince !== null ||
        lastStart >= (silences[index]?.end ?? Infinity) - JOIN_MS,
    )
  );
  if (lasting === null || rest.cause === null) return told;
  const gap: Gap = {
    event: "gap",
    time: now,
    start: now - lasting,
    end: now,
    duration: lasting / 1000,
    cause: rest.cause,
  };
  return [...told, explainGap({ ...rest, gap }, false)];
}

/** The first moment of which the log still tells. */
function firstKnown({ audio, silences, last }: History): EpochMs {
  const times = [...audio.slice(0, 1), ...silences.slice(0, 1)]
    .map(({ start }) => start);
  return times.length > 0 ? Math.min(...times) : last ?? 0;
}

function explainGap(story: GapStory, isOver: boolean): ExplainedGap {
  const { gap, retries } = story;
  const words = meaningOfCause(gap.cause);
  const { line, message } = tellingLine(story);
  return {
    start: gap.start,
    end: gap.end,
    duration: gap.duration,
    cause: gap.cause,
    meaning: nuance(story, message) ?? words.text,
    ffmpeg: line,
    retries,
    isOver,
    advice: message?.advice ?? words.advice,
  };
}

function explainEnd(history: History): ExplainedEnd {
  const { stop, rest, gaps, notes } = history;
  if (stop === null) {
    return {
      reason: "unfinished",
      text: "Its recorder died, and nobody has finished it yet",
      ffmpeg: null,
      advice: "finish it with echolog repair; what was captured is kept",
    };
  }
  const meaning = meaningOfReason(stop.reason);
  const end = { reason: stop.reason, ffmpeg: null, ...meaning };
  if (stop.reason !== "start_failed") return end;
  // All that was said concerns the audio that never came.
  const { line, message } = tellingLine({
    said: [...gaps.flatMap(({ said }) => said), ...rest.said],
  });
  const own = notes.find(({ first }) =>
    /^(?:ffmpeg_missing|ffmpeg_unusable)$/.test(first.code)
  );
  const why = own?.first.message ?? message?.meaning;
  return {
    reason: stop.reason,
    text: why === undefined
      ? meaning.text
      : `${meaning.text}: ${own === undefined ? why : own.first.message}`,
    ffmpeg: own === undefined ? line : null,
    advice: own === undefined
      ? message?.advice ?? "try again with --log-level debug"
      : null,
  };
}

function explainNotes({ notes }: History): ExplainedNote[] {
  return notes.filter(({ first }) => !TOLD_ELSEWHERE.has(first.code))
    .map(({ first, count }) => ({
      code: first.code,
      isError: first.event === "error",
      first: first.time,
      count,
      text: first.message,
      advice: adviceOnCode(first.code),
    }));
}

/** These are gaps, or the session's end, too. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([
  "stall",
  "suspend",
  "start_failed",
  "ffmpeg_missing",
  "disk_full",
]);
