/**
 * Renders the explanation of a session as JSON.
 *
 * @module
 */

import { isoMilliseconds } from "../../../log/format/timestamps.ts";
import type { Condition } from "../../../sessions/catalog.ts";
import type { OpenOutage } from "../../../sessions/status.ts";
import { round } from "../../../sessions/totals.ts";
import type { Unrecorded } from "../../unrecorded.ts";
import { UNFINISHED } from "../ending.ts";
import type {
  ExplainedGap,
  ExplainedNote,
  Explanation,
} from "../explanation.ts";

/** What the JSON has besides the explanation. */
export interface JsonOptions {
  /** State of the session. */
  readonly state: Condition;
  /** The outage that is not over, or `null`. */
  readonly outage: OpenOutage | null;
  /** The line of blocks and dots. */
  readonly timeline: string;
  /** Path or name of the log. */
  readonly log: string;
  /** Time before the session in which nothing was recorded, or `null`. */
  readonly before: Unrecorded | null;
}

/** Returns the explanation for programs. `docs/json.md` describes its keys. */
export function reportAsJson(
  report: Explanation,
  { state, outage, timeline, log, before }: JsonOptions,
): string {
  const { hasAudioFacts, hasChunkFacts, coverage } = report;
  return JSON.stringify(
    {
      session_id: report.sessionId,
      log,
      state,
      start: isoMilliseconds(report.start),
      end: isoMilliseconds(report.end),
      what: report.what,
      wall: round(report.wall, 3),
      asked: report.asked === null ? null : round(report.asked, 3),
      chunks: hasChunkFacts ? report.chunks : null,
      recovered_chunks: report.recovered,
      open_since: orNull(report.openSince),
      audio: hasAudioFacts ? round(report.audio, 3) : null,
      deleted_chunks: report.deleted?.chunks ?? 0,
      deleted_audio: round(report.deleted?.audio ?? 0, 3),
      deleted_until: orNull(report.deleted?.until ?? null),
      gaps: report.gapCount,
      gap_total: round(report.gapTotal, 3),
      outage,
      coverage: hasAudioFacts && coverage !== null ? round(coverage, 2) : null,
      gap_list: report.gaps.map(gapOf),
      unrecorded_before: before === null ? null : {
        session_id: before.session_id,
        since: isoMilliseconds(before.since),
        duration: round(before.duration, 3),
      },
      ending: endingOf(report),
      note_list: report.notes.map(noteOf),
      timeline,
      known_since: orNull(report.knownSince),
      log_faults: {
        unreadable_lines: report.faults.unreadable,
        unknown_event_list: report.faults.unknownEvents,
        other_session_list: report.faults.otherSessions,
        mixed: report.faults.isMixed,
        fault_list: report.faults.odd,
      },
    },
    null,
    2,
  );
}

function orNull(time: number | null): string | null {
  return time === null ? null : isoMilliseconds(time);
}

/** Returns the outage that is not over when a log without an end stops, or `null`. */
export function outageAtEnd(
  { ending, gaps }: Explanation,
): OpenOutage | null {
  const last = gaps.at(-1);
  const isOpen = ending?.reason === UNFINISHED && last?.isOver === false;
  if (!isOpen) return null;
  const { start, cause, duration } = last;
  return { since: isoMilliseconds(start), cause, duration: round(duration, 3) };
}

function gapOf(gap: ExplainedGap) {
  return {
    start: isoMilliseconds(gap.start),
    end: isoMilliseconds(gap.end),
    duration: round(gap.duration, 3),
    cause: gap.cause,
    text: gap.meaning,
    ffmpeg: gap.ffmpeg,
    last_ffmpeg: gap.lastFfmpeg,
    retries: gap.retries,
    over: gap.isOver,
    advice: gap.advice,
  };
}

function noteOf({ code, isError, first, count, text, advice }: ExplainedNote) {
  return {
    code,
    level: isError ? "error" : "warning",
    first: isoMilliseconds(first),
    count,
    text,
    advice,
  };
}

function endingOf({ ending }: Explanation) {
  if (ending === null) return null;
  const { reason, text, ffmpeg, advice } = ending;
  // Other commands have no reason, either, for a log without its last line.
  return {
    reason: reason === UNFINISHED ? null : reason,
    text,
    ffmpeg,
    advice,
  };
}
