/**
 * Measures of many sessions: whether their logs are complete, how large, and
 * whether they say why audio is missing.
 *
 * @module
 */

import type { CauseWord, Seconds } from "../events.ts";
import { coverageOf } from "../sessions/coverage.ts";
import type { History } from "./history.ts";

/** A session, as far as the measures need it. */
export interface Measured {
  /** Its log, or `null` when that is missing or cannot be read. */
  readonly history: History | null;
  /** Whether it is being recorded. */
  readonly isActive: boolean;
  /** Size of its log with its rotated files, in bytes. */
  readonly logBytes: number;
  /** Length of its audio. */
  readonly audio: Seconds;
  /** Size of its chunks in bytes. */
  readonly bytes: number;
}

/** Gaps of one cause. */
export interface GapSum {
  /** The cause, as the log has it. */
  readonly cause: string;
  /** Number of gaps. */
  readonly gaps: number;
  /** Their length. */
  readonly length: Seconds;
}

/** What the sessions add up to. */
export interface Measures {
  /** Number of sessions. */
  readonly sessions: number;
  /** How many have a log with all metadata, every line, and an end unless they are active. */
  readonly complete: number;
  /** Length of their audio. */
  readonly audio: Seconds;
  /** Size of their chunks in bytes. */
  readonly bytes: number;
  /** Size of their logs for each hour of audio, in bytes; `null` without audio. */
  readonly logBytesPerHour: number | null;
  /** Audio divided by audio and gaps, in per cent; `null` without both. */
  readonly coverage: number | null;
  /** Their gaps by cause, the longest first. */
  readonly causes: readonly GapSum[];
  /** Number of gaps that a failure caused: not those at a start, a stop or a rollover. */
  readonly failures: number;
  /** How many of those have a cause that says more than that ffmpeg ended. */
  readonly explained: number;
}

/** Causes of gaps that are no failure. */
const EXPECTED: ReadonlySet<CauseWord> = new Set<CauseWord>([
  "slow_start",
  "slow_stop",
  "rollover",
]);

/** Adds sessions up. */
export function measure(sessions: readonly Measured[]): Measures {
  const sum = (of: (one: Measured) => number) =>
    sessions.reduce((total, one) => total + of(one), 0);
  const audio = sum((one) => one.audio);
  const gaps = sessions.flatMap(({ history }) =>
    (history?.gaps ?? []).map(({ gap }) => gap)
  );
  const causes = new Map<string, GapSum>();
  for (const { cause, duration } of gaps) {
    const known = causes.get(cause) ?? { cause, gaps: 0, length: 0 };
    causes.set(cause, {
      cause,
      gaps: known.gaps + 1,
      length: known.length + duration,
    });
  }
  const failures = gaps.filter(({ cause }) => !EXPECTED.has(cause));
  const missing = gaps.reduce((total, { duration }) => total + duration, 0);
  return {
    sessions: sessions.length,
    complete: sessions.filter(isComplete).length,
    audio,
    bytes: sum((one) => one.bytes),
    logBytesPerHour: audio > 0
      ? sum((one) => one.logBytes) / (audio / 3_600)
      : null,
    coverage: coverageOf({
      audio,
      overlap: sum(({ history }) => overlapOf(history)),
      gaps: gaps.length,
      gapTotal: missing,
    }),
    causes: [...causes.values()].sort((one, other) =>
      other.length - one.length || one.cause.localeCompare(other.cause)
    ),
    failures: failures.length,
    explained: failures.filter(({ cause }) => cause !== "ffmpeg_exited").length,
  };
}

/** Returns how much audio a log reports as recorded twice. */
function overlapOf(history: History | null): Seconds {
  return (history?.notes ?? [])
    .reduce((total, { overlap }) => total + overlap, 0);
}

/** Whether a log has all metadata, all of its lines, and its end. */
function isComplete({ history, isActive }: Measured): boolean {
  if (history === null) return false;
  const { start, stop, faults } = history;
  const hasMetadata = start !== null &&
    [start.session_id, start.device, start.format, start.output_dir]
      .every((text) => text !== "") &&
    [start.start, start.sample_rate, start.channels, start.segment_duration]
      .every((number) => Number.isFinite(number) && number > 0);
  const isWhole = faults.unreadable === 0 && faults.lost === 0 &&
    !faults.isMixed && (stop?.log_lines_dropped ?? 0) === 0;
  return hasMetadata && isWhole && (isActive || stop !== null);
}
