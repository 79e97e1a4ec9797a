/**
 * ffmpeg's stdout: reports of `-progress pipe:1` (`key=value` lines), the
 * segment muxer's list of closed chunks (`name,start,end`) and the peaks that
 * `ametadata` prints (`frame:… pts_time:…`, then the value), which share it.
 * A first peak comes with the first frame: since ffmpeg 7 progress is reported
 * only a second later.
 *
 * @module
 */

import type { Seconds } from "../events.ts";
import { PEAK_FRAMES } from "./args.ts";

/** What ffmpeg says on stdout. */
export type Report =
  /** So much audio has been written in this run. */
  | { readonly kind: "progress"; readonly captured: Seconds }
  /** A chunk is complete; times count from the start of the run. */
  | {
    readonly kind: "segment";
    readonly file: string;
    readonly start: Seconds;
    readonly end: Seconds;
  }
  /** There is a first frame of audio; the next peak is of no more than that. */
  | { readonly kind: "begun" }
  /** The next peak is that of the stretch which begins here. */
  | { readonly kind: "position"; readonly position: Seconds }
  /** Highest sample value of a stretch; `-Infinity` for digital zero. */
  | { readonly kind: "peak"; readonly dbfs: number };

const PEAK = "lavfi.astats.Overall.Peak_level=";

/**
 * Reads a line.
 *
 * @returns what it reports, or `null` when it is of no interest or makes no sense.
 */
export function parseReport(line: string): Report | null {
  if (line.startsWith("frame:")) {
    const match = /^frame:(\d{1,12}) .* pts_time:([\d.]+)$/.exec(line);
    const [frame, time] = match?.slice(1).map(Number) ?? [];
    if (frame === undefined || time === undefined) return null;
    if (frame === 0) return { kind: "begun" };
    // The time is that of the last frame.
    const position = time * (frame + 1 - PEAK_FRAMES) / frame;
    return { kind: "position", position };
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
  if (text === "-inf") return { kind: "peak", dbfs: -Infinity };
  if (!/^-?\d+(\.\d+)?$/.test(text)) return null;
  return { kind: "peak", dbfs: Number(text) };
}
