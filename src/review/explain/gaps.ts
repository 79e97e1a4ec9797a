/**
 * Explains when audio is missing and why, and whether it came back.
 *
 * @module
 */

import { type SourceKind, sourceKind } from "../../audio/device.ts";
import type { EpochMs, Gap, GapCause } from "../../events.ts";
import type { ExplainedGap } from "./explanation.ts";
import { meaningOfCause, meaningOfSilentEnd } from "./glossary.ts";
import { endedSilently, keyLine, refineMeaning } from "./key_line.ts";
import {
  type GapContext,
  type History,
  namesChunks,
  type Span,
} from "../history.ts";

/**
 * Maximum difference in milliseconds between the end of a gap and the audio
 * after it.
 */
const JOIN_MS = 100;

/** An outage without a line, by the clock of the session's start. */
export interface OpenGap extends Span {
  /** Whether audio is back: a gap is logged some seconds after that. */
  readonly isOver: boolean;
}

/**
 * Returns an outage without a line, or `null` when there is none. Until it has a
 * line, the outage of a session that is being recorded is not over.
 *
 * @param now Time by the clock of the session's start.
 * @param isLive Whether the session is being recorded.
 */
export function openGap(
  history: History,
  now: EpochMs,
  isLive: boolean,
): OpenGap | null {
  const { openContext, runningSince, outages } = history;
  if (openContext.cause === null) return null;
  const before = outages.at(-1)?.end ?? -Infinity;
  const isOver = runningSince !== null && !isLive;
  const end = isOver ? runningSince : now;
  const start = Math.min(end, Math.max(before, endOfAudio(history) ?? end));
  return { start, end, isOver };
}

/** Returns the end of the last audio in the log. */
function endOfAudio(history: History): EpochMs | null {
  const { audio, startedAt, openContext, start } = history;
  const last = audio.at(-1)?.end;
  if (last !== undefined) return last;
  // Audio without lines lasted until the first recovery; in a log with chunk
  // lines there was none.
  return start !== null && namesChunks(history)
    ? startedAt ?? openContext.recoveredFrom
    : openContext.recoveredFrom;
}

/**
 * Returns the gaps of the log, and the current one.
 *
 * @param whole The session, by the clock of its start.
 * @param open The gap without a line, or `null`.
 */
export function explainGaps(
  history: History,
  whole: Span,
  open: OpenGap | null,
): ExplainedGap[] {
  const { gaps, openContext, outages, start, clockShift } = history;
  const kind = sourceKind(start?.device ?? "");
  const explained = gaps.map((context, index) =>
    explainGap(
      withoutRest(context, history),
      isOver(history, outages[index]?.end ?? Infinity, whole.end),
      kind,
    )
  );
  if (open === null || openContext.cause === null) return explained;
  const end = open.end + clockShift;
  const gap: Gap = {
    event: "gap",
    time: end,
    start: open.start + clockShift,
    end,
    duration: (open.end - open.start) / 1000,
    cause: openContext.cause,
  };
  const context = { ...openContext, gap, retries: openContext.retriesBy(end) };
  return [...explained, explainGap(context, open.isOver, kind)];
}

/**
 * Returns a gap without the lines in it, when those of its beginning are not in
 * the log: the rest shows neither why audio stopped nor how often ffmpeg was
 * started.
 */
function withoutRest(
  context: GapContext,
  { start, first }: History,
): GapContext {
  // The time of a line has whole seconds.
  const isWhole = start !== null || first === null ||
    first < Math.floor(context.gap.start / 1000) * 1000;
  return isWhole
    ? context
    : { ...context, said: [], latest: [], stopped: null, retries: 0 };
}

/** Whether audio came back after a gap that has a line and ends at `end`. */
function isOver(
  history: History,
  end: EpochMs,
  sessionEnd: EpochMs,
): boolean {
  const { audio, runningSince, start, stop } = history;
  if (runningSince !== null) return true;
  const mayBeUnnamed = start === null && audio.length === 0;
  if (mayBeUnnamed || !namesChunks(history)) {
    // A gap gets its line when it is over, or when the session ends.
    return stop === null || end < sessionEnd - JOIN_MS;
  }
  const last = audio.at(-1);
  // A hole is inside its chunk, which began before it and ends after it.
  return last !== undefined &&
    (last.start >= end - JOIN_MS || last.end > end + JOIN_MS);
}

/**
 * Causes that echolog finds out itself, such as a deleted folder: ffmpeg's
 * errors only follow from them.
 */
export const FOUND_BY_ECHOLOG: ReadonlySet<string> = new Set<GapCause>([
  "folder_gone",
  "mount_missing",
  "disk_read_only",
  "disk_error",
  "source_moved",
]);

function explainGap(
  context: GapContext,
  isOver: boolean,
  kind: SourceKind | null,
): ExplainedGap {
  const { gap, retries } = context;
  const hasNoWords = endedSilently(context);
  const words = hasNoWords
    ? meaningOfSilentEnd(kind === "stream")
    : meaningOfCause(gap.cause, kind);
  const { line, message } = FOUND_BY_ECHOLOG.has(gap.cause)
    ? { line: null, message: null }
    : keyLine(context, kind);
  return {
    start: gap.start,
    end: gap.end,
    duration: gap.duration,
    cause: gap.cause,
    meaning: hasNoWords
      ? words.text
      : refineMeaning(context, message) ?? words.text,
    ffmpeg: line,
    lastFfmpeg: isOver ? null : lastReason(context, line, kind),
    retries,
    isOver,
    advice: message?.advice ?? words.advice,
  };
}

/** Returns the line that says why the last restart failed, unless it is `known`. */
function lastReason(
  { retries, said, latest }: GapContext,
  known: string | null,
  kind: SourceKind | null,
): string | null {
  const isFirst = latest[0]?.run === said[0]?.run;
  if (retries === 0 || isFirst) return null;
  const { line } = keyLine({ said: latest }, kind);
  return line === known ? null : line;
}
