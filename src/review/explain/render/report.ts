/**
 * Renders the explanation of a session as text.
 *
 * @module
 */

import { proposeCommand } from "../../../platform/own_command.ts";
import { oneLine } from "../../../errors.ts";
import type { EpochMs } from "../../../events.ts";
import type { Unrecorded } from "../../unrecorded.ts";
import type { ExplainedNote, Explanation } from "../explanation.ts";
import { gapHead, gapsLine, MAX_GAPS, momentOf, shownGaps } from "./gaps.ts";
import { kernelLogCommand } from "./kernel_log.ts";
import { logLines } from "./log_lines.ts";
import { PLAIN, type Style } from "../../../terminal/style.ts";
import {
  formatDuration,
  formatPercent,
  pluralize,
} from "../../../terminal/units.ts";
import { cutStart, widthOf, wrap } from "../../../terminal/width.ts";

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
  /** Time before the session in which nothing was recorded, if there is any. */
  readonly before?: Unrecorded | null;
}

const INDENT = "    ";

/** Returns the explanation as lines no wider than the columns. */
export function renderReport(
  report: Explanation,
  { columns, style = PLAIN, timeline, log, before = null }: ReportOptions,
): string[] {
  const text = (line: string, indent = "") =>
    wrap(oneLine(line), columns, indent);
  if (report.faults.isMixed) {
    return [
      ...text(mixedHeadline(report)).map(style.bold),
      "",
      ...logLines(report).flatMap((line) => text(line)),
      ...text(
        "What to do: ask for the log of one session, as its recorder wrote it",
      ),
      "",
      `Log: ${cutStart(oneLine(log), columns - 5)}`,
    ];
  }
  const seen = new Set<string>();
  const advice = (line: string | null, start: EpochMs, end = start) => {
    if (line === null || seen.has(line)) return [];
    seen.add(line);
    const command = kernelLogCommand(line, start, end);
    return [
      ...text(`${INDENT}What to do: ${line}`, INDENT),
      ...(command === null ? [] : [
        ...text(`${INDENT}The kernel's messages of that time:`, INDENT),
        ...text(INDENT + command, INDENT),
      ]),
    ];
  };
  return [
    ...text(headline(report)).map(style.bold),
    ...text(subtitle(report)),
    "",
    ...(report.wall === 0 || hidesGaps(report)
      ? []
      : [timeline, scale(report, widthOf(timeline), columns)]),
    ...logLines(report).flatMap((line) => text(line)),
    ...deletedLines(report).flatMap((line) => text(line)),
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
      ...(gap.lastFfmpeg === null ? [] : text(
        `${INDENT}ffmpeg at the last restart: ${gap.lastFfmpeg}`,
        INDENT,
      ).map(style.dim)),
      ...advice(gap.advice, gap.start, gap.end),
    ]),
    ...(report.gaps.length > MAX_GAPS
      ? text(
        `These are the longest ${MAX_GAPS} of ${report.gaps.length}; ${
          proposeCommand(["logs", "--event", "gap"], report.sessionId)
        } shows all.`,
      )
      : []),
    ...beforeLines(report, before).flatMap((line) => text(line))
      .map(style.yellow),
    "",
    ...endLines(report).flatMap((line) => text(line)),
    ...(report.ending?.ffmpeg
      ? text(`${INDENT}ffmpeg: ${report.ending.ffmpeg}`, INDENT).map(style.dim)
      : []),
    ...advice(report.ending?.advice ?? null, report.end),
    ...(report.notes.length === 0 ? [] : ["", ...text("Also noted:")]),
    ...report.notes.flatMap((note) => [
      ...text(noteLine(report, note), INDENT).map(
        note.isError ? style.red : (line) => line,
      ),
      ...advice(note.advice, note.first),
    ]),
    "",
    `Log: ${cutStart(oneLine(log), columns - 5)}`,
  ];
}

/** Returns that nothing was recorded before the session, and why. */
export function beforeLines(
  { times }: Pick<Explanation, "times">,
  before: Unrecorded | null,
): string[] {
  if (before === null) return [];
  const { session_id, since, duration } = before;
  const end = since + duration * 1000;
  const from = times.isSameDay(since, end)
    ? times.time(since)
    : times.dateTime(since);
  return [
    `Before it, from ${from} to ${
      times.after(since, end)
    }, nothing was recorded for ${
      formatDuration(duration)
    }: session ${session_id} had failed; see ${
      proposeCommand(["explain"], session_id)
    }.`,
  ];
}

/** Returns what retention deleted. */
export function deletedLines({ deleted, times }: Explanation): string[] {
  return deleted === null ? [] : [
    `${formatDuration(deleted.audio)} of this audio, in ${
      pluralize(deleted.chunks, "chunk")
    }, was deleted by retention, up to ${times.dateTime(deleted.until)}.`,
  ];
}

/** Whether there are, or may be, gaps at an unknown time. */
export function hidesGaps(report: Explanation): boolean {
  return report.quietLevel === "error" &&
    (!report.hasAudioFacts || report.gapTotal > 0);
}

