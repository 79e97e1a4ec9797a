/**
 * Says what is in an exported file, for people and for programs.
 *
 * @module
 */

import { oneLine } from "../../../errors.ts";
import type { Seconds } from "../../../events.ts";
import { type Exported, usedSessions } from "../../../export/export.ts";
import type {
  AbsentTime,
  PlacedAbsence,
  Plan,
} from "../../../export/plan/plan.ts";
import type { RecordedSession } from "../../../export/recorded.ts";
import { basename } from "@std/path";
import { type TargetName, TARGETS } from "../../../export/audio/target.ts";
import { proposeCommand } from "../../../platform/own_command.ts";
import { sourceKind } from "../../../audio/device.ts";
import { isoMilliseconds } from "../../../log/format/timestamps.ts";
import { meaningOfCause } from "../../../review/explain/glossary.ts";
import { round } from "../../../sessions/totals.ts";
import type { Style } from "../../../terminal/style.ts";
import {
  formatBytes,
  formatDuration,
  pluralize,
} from "../../../terminal/units.ts";
import { wrap } from "../../../terminal/width.ts";
import type { TimeFormat } from "../../../times/shown.ts";

/** What was exported. */
export interface ExportReport {
  /** Path of the file. */
  readonly path: string;
  /** Its format. */
  readonly format: TargetName;
  /** What it was made of. */
  readonly plan: Plan;
  /** The sessions in the range. */
  readonly sessions: readonly RecordedSession[];
  /** What was written. */
  readonly written: Exported;
  /** Whether gaps are silence in it. */
  readonly fillsGaps: boolean;
}

/** A clock that differs by less is not mentioned. */
const MIN_CLOCK: Seconds = 0.1;

/** Whether the file has all audio of the range. */
export function isComplete(
  { plan, sessions, written }: ExportReport,
): boolean {
  return plan.missing.length === 0 && written.damages.length === 0 &&
    sessions.every(({ unlisted }) => unlisted === 0);
}

/** Returns the report as lines no wider than the columns. */
export function renderExport(
  report: ExportReport,
  columns: number,
  style: Style,
  times: TimeFormat,
): string[] {
  const { path, plan, written } = report;
  const text = (line: string, indent = "") =>
    wrap(oneLine(line), columns, indent);
  const used = usedSessions(report.plan, report.sessions);
  const rate = written.pcm.sampleRate;
  const length = plan.length / rate;
  return [
    ...text(
      `Wrote ${path}: ${formatDuration(length)}, ${formatBytes(written.size)}`,
    ).map(style.bold),
    ...text(
      `${times.dateTime(plan.start)} to ${
        times.after(plan.start, plan.end)
      } ${times.zoneName}: ${shape(report)}`,
    ),
    ...text(
      `From ${
        used.map(({ id, device }) => `${id} (${device ?? "?"})`).join(", ")
      }`,
    ),
    ...mixedLines(report).flatMap((line) => text(line)),
    ...missingLines(report, times).flatMap(([line, indent]) =>
      text(line, indent)
    ).map(isComplete(report) ? style.green : (line) => line),
    ...written.damages.flatMap(({ paths, length, message }) =>
      text(
        `${formatDuration(length)} could not be decoded, and ${
          length === 1 ? "is" : "are"
        } silence, in ${paths.map((one) => basename(one)).join(", ")}${
          message === null ? "" : `: ${message}`
        }`,
        "  ",
      )
    ).map(style.red),
    ...clockLines(report).flatMap((line) => text(line)),
  ];
}

function shape({ format, written }: ExportReport): string {
  const { pcm, bitDepth } = written;
  const depth = bitDepth === null ? "" : `, ${bitDepth} bits`;
  const rate = TARGETS[format].sampleRate(pcm.sampleRate);
  return `${format}, ${rate} Hz, ${pcm.channels} ch${depth}`;
}

/** Returns a line about sessions that had to be changed to fit the first. */
function mixedLines(report: ExportReport): string[] {
  const { pcm } = report.written;
  const others = usedSessions(report.plan, report.sessions)
    .filter(({ sampleRate, channels }) =>
      sampleRate !== pcm.sampleRate || channels !== pcm.channels
    );
  return others.map(({ id, sampleRate, channels }) =>
    `${id} had ${sampleRate} Hz and ${channels} ch, and was converted.`
  );
}

/** A line, and the indent of its continuation. */
type Line = readonly [string, string];

/** Returns the lines about what is missing. */
function missingLines(report: ExportReport, times: TimeFormat): Line[] {
  const { plan: { missing, start }, fillsGaps } = report;
  const known = missing.filter(({ why }) => why !== "not_yet");
  const rest = missing.find(({ why }) => why === "not_yet");
  // What was before the first audio is not in the file.
  const before = known.filter(({ end }) => end <= start + 1);
  // Silence fills what has audio behind it.
  const length = report.plan.length / report.written.pcm.sampleRate;
  const isBehind = ({ at }: PlacedAbsence) => fillsGaps && at >= length - 0.001;
  const later = known.filter(({ end }) => end > start + 1);
  const behind = later.filter(isBehind);
  const inside = later.filter((one) => !isBehind(one));
  const total = inside.reduce(
    (sum, one) => sum + (one.end - one.start) / 1000,
    0,
  );
  const places = inside.length <= MAX_PLACES ? inside : longest(inside);
  const isWhole = known.length === 0 &&
    isComplete({ ...report, plan: { ...report.plan, missing: [] } });
  const lines: Line[] = isWhole ? [["No audio is missing.", ""]] : [];
  for (const one of before) {
    lines.push([
      `Before its beginning, ${absenceText(report, one, times)}`,
      "  ",
    ]);
  }
  if (inside.length > 0) {
    lines.push([
      `Audio is missing in ${pluralize(inside.length, "place")}, ${
        formatDuration(total)
      } in all, ${fillsGaps ? "as silence" : "left out"}:`,
      "",
    ]);
  }
  for (const one of places) {
    const text = absenceText(report, one, times);
    lines.push([`  ${placeText(one)}  ${text}`, "    "]);
  }
  if (places.length < inside.length) {
    lines.push([
      `These are the longest ${places.length}; --json has all.`,
      "",
    ]);
  }
  for (const one of behind) {
    lines.push([`After its end, ${absenceText(report, one, times)}`, "  "]);
  }
  lines.push(...unlistedLines(report));
  const hasMore = report.sessions.some(({ isActive }) => isActive);
  if (rest !== undefined) {
    lines.push([
      `The file ends at ${times.dateTime(rest.start)}, ${
        hasMore
          ? "with the last audio so far"
          : "when it was made: nothing is being recorded"
      }.`,
      "",
    ]);
  }
  return lines;
}

