/**
 * Says what is in an exported file, for people and for programs.
 *
 * @module
 */

import { oneLine } from "../../../errors.ts";
import type { Seconds } from "../../../events.ts";
import type { Exported } from "../../../export/export.ts";
import type { PlacedAbsence, Plan } from "../../../export/plan/plan.ts";
import type { RecordedSession } from "../../../export/recorded.ts";
import { basename } from "@std/path";
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
  readonly format: string;
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
export function isComplete({ plan, written }: ExportReport): boolean {
  return plan.missing.length === 0 && written.damages.length === 0;
}

/** Returns the sessions whose audio is in the file. */
function usedSessions(
  { plan, sessions }: ExportReport,
): readonly RecordedSession[] {
  const used = new Set(
    plan.pieces.flatMap((piece) =>
      piece.kind === "audio" ? [piece.part.session] : []
    ),
  );
  return sessions.filter((_, index) => used.has(index));
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
  const used = usedSessions(report);
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
  return `${format}, ${pcm.sampleRate} Hz, ${pcm.channels} ch${depth}`;
}

/** Returns the lines about what is missing, each with its indent. */
function missingLines(
  report: ExportReport,
  times: TimeFormat,
): (readonly [string, string])[] {
  const { plan: { missing }, fillsGaps } = report;
  const past = missing.filter(({ why }) => why !== "not_yet");
  const rest = missing.find(({ why }) => why === "not_yet");
  const total = past.reduce(
    (sum, one) => sum + (one.end - one.start) / 1000,
    0,
  );
  const where = pluralize(past.length, "place");
  const places = past.length <= MAX_PLACES ? past : longest(past);
  return [
    past.length === 0 ? ["No audio is missing.", ""] : [
      `Audio is missing in ${where}, ${formatDuration(total)} in all, ${
        fillsGaps ? "as silence" : "left out"
      }:`,
      "",
    ],
    ...places.map((one) =>
      [
        `  ${placeText(one)}  ${absenceText(report, one, times)}`,
        "    ",
      ] as const
    ),
    ...(places.length < past.length
      ? [
        [
          `These are the longest ${places.length}; --json has all.`,
          "",
        ] as const,
      ]
      : []),
    ...(rest === undefined ? [] : [
      [
        `The file ends at ${
          times.dateTime(rest.start)
        }: what comes later is not recorded yet.`,
        "",
      ] as const,
    ]),
  ];
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
  { start, end, why, cause }: PlacedAbsence,
  times: TimeFormat,
): string {
  const length = formatDuration((end - start) / 1000);
  const kind = sourceKind(sessions[0]?.device ?? "");
  switch (why) {
    case "gap":
      return `${length}: ${meaningOfCause(cause ?? "", kind).text}`;
    case "deleted":
      return `${length}: deleted by retention, until ${times.dateTime(end)}`;
    case "lost":
      return `${length}: the file of the chunk is missing`;
    case "not_recorded":
      return `${length}: nothing was recorded`;
    case "not_yet":
      return `${length}: not recorded yet`;
    case "unknown":
      return `${length}: the log does not say why`;
  }
}

function clockLines({ plan, sessions }: ExportReport): string[] {
  const ahead = plan.clockAhead;
  const set = sessions.reduce((sum, { clockSet }) => sum + clockSet, 0);
  return [
    ...(Math.abs(ahead) < MIN_CLOCK ? [] : [
      `At its end the clock is ${formatDuration(Math.abs(ahead))} ${
        ahead > 0 ? "ahead of" : "behind"
      } the file: samples of one run follow each other, however fast the source's own clock runs.`,
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
  const seconds = (samples: number) => round(samples / pcm.sampleRate, 3);
  return {
    file: path,
    format,
    size,
    start: isoMilliseconds(Math.round(plan.start)),
    end: isoMilliseconds(Math.round(plan.end)),
    duration: seconds(plan.length),
    samples: plan.length,
    audio: seconds(plan.audio),
    sample_rate: pcm.sampleRate,
    channels: pcm.channels,
    bit_depth: bitDepth,
    device: usedSessions(report)[0]?.device ?? null,
    session_list: usedSessions(report).map(({ id }) => id),
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
  };
}
