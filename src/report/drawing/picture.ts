/**
 * Draws a session over time, as SVG that is as wide as its page.
 *
 * Places are shares of the width, in per cent, so that a script zooms by making
 * the part with id `zoomed` wider, and moving it.
 *
 * @module
 */

import type { EpochMs } from "../../events.ts";
import type { Span } from "../../review/history.ts";
import type { PageData } from "../data/page.ts";
import { type Html, markup } from "../markup/html.ts";
import { gapId, markLabel, warningLabel } from "../markup/words.ts";
import { daysOf, ticksOf } from "./axis.ts";
import { HEIGHT, levelPaths, LOWEST_DB } from "./level_paths.ts";

/** Heights of the rows, from the top. */
export const ROWS = {
  marks: 22,
  level: 180,
  chunks: 18,
  axis: 34,
} as const;

const LEVEL_AT = ROWS.marks;
const CHUNKS_AT = LEVEL_AT + ROWS.level;
const AXIS_AT = CHUNKS_AT + ROWS.chunks;
/** Height of the picture. */
export const PICTURE_HEIGHT = AXIS_AT + ROWS.axis;

/** With more gaps, their edges are drawn thinner. */
const MANY_GAPS = 60;

/** Returns the picture. */
export function drawPicture(data: PageData): Html {
  const { explanation: { whole } } = data;
  const percent = percentOf(whole);
  return markup`
    <svg id="chart" role="img" aria-labelledby="chart-name"
      width="100%" height="${PICTURE_HEIGHT}"><title id="chart-name">Level of the
    audio over time, gaps, chunks and warnings. All of it is also in the tables
    below.</title><defs><pattern id="hatch" width="7" height="7"
    patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="gap-ground"
    width="7" height="7"/><rect class="gap-line" width="3" height="7"/></pattern></defs>
    ${grid()}<svg id="zoomed" class="${
    data.gaps.length > MANY_GAPS ? "zoomed many" : "zoomed"
  }" x="0" width="100%"
    height="${PICTURE_HEIGHT}">
    ${spansOf(data, percent)}${levelOf(data)}${gapsOf(data, percent)}
    ${chunksOf(data, whole)}${daysIn(data, percent)}<g id="ticks">${
    ticksIn(
      data,
      percent,
    )
  }</g>${marksOf(data, percent)}</svg></svg>
  `;
}

/** Returns the function that makes a moment a share of the width. */
export function percentOf({ start, end }: Span): (time: EpochMs) => number {
  const length = Math.max(1, end - start);
  return (time) =>
    Math.round(Math.min(1, Math.max(0, (time - start) / length)) * 1e8) / 1e6;
}

/** Returns lines at levels. */
function grid(): Html[] {
  return [-20, -40, -60, -80].map((level) => {
    const y = LEVEL_AT + level / LOWEST_DB * ROWS.level;
    return markup`
      <line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}" />
    `;
  });
}

/** Returns spans with audio, and of audio that was deleted. */
function spansOf(
  { chunks, explanation: { spans, deletedSpans } }: PageData,
  percent: (time: EpochMs) => number,
): Html[] {
  const band = (kind: string, { start, end }: Span) =>
    markup`
      <rect class="${kind}" x="${percent(start)}%" y="${CHUNKS_AT}"
        width="${
      round(percent(end) - percent(start))
    }%" height="${ROWS.chunks}" />
    `;
  return [
    ...merged(spans).map((span) => band("audio", span)),
    ...merged([
      ...deletedSpans,
      ...chunks.filter(({ state }) => state === "lost")
        .map(({ span }) => span),
    ]).map((span) => band("deleted", span)),
  ];
}

/** Spans that are so close are one band. */
const JOIN_MS = 50;

/** Joins spans that follow each other: one element instead of thousands. */
function merged(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last !== undefined && start - last.end <= JOIN_MS) {
      joined[joined.length - 1] = {
        start: last.start,
        end: Math.max(last.end, end),
      };
    } else joined.push({ start, end });
  }
  return joined;
}

function levelOf({ measured: { levels } }: PageData): Html | null {
  if (levels === null) return null;
  const { width, peaks, means, lows } = levelPaths(levels);
  return markup`
    <svg id="levels" y="${LEVEL_AT}" width="100%"
      height="${ROWS.level}" viewBox="0 0 ${width} ${HEIGHT}"
      preserveAspectRatio="none">
      <path class="peak" d="${peaks}" />
      <path class="mean"
        d="${means}" />
      <path class="low" d="${lows}" />
    </svg>
  `;
}

