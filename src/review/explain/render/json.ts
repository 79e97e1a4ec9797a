/**
 * Renders the explanation of a session as JSON.
 *
 * @module
 */

import { isoMilliseconds } from "../../../log/format/timestamps.ts";
import type { Explanation } from "../explanation.ts";

/**
 * Returns the explanation for programs. Keys are stable; times are ISO 8601 in
 * UTC, durations seconds.
 */
export function reportAsJson(
  report: Explanation,
  timeline: string,
  log: string,
): string {
  return JSON.stringify(
    {
      session_id: report.sessionId,
      active: report.isActive,
      start: isoMilliseconds(report.start),
      end: isoMilliseconds(report.end),
      what: report.what,
      audio: report.hasAudioFacts ? report.audio : null,
      wall: report.wall,
      asked: report.asked,
      coverage: report.hasAudioFacts ? report.coverage : null,
      chunks: report.hasChunkFacts ? report.chunks : null,
      open_since: report.openSince === null
        ? null
        : isoMilliseconds(report.openSince),
      recovered: report.recovered,
      ending: endingOf(report),
      timeline,
      gap_count: report.gapCount,
      gap_total: report.gapTotal,
      gaps: report.gaps.map((gap) => ({
        ...gap,
        start: isoMilliseconds(gap.start),
        end: isoMilliseconds(gap.end),
      })),
      notes: report.notes.map(({ isError, ...note }) => ({
        ...note,
        level: isError ? "error" : "warning",
        first: isoMilliseconds(note.first),
      })),
      known_since: report.knownSince === null
        ? null
        : isoMilliseconds(report.knownSince),
      log_faults: {
        unreadable_lines: report.faults.unreadable,
        unknown_events: report.faults.unknownEvents,
        other_sessions: report.faults.otherSessions,
        mixed: report.faults.isMixed,
        odd: report.faults.odd,
      },
      log,
    },
    null,
    2,
  );
}

function endingOf({ ending }: Explanation) {
  if (ending === null) return null;
  const { reason, text, ffmpeg, advice } = ending;
  return { reason, text, ffmpeg, advice };
}