/** Returns what is wrong with a log in which sessions are mixed. */
export function mixedHeadline({ sessionId, faults }: Explanation): string {
  const names = [...faults.otherSessions, sessionId];
  return names.length === 1
    ? `The log of ${sessionId} does not add up, so nothing is said about it`
    : `The log has lines of ${
      names.join(" and ")
    }, mixed, so nothing is said about them`;
}

/** Returns what was recorded, in one sentence. */
export function headline(report: Explanation): string {
  if (report.chunks === 0 && report.openSince !== null) {
    return `${report.sessionId} was recorded, but none of its chunks was closed`;
  }
  // The length of such a session is unknown.
  const isCut = report.knownSince !== null && !report.isCounted &&
    !report.hasIndex;
  const isEmpty = report.audio === 0 && report.chunks === 0 &&
    report.hasAudioFacts;
  if (isEmpty && !report.isActive) {
    const isUnfinished = report.ending?.reason === "unfinished" &&
      report.gapCount === 0;
    return isCut || isUnfinished
      ? `${report.sessionId} was recorded, but its log has no audio`
      : `${report.sessionId} recorded nothing in ${
        formatDuration(report.wall)
      }`;
  }
  const verb = report.isActive ? "is being recorded" : "was recorded";
  const wall = isCut
    ? `the ${formatDuration(report.wall)} that its log covers`
    : formatDuration(report.wall);
  if (!report.hasAudioFacts) {
    const whole = report.wall === 0 ? "it" : wall;
    return `${report.sessionId} ${verb}; its log does not show how much of ${whole} is audio`;
  }
  const chunks = report.hasChunkFacts
    ? `, ${pluralize(report.chunks, "chunk")}`
    : "";
  return `${report.sessionId} ${verb}: ${
    formatDuration(Math.max(0, report.audio - report.overlap))
  } of audio in ${wall} (${formatPercent(report.coverage)})${chunks}`;
}

/** Returns from when to when it was recorded, and from what. */
export function subtitle({ start, end, what, times }: Explanation): string {
  const span = `${times.dateTime(start)} to ${
    times.after(start, end)
  } ${times.zoneName}`;
  return what === null ? span : `${span}: ${what}`;
}

/** Returns the times below the timeline: its start and its end. */
function scale(
  { start, end, times }: Explanation,
  width: number,
  columns: number,
): string {
  const from = times.isSameDay(start, end)
    ? times.time(start)
    : times.dateTime(start);
  const to = times.after(start, end);
  const room = Math.min(columns, Math.max(width, from.length + to.length + 1));
  return from + to.padStart(room - from.length);
}

/** Returns what a session that is being recorded does now. */
function stateLine({ gaps, isStopping, silentFor }: Explanation): string {
  if (isStopping) return "It is being stopped.";
  if (gaps.at(-1)?.isOver === false) {
    return "There is no audio now; echolog keeps trying.";
  }
  return silentFor === null
    ? "Still recording."
    : `Still recording; the last audio was received ${
      formatDuration(Math.floor(silentFor))
    } ago.`;
}

/** Returns how it ended, or what it does now, as sentences. */
export function endLines(report: Explanation): string[] {
  const { ending, recovered, openSince } = report;
  return [
    ...(ending === null
      ? [stateLine(report)]
      : [`${ending.text}.`, ...shortfall(report)]),
    ...(openSince === null ? [] : [
      `The chunk that it began at ${momentOf(report, openSince)} is not closed${
        ending?.isDeath === false ? " where the log ends" : ""
      }.`,
    ]),
    ...(recovered === 0 ? [] : [
      `${pluralize(recovered, "chunk")} that it had not logged ${
        recovered === 1 ? "was" : "were"
      } recovered afterwards.`,
    ]),
  ];
}

/** Returns how much of the requested duration was not recorded. */
function shortfall(report: Explanation): string[] {
  const { asked, wall, ending, audio, chunks, hasAudioFacts } = report;
  if (asked === null || ending === null) return [];
  // The session after a rollover goes to the end of the duration.
  if (["duration_reached", "rollover"].includes(ending.reason)) return [];
  const left = asked - wall;
  if (left < 1) return [];
  const requested = `The requested duration was ${formatDuration(asked)}`;
  if (ending.reason === "unfinished") {
    return [
      `${requested}; the log covers the first ${formatDuration(wall)} of that.`,
    ];
  }
  if (hasAudioFacts && audio === 0 && chunks === 0) {
    return [`${requested}; none of that was recorded.`];
  }
  return STOPPED_EARLY.has(ending.reason)
    ? [`${requested}; it was stopped ${formatDuration(left)} before its end.`]
    : [
      `${requested}: the last ${
        formatDuration(left)
      } of that were not recorded.`,
    ];
}

/** Reasons of an end that was asked for. */
const STOPPED_EARLY: ReadonlySet<string> = new Set([
  "interrupted",
  "terminated",
  "hangup",
  "stop_command",
]);

/** Returns a warning or an error as a line. */
export function noteLine(report: Explanation, note: ExplainedNote): string {
  const often = note.count === 1 ? "" : ` (${note.count} times)`;
  return `  ${momentOf(report, note.first)} ${note.text}${often}`;
}
