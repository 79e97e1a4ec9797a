/**
 * What of a session its log covers: from when to when, and with how much audio.
 *
 * @module
 */

import type { EpochMs, SessionStop } from "../../events.ts";
import {
  hasTotals,
  type History,
  isRepaired,
  namesChunks,
  type Span,
} from "../history.ts";

/** Returns when a session started, as far as its log shows it. */
export function startOf(history: History): EpochMs {
  return history.startedAt ?? startedBy(history.stop, firstKnown(history));
}

/** Returns the start of a session whose log does not have it. */
function startedBy(stop: SessionStop | null, known: EpochMs): EpochMs {
  return stop === null || isRepaired(stop) || !hasTotals(stop)
    ? known
    : Math.min(known, stop.time - stop.wall * 1000);
}

/** Returns the first moment that the log covers. */
export function firstKnown(
  { audio, outages, first }: History,
): EpochMs {
  const starts = [...audio.slice(0, 1), ...outages.slice(0, 1)]
    .map(({ start }) => start);
  return starts.length > 0 ? Math.min(...starts) : first ?? 0;
}

/** Returns the end of the last audio or gap that has a line. */
export function lastMoment(
  { audio, outages, unloggedChunks }: History,
  start: EpochMs,
): EpochMs {
  const last = [...unloggedChunks, ...audio].reduce(
    (last, { end }) => Math.max(last, end),
    start,
  );
  return outages.reduce((last, { end }) => Math.max(last, end), last);
}

/**
 * Returns the history of an active session. When the log does not say when the
 * last ffmpeg started, it counts as recording unless a recovery is under way.
 */
export function running(history: History): History {
  const { openContext, runningSince, outages, start } = history;
  const isReported = start !== null && namesChunks(history);
  if (isReported || runningSince !== null || openContext.cause !== null) {
    return history;
  }
  const known = firstKnown(history);
  return {
    ...history,
    runningSince: Math.max(known, outages.at(-1)?.end ?? known),
  };
}

/**
 * Returns a history whose open chunk begins with its first sample. The state of
 * an earlier run is passed over.
 */
export function withAudioSince(
  history: History,
  audioSince: EpochMs | null,
): History {
  const { runningSince, clockShift } = history;
  if (runningSince === null || audioSince === null) return history;
  const since = Math.max(runningSince, audioSince - clockShift);
  return { ...history, runningSince: since };
}

/** Returns the spans of audio: the chunks, and audio that is in no chunk yet. */
export function audioSpans(history: History, whole: Span): Span[] {
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
export function openSince(
  { audio, unloggedChunks, runningSince }: History,
): EpochMs | null {
  return runningSince === null ? null : [...unloggedChunks, ...audio].reduce(
    (last, { end }) => Math.max(last, end),
    runningSince,
  );
}
