/**
 * The explanation of a session as text and as JSON.
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

/** How an account is laid out. */
export interface ReportOptions {
  /** Width of a line. */
  readonly columns: number;
  /** Colours. */
  readonly style?: Style;
  /** The session as one line. */
  readonly strip: string;
  /** Path of the log. */
  readonly log: string;
}

const INDENT = "    ";

/** The account in lines, none wider than the columns. */
export function renderReport(
  told: Explanation,
  { columns, style = PLAIN, strip, log }: ReportOptions,
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
    ...text(headline(told)).map(style.bold),
    ...text(subtitle(told)),
    "",
    ...(told.wall === 0 || hidesGaps(told)
      ? []
      : [strip, scale(told, widthOf(strip), columns)]),
    ...(told.knownSince === null ? [] : text(
      `The log's first parts are gone: before ${
        formatDateTime(told.knownSince)
      } it tells nothing.`,
    )),
    ...(told.quietLevel === null ? [] : text(
      `The log was kept at level ${told.quietLevel}: it names ${
        told.quietLevel === "error" ? "neither chunks nor gaps" : "no chunks"
      }.`,
    )),
    "",
    ...text(gapsLine(told)).map(
      told.gapCount === 0 ? style.green : style.yellow,
    ),
    ...shownGaps(told.gaps).flatMap((gap) => [
      ...text(gapHead(told, gap), INDENT),
      ...text(`${INDENT}${gap.meaning}`, INDENT),
      ...(gap.ffmpeg === null
        ? []
        : text(`${INDENT}ffmpeg: ${gap.ffmpeg}`, INDENT).map(style.dim)),
      ...advice(gap.advice),
    ]),
    ...(told.gaps.length > MAX_GAPS
      ? text(
        `These are the longest ${MAX_GAPS} of ${told.gaps.length}; echolog logs ${told.sessionId} --event gap shows all.`,
      )
      : []),
    "",
    ...endLines(told).flatMap((line) => text(line)),
    ...(told.ending?.ffmpeg
      ? text(`${INDENT}ffmpeg: ${told.ending.ffmpeg}`, INDENT).map(style.dim)
      : []),
    ...advice(told.ending?.advice ?? null),
    ...(told.notes.length === 0 ? [] : ["", ...text("Also noted:")]),
    ...told.notes.flatMap((note) => [
      ...text(noteLine(told, note), INDENT).map(
        note.isError ? style.red : (line) => line,
      ),
      ...advice(note.advice),
    ]),
    "",
    `Log: ${cutStart(oneLine(log), columns - 5)}`,
  ];
}

/** The account for programs. Keys are stable; times are ISO 8601 in UTC, lengths seconds. */
export function accountAsJson(
  told: Explanation,
  strip: string,
  log: string,
): string {
  const { ending } = told;
  return JSON.stringify(
    {
      session_id: told.sessionId,
      active: told.isActive,
      start: isoMilliseconds(told.start),
      end: isoMilliseconds(told.end),
      what: told.what,
      audio: tellsAudio(told) ? told.audio : null,
      wall: told.wall,
      asked: told.asked,
      coverage: tellsAudio(told) ? told.coverage : null,
      chunks: tellsChunks(told) ? told.chunks : null,
      open_since: told.openSince === null
        ? null
        : isoMilliseconds(told.openSince),
      recovered: told.recovered,
      ending,
      timeline: strip,
      gap_count: told.gapCount,
      gap_total: told.gapTotal,
      gaps: told.gaps.map((gap) => ({
        ...gap,
        start: isoMilliseconds(gap.start),
        end: isoMilliseconds(gap.end),
      })),
      notes: told.notes.map(({ isError, ...note }) => ({
        ...note,
        level: isError ? "error" : "warning",
        first: isoMilliseconds(note.first),
      })),
      known_since: told.knownSince === null
        ? null
        : isoMilliseconds(told.knownSince),
      log,
    },
    null,
    2,
  );
}

/** At level `error` a log has no gaps; what its recorder counted at the end has. */
function tellsAudio({ quietLevel, isCounted }: Explanation): boolean {
  return quietLevel !== "error" || isCounted;
}

/** Above level `info` a log has no chunks; what its recorder counted at the end has. */
function tellsChunks({ quietLevel, isCounted }: Explanation): boolean {
  return quietLevel === null || isCounted;
}

/** Whether there are, or may be, gaps whose place is not known. */
function hidesGaps(told: Explanation): boolean {
  return told.quietLevel === "error" &&
    (!tellsAudio(told) || told.gapTotal > 0);
}

function headline(told: Explanation): string {
  if (told.chunks === 0 && told.openSince !== null) {
    return `${told.sessionId} was recorded, but none of its chunks was closed`;
  }
  // Of such a session nothing tells how long it was.
  const isCut = told.knownSince !== null && !told.isCounted;
  const isEmpty = told.audio === 0 && told.chunks === 0 && tellsAudio(told);
  if (isEmpty && !told.isActive) {
    return isCut
      ? `${told.sessionId} was recorded, but its log tells of no audio`
      : `${told.sessionId} recorded nothing in ${formatDuration(told.wall)}`;
  }
  const verb = told.isActive ? "is being recorded" : "was recorded";
  const wall = isCut
    ? `the ${formatDuration(told.wall)} that its log covers`
    : formatDuration(told.wall);
  if (!tellsAudio(told)) {
    return `${told.sessionId} ${verb}; how much of ${wall} is audio its log does not tell`;
  }
  const chunks = tellsChunks(told)
    ? `, ${pluralize(told.chunks, "chunk")}`
    : "";
  return `${told.sessionId} ${verb}: ${
    formatDuration(told.audio)
  } of audio in ${wall} (${formatPercent(told.coverage)})${chunks}`;
}

function subtitle({ start, end, what }: Explanation): string {
  const until = isSameDay(start, end) ? formatTime(end) : formatDateTime(end);
  const span = `${formatDateTime(start)} to ${until} UTC`;
  return what === null ? span : `${span}: ${what}`;
}

/** Times below the line: where it begins and where it ends. */
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

function endLines(told: Explanation): string[] {
  const { ending, recovered, openSince } = told;
  return [
    ...(ending === null
      ? [
        told.gaps.at(-1)?.isOver === false
          ? "There is no audio now; it goes on trying."
          : "It goes on.",
      ]
      : [`${ending.text}.`, ...shortfall(told)]),
    ...(openSince === null ? [] : [
      `The chunk that it began at ${momentOf(told, openSince)} is not closed.`,
    ]),
    ...(recovered === 0 ? [] : [
      `${pluralize(recovered, "chunk")} that it had left open ${
        recovered === 1 ? "was" : "were"
      } closed afterwards.`,
    ]),
  ];
}

/** What is left of the length that was asked for. */
function shortfall({ asked, wall, ending }: Explanation): string[] {
  if (asked === null || ending?.reason === "duration_reached") return [];
  const left = asked - wall;
  return left < 1 ? [] : [
    `It had been asked to last ${formatDuration(asked)}: the last ${
      formatDuration(left)
    } of that were not recorded.`,
  ];
}

function noteLine(told: Explanation, note: ExplainedNote): string {
  const often = note.count === 1 ? "" : ` (${note.count} times)`;
  return `  ${momentOf(told, note.first)} ${note.text}${often}`;
}
