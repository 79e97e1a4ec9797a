/**
 * Renders the gaps of an explanation.
 *
 * @module
 */

import type { EpochMs } from "../../../events.ts";
import { formatDuration, pluralize } from "../../../terminal/units.ts";
import type { ExplainedGap, Explanation } from "../explanation.ts";

/** Maximum number of gaps shown; of more, the longest are shown. */
export const MAX_GAPS = 20;

/** Returns whether audio is missing, and how often. */
export function gapsLine(report: Explanation): string {
  const { gapCount, gapTotal, ending, openSince, chunks } = report;
  const { quietLevel, gaps, isCounted } = report;
  if (quietLevel === "error" && !isCounted) {
    return "Nothing is known about gaps.";
  }
  const isRest = report.knownSince !== null && !isCounted;
  const missing = (text: string) =>
    isRest
      ? `In the rest, ${text}`
      : text.charAt(0).toUpperCase() + text.slice(1);
  if (gapCount === 0 && !report.hasGapFacts) {
    return "The lines that can be read report no gap.";
  }
  if (gapCount === 0) {
    const first = firstAudio(report);
    if (ending === null) {
      const { end, silentFor } = report;
      return missing(
        silentFor === null
          ? `no audio is missing so far${first}.`
          : `no audio is missing up to ${
            momentOf(report, end - silentFor * 1000)
          }${first}.`,
      );
    }
    if (openSince !== null && chunks === 0) {
      return "Nothing is known about gaps.";
    }
    if (openSince !== null) {
      return missing(
        `no audio is missing up to its last closed chunk${first}.`,
      );
    }
    if (ending.reason === "unfinished") {
      const last = report.spans.reduce(
        (last, { end }) => Math.max(last, end),
        -Infinity,
      );
      if (!report.hasAudioFacts || last === -Infinity) {
        return missing("the log reports no gap.");
      }
      const shift = report.end - report.whole.end;
      return missing(
        `no audio is missing up to ${momentOf(report, last + shift)}${first}.`,
      );
    }
    return missing(
      ending.isDeath
        ? `no audio is missing up to its end${first}; nothing was recorded after that.`
        : `no audio is missing${first}.`,
    );
  }
  return missing(
    `audio is missing in ${pluralize(gapCount, "place")}, ${
      formatDuration(gapTotal)
    } in all${report.hasGapFacts ? "" : " by the lines that can be read"}${
      isOpen(report) ? " up to the end of the log" : ""
    }${unreported(gapCount, gaps.length)}`,
  );
}

/**
 * Returns how many gaps have no line in the log, before the list of the others.
 */
function unreported(counted: number, lines: number): string {
  const all = counted === 1 ? "it" : "them";
  if (lines === 0) return `; the log has no line for ${all}.`;
  const unreported = counted - lines;
  return unreported <= 0
    ? ":"
    : `; the log has no line for ${unreported} of them:`;
}

/**
 * Returns the wait for the first audio. A short wait is not a gap, but not
 * audio either.
 */
function firstAudio({ whole, spans, knownSince }: Explanation): string {
  if (knownSince !== null) return "";
  const [first] = spans;
  const seconds = ((first?.start ?? 0) - whole.start) / 1000;
  return first === undefined || seconds < MIN_TOLD
    ? ""
    : `; the first audio was received ${
      formatDuration(seconds)
    } after the start`;
}

/**
 * Minimum seconds that are visible in the coverage of a recording of some
 * minutes.
 */
const MIN_TOLD = 0.1;

/** Whether audio was still missing when a log without the end of its session ends. */
function isOpen({ ending, gaps }: Explanation): boolean {
  return ending?.reason === "unfinished" && gaps.at(-1)?.isOver === false;
}

/** Returns the gaps to list. */
export function shownGaps(
  gaps: readonly ExplainedGap[],
): readonly ExplainedGap[] {
  if (gaps.length <= MAX_GAPS) return gaps;
  const longest = [...gaps].sort((one, other) => other.duration - one.duration)
    .slice(0, MAX_GAPS);
  return gaps.filter((gap) => longest.includes(gap));
}

/** Returns the line of a gap: when, how long, why. */
export function gapHead(report: Explanation, gap: ExplainedGap): string {
  const { times } = report;
  const from = times.isSameDay(gap.start, gap.end)
    ? momentOf(report, gap.start)
    : times.dateTime(gap.start);
  const until = times.after(gap.start, gap.end);
  const span = gap.duration < 1 ? from : `${from} – ${until}`;
  return `  ${span}, ${formatDuration(gap.duration)}${tries(report, gap)}`;
}

function tries(
  { isActive, ending }: Explanation,
  { retries, isOver }: ExplainedGap,
): string {
  if (!isOver && ending?.reason === "unfinished") {
    return `, not over when the log ends; ${
      pluralize(retries, "restart")
    } of ffmpeg until then`;
  }
  if (!isOver && isActive) {
    return `, not over yet; ${pluralize(retries, "restart")} of ffmpeg so far`;
  }
  if (!isOver) {
    return retries === 0
      ? ", up to the end"
      : `, up to the end; ${
        pluralize(retries, "restart")
      } of ffmpeg gave no new audio`;
  }
  return retries < 2 ? "" : `, back after ${retries} restarts of ffmpeg`;
}

/** Returns a time, with its day unless all of the session is on that day. */
export function momentOf(
  { start, end, times }: Explanation,
  time: EpochMs,
): string {
  return times.isSameDay(start, end) && times.isSameDay(start, time)
    ? times.time(time)
    : times.dateTime(time);
}
