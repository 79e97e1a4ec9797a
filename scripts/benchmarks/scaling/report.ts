/**
 * The figures as a table and as a picture.
 *
 * @module
 */

import { median } from "../statistics.ts";
import { drawChart } from "./chart.ts";
import { type Figures, logPerHour, table, windowsOf } from "./figures.ts";
import { PER_HOUR, type Played } from "./session.ts";

/** What may cost so many times of what it cost. */
export const LIMIT = 1.1;
/** Chunks of a day. */
export const PER_DAY = 24 * PER_HOUR;

/** A session of one length. */
export interface Row {
  /** Its length in words. */
  readonly name: string;
  /** Its length. */
  readonly days: number;
  /** Number of its chunks. */
  readonly chunks: number;
  /** What was seen. */
  readonly played: Played;
  /** The fresh sessions that were played beside it. */
  readonly fresh: readonly Played[];
  /** After its warm-up; `null` when it is no longer than that. */
  readonly figures: Figures | null;
}

/** The table, beside what a warm hour costs. */
export function tableOf(rows: readonly Row[], hour: Figures): string {
  const ratio = (one: number, base: number) => `× ${(one / base).toFixed(2)}`;
  const cost = (figures: Figures | null, isBase: boolean) =>
    figures === null ? Array.from({ length: 11 }, () => "–") : [
      figures.cpu.toFixed(2),
      isBase ? "" : ratio(figures.cpu, hour.cpu),
      figures.helpers.toFixed(2),
      figures.wall.toFixed(1),
      isBase ? "" : ratio(figures.wall, hour.wall),
      figures.written.toFixed(0),
      isBase ? "" : ratio(figures.written, hour.written),
      figures.rss.toFixed(1),
      isBase ? "" : ratio(figures.rss, hour.rss),
      figures.peak.toFixed(1),
      isBase ? "" : ratio(figures.peak, hour.peak),
    ];
  const base = rows[0]?.played;
  return table([
    [
      ...["session", "chunks", "CPU ms", "", "helpers", "wall ms", ""],
      ...["bytes", "", "MiB", "", "peak", "", "log KiB", "log B/h", ""],
      ...["status ms", "explain ms"],
    ],
    ["1 h, warm", "", ...cost(hour, true), "", "", "", "", ""],
    ...rows.map(({ name, chunks, played, figures }) => [
      name,
      String(chunks),
      ...(figures === null ? coldCost(played) : cost(figures, false)),
      (played.logBytes / 1024).toFixed(0),
      logPerHour(played).toFixed(0),
      base === undefined || base === played
        ? ""
        : ratio(logPerHour(played), logPerHour(base)),
      median(played.status).toFixed(0),
      median(played.explain).toFixed(0),
    ]),
  ]);
}

/** The same cells for a session that is all warm-up. */
function coldCost({ samples }: Played): string[] {
  const [window] = windowsOf(
    samples.filter((_, index) => index === 0 || index === samples.length - 1),
  );
  if (window === undefined) return [];
  return [
    ...[window.cpu.toFixed(2), "", window.helpers.toFixed(2)],
    ...[window.wall.toFixed(1), "", window.written.toFixed(0), ""],
    ...[window.rss.toFixed(1), "", samples.at(-1)?.peak.toFixed(1) ?? "", ""],
  ];
}

/** The longest session over time, and the cost of the commands that read it. */
export function pictureOf(rows: readonly Row[], hour: Figures): string {
  const windows = windowsOf(rows.at(-1)?.played.samples ?? []);
  const along = (value: (window: (typeof windows)[number]) => number) =>
    windows.map((window) => ({ x: window.chunks / PER_DAY, y: value(window) }));
  const over = (value: (row: Row) => readonly number[]) =>
    rows.map((row) => ({ x: row.days, y: Math.min(...value(row)) }));
  return drawChart([
    {
      title: "A recording over time: one chunk of 300 s, and memory",
      x: "days recorded",
      y: "times that of 1 h, warm",
      leastTop: 1.4,
      mark: { y: LIMIT, name: "limit, 1.1" },
      lines: [
        {
          name: "processor time",
          colour: "#0072b2",
          points: along(({ cpu }) => cpu / hour.cpu),
        },
        {
          name: "resident memory",
          colour: "#d55e00",
          points: along(({ rss }) => rss / hour.rss),
        },
        {
          name: "bytes written",
          colour: "#009e73",
          points: along(({ written }) => written / hour.written),
        },
      ],
    },
    {
      title: "Asking about it: time of a command, its fastest",
      x: "length of the session in days",
      y: "ms",
      leastTop: 100,
      mark: null,
      lines: [
        {
          name: "status, while it is recorded",
          colour: "#0072b2",
          isMarked: true,
          points: over(({ played }) => played.status),
        },
        {
          name: "explain, afterwards",
          colour: "#d55e00",
          isMarked: true,
          points: over(({ played }) => played.explain),
        },
      ],
    },
  ]);
}