/** Returns the gaps, each with its cause; the text is as wide as its gap. */
function gapsOf(
  { gaps }: PageData,
  percent: (time: EpochMs) => number,
): Html[] {
  return gaps.map(({ gap, span }, index) => {
    const x = percent(span.start);
    const width = round(Math.max(0.0001, percent(span.end) - x));
    // The shortest gap is seen, and many do not hide the level.
    const edge = (from: number, to: number) =>
      markup`<line class="gap-edge" x1="${x}%" x2="${x}%" y1="${from}" y2="${to}"/>`;
    return markup`<a href="#${
      gapId(index)
    }" class="gap"><title>${gap.meaning}</title>${
      edge(LEVEL_AT - 12, LEVEL_AT + 8)
    }${
      edge(CHUNKS_AT, AXIS_AT)
    }<svg x="${x}%" y="${LEVEL_AT}" width="${width}%" height="${
      ROWS.level + ROWS.chunks
    }"><rect class="gap-area" width="100%" height="100%"/><text x="5" y="16">${gap.cause}</text></svg></a>`;
  });
}

/** With more chunks, their ticks would be all that is seen of them. */
const MAX_TICKS = 200;

/** Returns where chunks begin, as one path. */
function chunksOf({ chunks }: PageData, { start, end }: Span): Html {
  const width = 1e6;
  const length = Math.max(1, end - start);
  let last = 0;
  const path = chunks.map(({ span }) => {
    const x = Math.round((span.start - start) / length * width);
    const step = x - last;
    last = x;
    return `m${step}-1v1`;
  }).join("");
  return markup`
    <svg y="${CHUNKS_AT}" width="100%" height="${ROWS.chunks}"
      viewBox="0 0 ${width} 1" preserveAspectRatio="none">
      <path class="ticks" id="chunk-ticks" visibility="${
    chunks.length > MAX_TICKS ? "hidden" : "visible"
  }" d="M0 1${path}" />
    </svg>
  `;
}

function daysIn(
  { explanation: { whole, times } }: PageData,
  percent: (time: EpochMs) => number,
): Html[] {
  return daysOf(whole, times.zone).map((time) => {
    const x = percent(time);
    return markup`
      <line class="day" x1="${x}%" x2="${x}%" y1="0" y2="${AXIS_AT + 6}" />
    `;
  });
}

/** Ticks on a wide page; a narrow one shows each second or fourth of them. */
const TICKS = 12;

function ticksIn(
  { explanation: { whole, times } }: PageData,
  percent: (time: EpochMs) => number,
): Html[] {
  return ticksOf(whole, times, TICKS).map(({ time, label, isDay }, index) => {
    const x = percent(time);
    const size = index % 4 === 0 ? "" : index % 2 === 0 ? " mid" : " wide";
    // A label at an edge begins or ends there.
    const anchor = x > 92 ? " last" : x < 4 ? " first" : "";
    return markup`
      <line class="tick" x1="${x}%" x2="${x}%" y1="${AXIS_AT}"
        y2="${AXIS_AT + 5}" />
      <text class="label${isDay ? " date" : ""}${size}${anchor}"
        x="${x}%" y="${AXIS_AT + 20}">${label}</text>
    `;
  });
}

/** Returns warnings, clicks and dropouts above the level. */
function marksOf(data: PageData, percent: (time: EpochMs) => number): Html[] {
  const { warnings, marks, explanation: { times } } = data;
  const mark = (kind: string, time: EpochMs, label: string, path: string) =>
    markup`
      <svg x="${percent(time)}%" class="mark ${kind}">
        <title>${label}</title>
        <path
          d="${path}" />
      </svg>
    `;
  return [
    ...warnings.map((line) =>
      mark(
        line.level === "ERROR" ? "error" : "warning",
        line.time ?? 0,
        warningLabel(line, times),
        "M0 4l6 11h-12z",
      )
    ),
    ...marks.map(({ mark: { kind, time } }, index) =>
      mark(
        kind,
        time,
        markLabel(data, index),
        kind === "click" ? "M0 5l4 5-4 5-4-5zM0 15v7" : "M-4 5h8v9h-8zM0 14v8",
      )
    ),
  ];
}

function round(share: number): number {
  return Math.round(share * 1e6) / 1e6;
}
