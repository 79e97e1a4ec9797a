/**
 * An account of a session in plain language, made from its log alone.
 *
 * @module
 */

import type { EpochMs, FfmpegStderr, Gap, Seconds } from "../events.ts";
import { type KnownMessage, messageIn } from "../ffmpeg/messages.ts";
import { ownLevel } from "../ffmpeg/stderr.ts";
import type { GapStory, History } from "./history.ts";
import type { Span } from "./strip.ts";
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
  /** Where there is audio. */
  readonly spans: readonly Span[];
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
  const end = stop !== null
    ? start + stop.wall * 1000
    : goesOn
    ? context.now
    : lastMoment(history, start);
  const wall = stop?.wall ?? Math.max(0, (end - start) / 1000);
  const gaps = explainGaps(history, goesOn ? context.now : null);
  const gapTotal = gaps.reduce((sum, { duration }) => sum + duration, 0);
  const spans = audioSpans(history, { start, end });
  const audio = stop?.audio ??
    (namesChunks(history)
      ? spans.reduce((sum, { start, end }) => sum + (end - start) / 1000, 0)
      : Math.max(0, wall - gapTotal));
  return {
    sessionId: history.sessionId ?? context.folderName,
    isActive: goesOn,
    start,
    end,
    what: first === null
      ? null
      : `${first.device}, ${first.format}, ${first.sample_rate} Hz, ${first.channels} ch`,
    audio,
    wall,
    coverage: stop?.coverage ??
      (wall === 0 ? 0 : Math.min(100, 100 * audio / wall)),
    chunks: stop?.chunks ?? chunks.length,
    recovered: chunks.filter(({ recovered }) => recovered === true).length,
    spans,
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
function lastMoment({ chunks, gaps }: History, start: EpochMs): EpochMs {
  const last = chunks.reduce((last, { end }) => Math.max(last, end), start);
  return gaps.reduce((last, { gap }) => Math.max(last, gap.end), last);
}

/** Whether chunks have lines in the log: at `warning` and above they have none. */
export function namesChunks({ start }: History): boolean {
  return start === null || !/^(?:warning|error)$/.test(start.log_level);
}

/** Where there is audio: the chunks, and what is being recorded now and is in no chunk yet. */
function audioSpans(history: History, whole: Span): Span[] {
  const { chunks, runningSince } = history;
  if (!namesChunks(history)) return [whole];
  if (runningSince === null) return [...chunks];
  const last = chunks.reduce((last, { end }) => Math.max(last, end), 0);
  const open = { start: Math.max(last, runningSince), end: whole.end };
  return open.end > open.start ? [...chunks, open] : [...chunks];
}

/**
 * The gaps of the log, and the one that lasts and has no line yet.
 *
 * @param now When the session goes on, else `null`.
 */
function explainGaps(
  history: History,
  now: EpochMs | null,
): ExplainedGap[] {
  const { chunks, gaps, rest, runningSince } = history;
  const lastStart = chunks.at(-1)?.start ?? -Infinity;
  const told = gaps.map((story) =>
    explainGap(
      story,
      runningSince !== null || lastStart >= story.gap.end - JOIN_MS,
    )
  );
  if (now === null || runningSince !== null || rest.cause === null) return told;
  const start = chunks.at(-1)?.end ?? history.begun ?? rest.stopped?.time ??
    now;
  const gap: Gap = {
    event: "gap",
    time: now,
    start,
    end: now,
    duration: Math.max(0, (now - start) / 1000),
    cause: rest.cause,
  };
  return [...told, explainGap({ ...rest, gap }, false)];
}

/** The first moment of which the log still tells. */
function firstKnown({ chunks, gaps, last }: History): EpochMs {
  const times = [
    ...chunks.slice(0, 1).map(({ start }) => start),
    ...gaps.slice(0, 1).map(({ gap }) => gap.start),
  ];
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

/** What ffmpeg said makes a general cause a particular one. */
function nuance(
  { gap, said, stopped }: GapStory,
  message: KnownMessage | null,
): string | null {
  if (gap.cause === "ffmpeg_killed" && stopped?.signal) {
    return `ffmpeg was killed by ${stopped.signal}`;
  }
  const isSilentEnd = gap.cause === "device_gone" && stopped?.exit_code === 0 &&
    !said.some(isError);
  if (isSilentEnd) {
    return "ffmpeg ended by itself with exit code 0 and no error, as it does when a device vanishes";
  }
  return gap.cause === "stop" ? null : message?.meaning ?? null;
}

/**
 * The line that tells most: of the run that lost the audio first, and of the
 * messages that are known first; else its last error.
 */
function tellingLine(
  { said }: Pick<GapStory, "said">,
): { line: string | null; message: KnownMessage | null } {
  const runs = [...new Set(said.filter(isTelling).map(({ run }) => run))];
  for (const run of runs) {
    const lines = said.filter((line) => line.run === run && isTelling(line))
      .map(({ line }) => line);
    const message = messageIn(lines.join("\n"));
    if (message === null) continue;
    const line = lines.find((line) => message.pattern.test(line)) ?? null;
    return { line, message };
  }
  const errors = said.filter(isError);
  const run = errors[0]?.run;
  const last = errors.filter((line) => line.run === run).at(-1);
  return { line: last?.line ?? null, message: null };
}

function isError({ severity }: FfmpegStderr): boolean {
  return ownLevel(severity) === "ERROR";
}

/** Errors and warnings, and what a library printed before ffmpeg ended: that has no severity of its own. */
function isTelling(line: FfmpegStderr): boolean {
  const level = ownLevel(line.severity);
  return level === "ERROR" || level === "WARNING" ||
    line.at !== undefined && /^[A-Z]\w* lib |^ALSA /.test(line.line);
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
