/**
 * Explains a session in plain language, from its log alone.
 *
 * @module
 */

import { explainNotes } from "./notes.ts";
import { coverageOf, silenceSince } from "../../sessions/coverage.ts";
import { parseDuration } from "../../times/duration.ts";
import { TimeFormat } from "../../times/shown.ts";
import type { EpochMs, Seconds, SessionStart } from "../../events.ts";
import { explainEnd } from "./ending.ts";
import type { Explanation } from "./explanation.ts";
import {
  audioSpans,
  firstKnown,
  lastMoment,
  openSince,
  running,
  startOf,
  withAudioSince,
} from "./extent.ts";
import { explainGaps, type OpenGap, openGap } from "./gaps.ts";
import { adviceAt } from "./glossary.ts";
import {
  countedEnd,
  deletedOf,
  hasTotals,
  type History,
  isRepaired,
  namesChunks,
} from "../history.ts";

/** Facts about the session that are not in the log. */
export interface ExplainContext {
  /** Name of the session's folder or of the file, for a log that does not name it. */
  readonly folderName: string;
  /** Whether its recorder runs. */
  readonly isActive: boolean;
  /** Whether its recorder is known to be dead; false unless given. */
  readonly isDead?: boolean;
  /** Process ids of the ffmpeg that a dead recorder left behind. */
  readonly orphans?: readonly number[];
  /** When a dead recorder last did anything, or `null` when its log alone is known. */
  readonly lastSign?: EpochMs | null;
  /** When a session that is being recorded last wrote audio, or `null` when unknown. */
  readonly lastAudio?: EpochMs | null;
  /**
   * When the first sample of its last run was captured, from its state, or
   * `null` when unknown: the log has only the second in which ffmpeg started.
   */
  readonly audioSince?: EpochMs | null;
  /**
   * Coverage of a session that is being recorded, from its state, or `null` when
   * unknown: the times of its log have whole seconds.
   */
  readonly coverage?: number | null;
  /** Whether a session that is being recorded has been asked to stop. */
  readonly isStopping?: boolean;
  /** Wall-clock time. */
  readonly now: EpochMs;
  /** How times are shown; in UTC unless given. */
  readonly times?: TimeFormat;
}

/** Explains a session. */
export function explain(
  logged: History,
  context: ExplainContext,
): Explanation {
  const log = withAudioSince(logged, context.audioSince ?? null);
  const { stop, chunks, start: first } = log;
  const { times = TimeFormat.utc } = context;
  const goesOn = context.isActive && stop === null;
  const open = openGapOf(log, context);
  const isMissing = open !== null && !open.isOver;
  const known = goesOn && !isMissing ? running(log) : log;
  const history = isMissing ? { ...known, runningSince: null } : known;
  const start = startOf(log);
  const lasting = isMissing ? open.end - open.start : null;
  const end = endOf(history, { start, lasting, goesOn, context });
  const whole = { start, end };
  // For the time that the log does not cover, only the recorder's totals have
  // facts.
  const hasSums = stop !== null && hasTotals(stop) &&
    (first !== null || !isRepaired(stop));
  const sums = hasSums ? stop : null;
  const from = first === null && !history.hasIndex ? firstKnown(log) : start;
  const sessionId = history.sessionId ?? context.folderName;
  const wall = sums?.wall ?? Math.max(0, (end - from) / 1000);
  const level = first?.log_level ?? (log.isDebug ? "debug" : null);
  const gaps = explainGaps(history, whole, open)
    .map((gap) => ({
      ...gap,
      advice: adviceAt(level, gap.advice, sessionId),
    }));
  const gapTotal = gaps.reduce((sum, { duration }) => sum + duration, 0);
  const lastAudio = goesOn && !isMissing ? context.lastAudio ?? null : null;
  const silentFor = lastAudio === null
    ? null
    : silenceSince(lastAudio, context.now);
  const spans = audioSpans(history, {
    start,
    end: end - (silentFor ?? 0) * 1000,
  });
  const isWhole = log.faults.lost === 0 && !hasHoles(log);
  const hasChunkFacts = namesChunks(history) && isWhole || history.hasIndex ||
    sums !== null;
  const audio = sums?.audio ??
    (namesChunks(history) || history.hasIndex
      // The first report of a source may come after older audio.
      ? Math.min(
        wall,
        spans.reduce((sum, { start, end }) => sum + (end - start) / 1000, 0),
      )
      : Math.max(0, wall - gapTotal));
  const stateCoverage = goesOn ? context.coverage ?? null : null;
  const coverageSoFar = stateCoverage ?? coverageOf({
    audio,
    // The times of chunks have what came twice once.
    overlap: 0,
    gaps: gaps.length + (silentFor === null ? 0 : 1),
    gapTotal: gapTotal + (silentFor ?? 0),
  });
  return {
    times,
    sessionId,
    isActive: goesOn,
    start,
    end: end + history.clockShift,
    what: first === null ? null : whatOf(first),
    audio,
    overlap: sums === null ? 0 : overlapOf(history),
    wall,
    asked: askedLength(first),
    coverage: sums === null ? coverageSoFar : sums.coverage,
    chunks: sums?.chunks ?? chunks.length + log.unloggedChunks.length,
    openSince: goesOn ? null : openSince(history),
    recovered: chunks.filter(({ recovered }) => recovered === true).length,
    whole,
    spans,
    deleted: deletedOf(log.deletions),
    deletedSpans: log.deletions.map(({ start, end }) => ({
      start: start - log.clockShift,
      end: end - log.clockShift,
    })),
    outages: [
      ...history.outages,
      ...(open === null ? [] : [open]),
    ],
    quietLevel: namesChunks(history) ? null : first?.log_level ?? null,
    hasChunkFacts,
    // Above level info, audio is what is not a gap, up to an end that is known.
    hasAudioFacts: hasChunkFacts ||
      goesOn && first?.log_level === "warning" && isWhole,
    hasGapFacts: isWhole || countedEnd(stop) !== null,
    namedChunks: chunks.length,
    ending: goesOn ? null : explainEnd(history, {
      session: sessionId,
      isDead: context.isDead ?? false,
      orphans: context.orphans ?? [],
      level,
      times,
    }),
    silentFor,
    isStopping: goesOn && context.isStopping === true,
    gaps,
    gapCount: sums?.gaps ?? gaps.length,
    gapTotal: sums?.gap_total ?? gapTotal,
    notes: explainNotes(history),
    knownSince: first === null ? firstKnown(log) : null,
    parts: history.parts,
    faults: history.faults,
    isCounted: countedEnd(stop) !== null,
    hasIndex: history.hasIndex,
  };
}

