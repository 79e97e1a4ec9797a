/**
 * What the page's script is given: times, places and labels, in few bytes.
 *
 * @module
 */

import { oneLine } from "../../errors.ts";
import type { EpochMs } from "../../events.ts";
import type { PageData } from "../data/page.ts";
import { offsetsOf } from "../drawing/axis.ts";
import { LOWEST_DB } from "../drawing/level_paths.ts";
import { PICTURE_HEIGHT, ROWS } from "../drawing/picture.ts";
import { NO_AUDIO } from "../levels/columns.ts";
import { base64, type LevelCodes } from "../levels/decibels.ts";
import { markLabel, warningLabel } from "../markup/words.ts";

/**
 * Returns the script's data; times are milliseconds since the session's start.
 * Texts come without control characters: the script shows them as they are.
 */
export async function scriptData(
  data: PageData,
): Promise<Record<string, unknown>> {
  const { explanation, parts, gaps, marks, warnings, excerpt } = data;
  const { whole, times } = explanation;
  const since = (time: EpochMs) => Math.round(time - whole.start);
  const { levels } = data.measured;
  return {
    start: whole.start,
    length: Math.max(1, whole.end - whole.start),
    zone: times.zoneName,
    offsets: offsetsOf(whole, times.zone)
      .map(([from, offset]) => [since(from), offset]),
    parts: {
      start: deltas(parts.map(({ span }) => since(span.start))),
      length: packed(
        parts.map(({ span }) => Math.round(span.end - span.start)),
      ),
      chunk: deltas(parts.map(({ chunk }) => chunk)),
      at: packed(parts.map(({ at }) => Math.round(at * 1000))),
    },
    gaps: gaps.map(({ gap, span }) => [
      since(span.start),
      since(span.end),
      oneLine(`${gap.meaning} (${gap.cause})`),
    ]),
    warnings: warnings.map((line) => [
      since(line.time ?? whole.start),
      oneLine(warningLabel(line, times)),
    ]),
    marks: marks.map(({ mark }, index) => [
      since(mark.time),
      Math.round(mark.length * 1000),
      markLabel(data, index),
    ]),
    lines: {
      number: deltas(excerpt.lines.map(({ number }) => number)),
      // Seconds, of lines that cannot be read those of the line before.
      time: deltas(
        timesOf(
          excerpt.lines.map(({ time }) =>
            time === null ? null : Math.round(since(time) / 1000)
          ),
        ),
      ),
    },
    levels: levels === null ? null : {
      step: levels.step,
      none: NO_AUDIO,
      // Deflated: the codes of the peaks, the means and the lows.
      codes: await deflated([levels.peaks, levels.means, levels.lows]),
    },
    picture: { height: PICTURE_HEIGHT, lowest: LOWEST_DB, ...ROWS },
  };
}

/** Returns numbers by how much each is more than the one before. */
function deltas(numbers: readonly number[]): number[] {
  return packed(
    numbers.map((number, at) => number - (numbers[at - 1] ?? 0)),
  );
}

/** Returns numbers in pairs: how many of the same follow each other. */
function packed(numbers: readonly number[]): number[] {
  const pairs: number[] = [];
  let count = 0;
  for (const [at, number] of numbers.entries()) {
    count++;
    if (numbers[at + 1] === number) continue;
    pairs.push(count, number);
    count = 0;
  }
  return pairs;
}

/** Returns codes in one, compressed, as base64. */
async function deflated(parts: readonly LevelCodes[]): Promise<string> {
  const stream = new Blob([...parts]).stream()
    .pipeThrough(new CompressionStream("deflate-raw"));
  return base64(new Uint8Array(await new Response(stream).arrayBuffer()));
}

function timesOf(times: readonly (number | null)[]): number[] {
  let last = 0;
  return times.map((time) => {
    last = time ?? last;
    return last;
  });
}
