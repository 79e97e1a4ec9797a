/**
 * Explains a session in plain language, from its log alone.
 *
 * @module
 */

import { explainNotes } from "./notes.ts";
import { coverageOf } from "../../sessions/coverage.ts";
import { parseDuration } from "../../config/setting_types.ts";
import type {
  EpochMs,
  Seconds,
  SessionStart,
  SessionStop,
} from "../../events.ts";
import type { ExplainedEnd, Explanation } from "./explanation.ts";
import { explainGaps, lastingGap } from "./gaps.ts";
import { adviceAt, meaningOfReason, SAY_MORE } from "./glossary.ts";
import { keyLine } from "./key_line.ts";
import { type History, namesChunks, type Span } from "../history.ts";

/** Facts about the session that are not in the log. */
export interface ExplainContext {
  /** Name of the session's folder, for a log that does not name it. */
  readonly folderName: string;
  /** Whether its recorder runs. */
  readonly isActive: boolean;
  /** Whether its recorder is known to be dead; false unless given. */
  readonly isDead?: boolean;
  /** Wall-clock time. */
  readonly now: EpochMs;
}

/** Explains a session. */
export function explain(
  log: History,
  context: ExplainContext,
): Explanation {
  const { stop, chunks, start: first } = log;
  const known = firstKnown(log);
  const goesOn = context.isActive && stop === null;
  const history = goesOn ? running(log, known) : log;
  const start = history.startedAt ?? startedBy(stop, known);
  const now = context.now - history.clockShift;
  const end = stop !== null
    ? start + stop.wall * 1000
    : goesOn
    ? now
    : lastMoment(history, start);
  const whole = { start, end };
  // For the time that the log does not cover, only the recorder's totals have
  // facts.
  const sums = first === null && stop !== null && isRepaired(stop)
    ? null
    : stop;
  const from = first === null && !history.hasIndex ? known : start;
  const sessionId = history.sessionId ?? context.folderName;
  const wall = sums?.wall ?? Math.max(0, (end - from) / 1000);
  const lasting = goesOn ? lastingGap(history, now) : null;
  const gaps = explainGaps(history, whole, lasting, context.now)
    .map((gap) => ({
      ...gap,
      advice: adviceAt(first?.log_level ?? null, gap.advice, sessionId),
    }));
  const gapTotal = gaps.reduce((sum, { duration }) => sum + duration, 0);
  const spans = audioSpans(history, whole);
  const audio = sums?.audio ??
    (namesChunks(history) || history.hasIndex
      // The first report of a source may come after older audio.
      ? Math.min(
        wall,
        spans.reduce((sum, { start, end }) => sum + (end - start) / 1000, 0),
      )
      : Math.max(0, wall - gapTotal));
  return {
    sessionId,
    isActive: goesOn,
    start,
    end: end + history.clockShift,
    what: first === null
      ? null
      : `${first.device}, ${first.format}, ${first.sample_rate} Hz, ${first.channels} ch`,
    audio,
    wall,
    asked: askedLength(first),
    coverage: sums === null
      ? coverageOf({ audio, overlap: 0, gaps: gaps.length, gapTotal })
      : sums.coverage,
    chunks: sums?.chunks ?? chunks.length + log.unloggedChunks.length,
    openSince: goesOn ? null : openSince(history),
    recovered: chunks.filter(({ recovered }) => recovered === true).length,
    whole,
    spans,
    outages: [
      ...history.outages,
      ...(lasting === null ? [] : [{ start: now - lasting, end: now }]),
    ],
    quietLevel: namesChunks(history) ? null : first?.log_level ?? null,
    ending: goesOn
      ? null
      : explainEnd(history, sessionId, context.isDead ?? false),
    gaps,
    gapCount: stop?.gaps ?? gaps.length,
    gapTotal: stop?.gap_total ?? gapTotal,
    notes: explainNotes(history),
    knownSince: first === null ? known : null,
    isCounted: stop !== null && !isRepaired(stop),
    hasIndex: history.hasIndex,
  };
}

/**
 * Returns the history of an active session. When the log does not say when the
 * last ffmpeg started, it counts as recording unless a recovery is under way.
 */
