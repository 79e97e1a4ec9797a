/**
 * Renders the explanation of a session as text and as JSON.
 *
 * @module
 */

import { oneLine } from "../../errors.ts";
import { isoMilliseconds } from "../../log/format/timestamps.ts";
import type { ExplainedNote, Explanation } from "./explanation.ts";
import {
  gapHead,
  gapsLine,
  isSameDay,
  MAX_GAPS,
  momentOf,
  shownGaps,
} from "./render_gaps.ts";
import { PLAIN, type Style } from "../../terminal/style.ts";
import {
  formatDateTime,
  formatDuration,
  formatPercent,
  formatTime,
  pluralize,
} from "../../terminal/units.ts";
import { cutStart, widthOf, wrap } from "../../terminal/width.ts";

/** Layout of an explanation. */
export interface ReportOptions {
  /** Width of a line. */
  readonly columns: number;
  /** Colours. */
  readonly style?: Style;
  /** The session as one line. */
  readonly timeline: string;
  /** Path of the log. */
  readonly log: string;
}

const INDENT = "    ";

/** Returns the explanation as lines no wider than the columns. */
export function renderReport(
  report: Explanation,
  { columns, style = PLAIN, timeline, log }: ReportOptions,
): string[] {
  const text = (line: string, indent = "") =>
    wrap(oneLine(line), columns, indent);
  const seen = new Set<string>();
  const advice = (line: string | null) => {
    if (line === null || seen.has(line)) return [];
    seen.add(line);
    return text(`${INDENT}What to do: ${line}`, INDENT);
  };
  return [
    ...text(headline(report)).map(style.bold),
    ...text(subtitle(report)),
    "",
    ...(report.wall === 0 || hidesGaps(report)
      ? []
      : [timeline, scale(report, widthOf(timeline), columns)]),
    ...(report.knownSince === null ? [] : text(
      `The log's first parts are gone: before ${
        formatDateTime(report.knownSince)
      } nothing is known.`,
    )),
    ...(report.quietLevel === null ? [] : text(
      `The log was kept at level ${report.quietLevel}: it names ${
        report.quietLevel === "error" ? "neither chunks nor gaps" : "no chunks"
      }.`,
    )),
    "",
    ...text(gapsLine(report)).map(
      report.gapCount === 0 ? style.green : style.yellow,
    ),
    ...shownGaps(report.gaps).flatMap((gap) => [
      ...text(gapHead(report, gap), INDENT),
      ...text(`${INDENT}${gap.meaning}`, INDENT),
      ...(gap.ffmpeg === null
        ? []
        : text(`${INDENT}ffmpeg: ${gap.ffmpeg}`, INDENT).map(style.dim)),
      ...advice(gap.advice),
    ]),
    ...(report.gaps.length > MAX_GAPS
      ? text(
        `These are the longest ${MAX_GAPS} of ${report.gaps.length}; echolog logs ${report.sessionId} --event gap shows all.`,
      )
      : []),
    "",
    ...endLines(report).flatMap((line) => text(line)),
    ...(report.ending?.ffmpeg
      ? text(`${INDENT}ffmpeg: ${report.ending.ffmpeg}`, INDENT).map(style.dim)
      : []),
    ...advice(report.ending?.advice ?? null),
    ...(report.notes.length === 0 ? [] : ["", ...text("Also noted:")]),
    ...report.notes.flatMap((note) => [
      ...text(noteLine(report, note), INDENT).map(
        note.isError ? style.red : (line) => line,
      ),
      ...advice(note.advice),
    ]),
    "",
    `Log: ${cutStart(oneLine(log), columns - 5)}`,
  ];
}

/**
 * Returns the explanation for programs. Keys are stable; times are ISO 8601 in
 * UTC, durations seconds.
 */
export function reportAsJson(
  report: Explanation,
  timeline: string,
  log: string,
): string {
  const { ending } = report;
  return JSON.stringify(
    {
      session_id: report.sessionId,
      active: report.isActive,
      start: isoMilliseconds(report.start),
      end: isoMilliseconds(report.end),
      what: report.what,
      audio: hasAudioFacts(report) ? report.audio : null,
      wall: report.wall,
      asked: report.asked,
      coverage: hasAudioFacts(report) ? report.coverage : null,
      chunks: hasChunkLines(report) ? report.chunks : null,
      open_since: report.openSince === null
        ? null
        : isoMilliseconds(report.openSince),
      recovered: report.recovered,
      ending,
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
      log,
    },
    null,
    2,
  );
}