/** Returns how much audio was recorded twice, as far as the log reports it. */
function overlapOf({ notes }: History): Seconds {
  return notes.reduce((sum, { overlap }) => sum + overlap, 0);
}

/** Whether parts between others are missing. */
function hasHoles({ parts }: History): boolean {
  return parts.some((part, index) => part > (parts[index - 1] ?? part) + 1);
}

/** Returns the outage without a line, or `null`. */
function openGapOf(
  history: History,
  { isActive, lastSign, now }: ExplainContext,
): OpenGap | null {
  const { stop, last, clockShift } = history;
  if (stop !== null) return null;
  const until = isActive ? now : lastSign ?? last ?? now;
  return openGap(history, until - clockShift, isActive);
}

/** Returns when a session ended, by the clock of its start. */
function endOf(
  history: History,
  { start, lasting, goesOn, context }: {
    readonly start: EpochMs;
    readonly lasting: number | null;
    readonly goesOn: boolean;
    readonly context: ExplainContext;
  },
): EpochMs {
  const { stop, last, clockShift } = history;
  const { now, lastSign = null } = context;
  if (goesOn) return now - clockShift;
  if (stop !== null) {
    if (hasTotals(stop)) return start + stop.wall * 1000;
    if (!isRepaired(stop)) return stop.time - clockShift;
  }
  const moment = lastMoment(history, start);
  if (stop !== null) return moment;
  if (lastSign !== null) return Math.max(moment, lastSign - clockShift);
  return lasting === null || last === null ? moment : last - clockShift;
}

/** Returns what was recorded, without what the line of another version lacks. */
function whatOf(
  { device, format, sample_rate, channels }: SessionStart,
): string | null {
  const known = [
    ...(device === "" ? [] : [device]),
    ...(format === "" ? [] : [format]),
    ...(sample_rate === 0 ? [] : [`${sample_rate} Hz`]),
    ...(channels === 0 ? [] : [`${channels} ch`]),
  ];
  return known.length === 0 ? null : known.join(", ");
}

/** Returns the value of `--duration` from the log's `overrides`. */
function askedLength(start: SessionStart | null): Seconds | null {
  const [, text] = /(?:^| )duration=([^ (]+)\(/.exec(start?.overrides ?? "") ??
    [];
  return text === undefined ? null : parseDuration(text);
}
