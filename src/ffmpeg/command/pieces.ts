/**
 * How much audio is captured and encoded at once: what a kill may lose, against
 * what capturing costs.
 *
 * Measured with ffmpeg 5.1 beside plain `ffmpeg -f pulse … -f segment`, ffmpeg
 * alone: pieces of 20 ms take two to three times the processor time, and lose 60
 * to 87 ms when ffmpeg is killed; pieces of 100 ms take less than plain ffmpeg,
 * and lose 100 to 133 ms, as plain ffmpeg does.
 *
 * @module
 */

import { transportOf } from "../../audio/device.ts";
import type { RunSpec } from "./run_spec.ts";

/** The part of a run's specification that decides its pieces. */
export type PieceSpec = Pick<RunSpec, "device" | "inputArgs" | "latency">;

/** How audio is cut into pieces. */
export interface Pieces {
  /** Frames of the filters in a second. */
  readonly perSecond: number;
  /** A frame that comes this many seconds after the one before it ends a pause. */
  readonly pause: number;
  /** By how many seconds cuts at the clock are delayed, since audio comes late. */
  readonly delay: number;
}

const SHORT: Pieces = { perSecond: 50, pause: 0.15, delay: 0.02 };
const LONG: Pieces = { perSecond: 10, pause: 0.25, delay: 0.07 };

/**
 * Returns the pieces of a recording. Streams come in packets, pages or segments
 * of their own; short frames date them.
 */
export function piecesOf({ device, inputArgs, latency }: PieceSpec): Pieces {
  const isLong = latency !== "low" &&
    transportOf(device, inputArgs) === "local";
  return isLong ? LONG : SHORT;
}