function running(history: History, known: EpochMs): History {
  const { openContext, runningSince, outages, start } = history;
  const isReported = start !== null && namesChunks(history);
  if (isReported || runningSince !== null || openContext.cause !== null) {
    return history;
  }
  return {
    ...history,
    runningSince: Math.max(known, outages.at(-1)?.end ?? known),
  };
}

/** Returns the start of a session whose log does not have it. */
function startedBy(stop: SessionStop | null, known: EpochMs): EpochMs {
  return stop === null || isRepaired(stop)
    ? known
    : Math.min(known, stop.time - stop.wall * 1000);
}

/** Whether a last line was written by a repair, from the facts in the log. */
function isRepaired({ reason }: SessionStop): boolean {
  return reason === "crashed" || reason === "rebooted";
}

/** Returns the value of `--duration` from the log's `overrides`. */
function askedLength(start: SessionStart | null): Seconds | null {
  const [, text] = /(?:^| )duration=([^ (]+)\(/.exec(start?.overrides ?? "") ??
    [];
  return text === undefined ? null : parseDuration(text);
}

/** Returns the end of the last audio or gap that has a line. */
function lastMoment(
  { audio, outages, unloggedChunks }: History,
  start: EpochMs,
): EpochMs {
  const last = [...unloggedChunks, ...audio].reduce(
    (last, { end }) => Math.max(last, end),
    start,
  );
  return outages.reduce((last, { end }) => Math.max(last, end), last);
}

/** Returns the spans of audio: the chunks, and audio that is in no chunk yet. */
function audioSpans(history: History, whole: Span): Span[] {
  if (!namesChunks(history) && !history.hasIndex) return [whole];
  const audio = [...history.unloggedChunks, ...history.audio]
    .map(({ start, end }) => ({ start, end }));
  const since = openSince(history);
  return since === null || since >= whole.end
    ? audio
    : [...audio, { start: since, end: whole.end }];
}

/**
 * Returns the start of the chunk that is open at the end of the log, or `null`.
 */
function openSince({ audio, runningSince }: History): EpochMs | null {
  return runningSince === null
    ? null
    : audio.reduce((last, { end }) => Math.max(last, end), runningSince);
}

/** Returns the first moment that the log still covers. */
function firstKnown({ audio, outages, last }: History): EpochMs {
  const times = [...audio.slice(0, 1), ...outages.slice(0, 1)]
    .map(({ start }) => start);
  return times.length > 0 ? Math.min(...times) : last ?? 0;
}

/** The end of a session whose recorder is known to be dead. */
const DEAD = {
  text: "Its recorder died; the session has not been repaired yet",
  advice: "finish it with echolog repair; what was captured is kept",
};

/** The end of a log of which no more is known. */
const UNKNOWN_END = {
  text:
    "The log has no end: it was copied while the session was recorded, or the recorder died",
  advice: "ask for the whole log, or look on the machine that recorded it",
};

function explainEnd(
  history: History,
  sessionId: string,
  isDead: boolean,
): ExplainedEnd {
  const { stop, openContext, gaps, notes } = history;
  if (stop === null) {
    return {
      reason: "unfinished",
      ...(isDead ? DEAD : UNKNOWN_END),
      ffmpeg: null,
    };
  }
  const meaning = meaningOfReason(stop.reason);
  const end = { reason: stop.reason, ffmpeg: null, ...meaning };
  if (stop.reason !== "start_failed") return end;
  // All messages are about the audio that never came.
  const { line, message } = keyLine({
    said: [...gaps.flatMap(({ said }) => said), ...openContext.said],
  });
  const own = notes.find(({ first }) => first.code === "ffmpeg_unusable");
  const why = own?.first.message ?? message?.meaning;
  return {
    reason: stop.reason,
    text: why === undefined
      ? meaning.text
      : `${meaning.text}: ${own === undefined ? why : own.first.message}`,
    ffmpeg: own === undefined ? line : null,
    advice: own === undefined
      ? message?.advice ??
        adviceAt(history.start?.log_level ?? null, SAY_MORE, sessionId)
      : null,
  };
}