/** Returns lines about chunks that only the folder has. */
function unlistedLines({ sessions }: ExportReport): Line[] {
  return sessions.filter(({ unlisted }) => unlisted > 0)
    .map(({ id, unlisted }) => [
      `${
        pluralize(unlisted, "chunk")
      } of ${id} without a line in its index or log ${
        unlisted === 1 ? "is" : "are"
      } left out: see ${proposeCommand(["verify"], id)}`,
      "  ",
    ]);
}

/** Maximum number of places that are listed. */
const MAX_PLACES = 20;

function longest(missing: readonly PlacedAbsence[]): PlacedAbsence[] {
  const lengths = missing.map(({ start, end }) => end - start)
    .sort((one, other) => other - one);
  const least = lengths[MAX_PLACES - 1] ?? 0;
  return missing.filter(({ start, end }) => end - start >= least)
    .slice(0, MAX_PLACES);
}

/** Formats a place in the file: `0:01:23.456`. */
export function placeText({ at }: Pick<PlacedAbsence, "at">): string {
  const milliseconds = Math.round(at * 1000);
  const two = (number: number) => String(Math.floor(number)).padStart(2, "0");
  const seconds = Math.floor(milliseconds / 1000);
  const rest = String(milliseconds % 1000).padStart(3, "0");
  return `${Math.floor(seconds / 3600)}:${two(seconds / 60 % 60)}:${
    two(seconds % 60)
  }.${rest}`;
}

function absenceText(
  { sessions }: ExportReport,
  absence: PlacedAbsence,
  times: TimeFormat,
): string {
  const { start, end } = absence;
  const length = formatDuration((end - start) / 1000);
  return `${length}: ${reasonText(sessions[0], absence, times)}`;
}

/** Returns why there is no audio, as a phrase. */
export function reasonText(
  session: Pick<RecordedSession, "device"> | undefined,
  { end, why, cause }: AbsentTime,
  times: TimeFormat,
): string {
  switch (why) {
    case "gap": {
      const kind = sourceKind(session?.device ?? "");
      return meaningOfCause(cause ?? "", kind).text;
    }
    case "deleted":
      return `deleted by retention, until ${times.dateTime(end)}`;
    case "lost":
      return "the file of the chunk is missing";
    case "not_recorded":
      return "nothing was recorded";
    case "not_yet":
      return "not recorded yet";
    case "unknown":
      return "the log does not say why";
  }
}

function clockLines({ plan, sessions }: ExportReport): string[] {
  const ahead = plan.clockAhead;
  const set = sessions.reduce((sum, { clockSet }) => sum + clockSet, 0);
  return [
    ...(Math.abs(ahead) < MIN_CLOCK ? [] : [
      `By the machine's clock the file ends ${
        formatDuration(Math.abs(ahead))
      } ${
        ahead > 0 ? "later" : "earlier"
      }, since the source has a clock of its own.`,
    ]),
    ...(set === 0 ? [] : [
      `The machine's clock was set by ${
        formatDuration(Math.abs(set))
      } during the recording; all times are by the clock as it was set last.`,
    ]),
  ];
}

/** Returns the report for programs. `docs/json.md` describes its keys. */
export function exportAsJson(report: ExportReport) {
  const { path, format, plan, written } = report;
  const { pcm, bitDepth, size } = written;
  const rate = TARGETS[format].sampleRate(pcm.sampleRate);
  const seconds = (samples: number) => round(samples / pcm.sampleRate, 3);
  return {
    file: path,
    format,
    size,
    start: isoMilliseconds(Math.round(plan.start)),
    end: isoMilliseconds(Math.round(plan.end)),
    duration: seconds(plan.length),
    samples: Math.round(plan.length * rate / pcm.sampleRate),
    audio: seconds(plan.audio),
    sample_rate: rate,
    channels: pcm.channels,
    bit_depth: bitDepth,
    device: usedSessions(report.plan, report.sessions)[0]?.device ?? null,
    session_list: usedSessions(report.plan, report.sessions).map(({ id }) =>
      id
    ),
    complete: isComplete(report),
    clock_ahead: round(plan.clockAhead, 3),
    missing_list: plan.missing.map(({ at, start, end, why, cause }) => ({
      at: round(at, 3),
      start: isoMilliseconds(Math.round(start)),
      end: Number.isFinite(end) ? isoMilliseconds(Math.round(end)) : null,
      duration: Number.isFinite(end) ? round((end - start) / 1000, 3) : null,
      why,
      cause,
    })),
    damage_list: written.damages.map(({ paths, length, message }) => ({
      file_list: paths.map((one) => basename(one)),
      duration: round(length, 3),
      message,
    })),
    unlisted_chunks: report.sessions.reduce(
      (sum, { unlisted }) => sum + unlisted,
      0,
    ),
  };
}