/**
 * Whether it is known how much is audio. A log at level `error` does not have
 * that, but its recorder's totals and its index have.
 */
function hasAudioFacts(
  { quietLevel, isCounted, hasIndex }: Explanation,
): boolean {
  return quietLevel !== "error" || isCounted || hasIndex;
}

/**
 * Whether chunks are known. A log above level `info` has none, but its
 * recorder's totals and its index have.
 */
function hasChunkLines(
  { quietLevel, isCounted, hasIndex }: Explanation,
): boolean {
  return quietLevel === null || isCounted || hasIndex;
}

/** Whether there are, or may be, gaps at an unknown time. */
function hidesGaps(report: Explanation): boolean {
  return report.quietLevel === "error" &&
    (!hasAudioFacts(report) || report.gapTotal > 0);
}

function headline(report: Explanation): string {
  if (report.chunks === 0 && report.openSince !== null) {
    return `${report.sessionId} was recorded, but none of its chunks was closed`;
  }
  // The length of such a session is unknown.
  const isCut = report.knownSince !== null && !report.isCounted &&
    !report.hasIndex;
  const isEmpty = report.audio === 0 && report.chunks === 0 &&
    hasAudioFacts(report);
  if (isEmpty && !report.isActive) {
    return isCut
      ? `${report.sessionId} was recorded, but its log has no audio`
      : `${report.sessionId} recorded nothing in ${
        formatDuration(report.wall)
      }`;
  }
  const verb = report.isActive ? "is being recorded" : "was recorded";
  const wall = isCut
    ? `the ${formatDuration(report.wall)} that its log covers`
    : formatDuration(report.wall);
  if (!hasAudioFacts(report)) {
    return `${report.sessionId} ${verb}; its log does not show how much of ${wall} is audio`;
  }
  const chunks = hasChunkLines(report)
    ? `, ${pluralize(report.chunks, "chunk")}`
    : "";
  return `${report.sessionId} ${verb}: ${
    formatDuration(report.audio)
  } of audio in ${wall} (${formatPercent(report.coverage)})${chunks}`;
}

function subtitle({ start, end, what }: Explanation): string {
  const until = isSameDay(start, end) ? formatTime(end) : formatDateTime(end);
  const span = `${formatDateTime(start)} to ${until} UTC`;
  return what === null ? span : `${span}: ${what}`;
}

/** Returns the times below the timeline: its start and its end. */
function scale(
  { start, end }: Explanation,
  width: number,
  columns: number,
): string {
  const as = isSameDay(start, end) ? formatTime : formatDateTime;
  const [from, to] = [as(start), as(end)];
  const room = Math.min(columns, Math.max(width, from.length + to.length + 1));
  return from + to.padStart(room - from.length);
}

function endLines(report: Explanation): string[] {
  const { ending, recovered, openSince } = report;
  return [
    ...(ending === null
      ? [
        report.gaps.at(-1)?.isOver === false
          ? "There is no audio now; echolog keeps trying."
          : "Still recording.",
      ]
      : [`${ending.text}.`, ...shortfall(report)]),
    ...(openSince === null ? [] : [
      `The chunk that it began at ${
        momentOf(report, openSince)
      } is not closed.`,
    ]),
    ...(recovered === 0 ? [] : [
      `${pluralize(recovered, "chunk")} that it had left open ${
        recovered === 1 ? "was" : "were"
      } closed afterwards.`,
    ]),
  ];
}

/** Returns the rest of the requested duration. */
function shortfall({ asked, wall, ending }: Explanation): string[] {
  if (asked === null || ending?.reason === "duration_reached") return [];
  const left = asked - wall;
  return left < 1 ? [] : [
    `The requested duration was ${formatDuration(asked)}: the last ${
      formatDuration(left)
    } of that were not recorded.`,
  ];
}

function noteLine(report: Explanation, note: ExplainedNote): string {
  const often = note.count === 1 ? "" : ` (${note.count} times)`;
  return `  ${momentOf(report, note.first)} ${note.text}${often}`;
}
