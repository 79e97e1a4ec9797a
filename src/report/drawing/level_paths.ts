/**
 * Levels as areas of SVG.
 *
 * @module
 */

import { decibelsOf, type LevelCodes } from "../levels/decibels.ts";
import { type LevelColumns, NO_AUDIO } from "../levels/columns.ts";

/** The lowest level in a picture, in dBFS. */
export const LOWEST_DB = -90;

/** The areas of a picture without a script. */
export interface LevelPaths {
  /** Number of columns: the width of the view box. */
  readonly width: number;
  readonly peaks: string;
  readonly means: string;
  readonly lows: string;
}

/** Columns of a picture that is not zoomed. */
const WIDTH = 1_200;
/** Height of the view box. */
export const HEIGHT = 90;

/** Returns the areas below the levels. */
export function levelPaths(levels: LevelColumns): LevelPaths {
  const count = levels.peaks.length;
  const width = Math.min(WIDTH, count);
  const group = (
    codes: LevelCodes,
    choose: (one: number, other: number) => number,
  ) =>
    Array.from({ length: width }, (_, at) => {
      const from = Math.floor(at * count / width);
      const to = Math.max(from + 1, Math.floor((at + 1) * count / width));
      let chosen: number | null = null;
      for (let index = from; index < to; index++) {
        const code = codes[index] ?? NO_AUDIO;
        if (code === NO_AUDIO) continue;
        chosen = chosen === null ? code : choose(chosen, code);
      }
      return chosen;
    });
  return {
    width,
    peaks: areaOf(group(levels.peaks, Math.max)),
    // The mean of logarithms is near enough for a picture.
    means: areaOf(group(levels.means, (one, other) => (one + other) / 2)),
    lows: areaOf(group(levels.lows, Math.min)),
  };
}

/** Returns an area as steps, one for each column with audio. */
function areaOf(codes: readonly (number | null)[]): string {
  let path = "";
  let last: number | null = null;
  for (const [at, code] of codes.entries()) {
    if (code === null) {
      if (last !== null) path += `V${HEIGHT}z`;
      last = null;
      continue;
    }
    const y = heightOf(code);
    if (last === null) path += `M${at} ${HEIGHT}V${y}`;
    else if (y !== last) path += `V${y}`;
    path += "h1";
    last = y;
  }
  return last === null ? path : `${path}V${HEIGHT}z`;
}

/** Returns the distance of a level from the top. */
function heightOf(code: number): number {
  const level = decibelsOf(Math.round(code)) ?? LOWEST_DB;
  const clamped = Math.min(0, Math.max(LOWEST_DB, level));
  return Math.round(clamped / LOWEST_DB * HEIGHT * 10) / 10;
}
