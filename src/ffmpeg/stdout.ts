/**
 * ffmpeg's stdout: the segment muxer's list of closed chunks
 * (`name,start,end`), the peaks that `ametadata` prints (`frame:…`, then the
 * values), and the reports of `-progress pipe:1` (`key=value` lines), which
 * share it. A recording does not request the last: the peak of every second
 * shows progress as well, and each report would wake up the recorder once more.
 *
 * @module
 */

import type { Seconds } from "../events.ts";

/** A report of ffmpeg on stdout. */
export type Report =
  /** Amount of audio written in this run. */
  | { readonly kind: "progress"; readonly captured: Seconds }
  /** A chunk is complete; times count from the start of the run. */
  | {
    readonly kind: "segment";
    readonly file: string;
    readonly start: Seconds;
    readonly end: Seconds;
  }
  /** The next peak is that of the frames up to this one, counted from 0. */
  | {
    readonly kind: "frame";
    readonly frame: number;
    /**
     * Samples since 1970 at which ffmpeg had the frame by the wall clock;
     * negative when none came for a while before it, 0 when unknown.
     */
    readonly clock: number;
  }
  /** Highest sample value of a span of audio; `-Infinity` for digital zero. */
  | { readonly kind: "peak"; readonly dbfs: number }
  /** That of one channel, from 1; it precedes that of all. */
  | {
    readonly kind: "channel_peak";
    readonly channel: number;
    readonly dbfs: number;
  };

const PEAK = "lavfi.astats.";

/** A report of one kind. */
export type ReportOf<K extends Report["kind"]> = Extract<Report, { kind: K }>;

/**
 * Reads a line.
 *
 * @returns the report, or `null` when it is irrelevant or malformed.
 */
export function parseReport(line: string): Report | null {
  if (line.startsWith("frame:")) {
    // `pts_time` has only six digits.
    const [, frame, clock] = /^frame:(\d{1,15}) +pts:(-?\d{1,18}) /
      .exec(line) ?? [];
    if (frame === undefined) return null;
    return { kind: "frame", frame: Number(frame), clock: Number(clock) };
  }
  if (line.startsWith(PEAK)) return parsePeak(line.slice(PEAK.length));
  const progress = /^out_time_us=(\d{1,16})$/.exec(line);
  if (progress !== null) {
    return { kind: "progress", captured: Number(progress[1]) / 1e6 };
  }
  const segment = /^([^,/\\]+\.part),(\d{1,12}\.\d+),(\d{1,12}\.\d+)$/
    .exec(line);
  const [, file, start, end] = segment ?? [];
  if (file === undefined || Number(end) < Number(start)) return null;
  return { kind: "segment", file, start: Number(start), end: Number(end) };
}

function parsePeak(text: string): Report | null {
  const [, channel = "", level = ""] =
    /^(\d{1,3}|Overall)\.Peak_level=(-inf|-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (level === "") return null;
  const dbfs = level === "-inf" ? -Infinity : Number(level);
  return channel === "Overall"
    ? { kind: "peak", dbfs }
    : { kind: "channel_peak", channel: Number(channel), dbfs };
}
