/**
 * Finds every gap in a session's audio, names its cause, and reports it as soon
 * as its end is known.
 *
 * @module
 */

import type { CauseWord, Seconds, Sink } from "../../events.ts";
import type { Clock, MonotonicMs } from "../../platform/clock.ts";
import type { WallClock } from "./wall_clock.ts";

/** Time that a session may take to start; only a longer wait is a gap. */
const START_ALLOWANCE_MS = 1_000;

/** A time without audio: since when, and why. */
interface Outage {
  readonly since: MonotonicMs;
  cause: CauseWord;
}

/** Options of {@linkcode GapTracker}. */
export interface GapTrackerOptions {
  /** Takes gaps. */
  readonly sink: Sink;
  /** The clock. */
  readonly clock: Clock;
  /** Converts moments to wall-clock time. */
  readonly wall: WallClock;
  /** When the session began. */
  readonly startedAt: MonotonicMs;
}

/** Follows the audio of a session through its runs. */
export class GapTracker {
  readonly #options: GapTrackerOptions;
  #outage: Outage | null;
  #isFirst = true;

  /** The timeline of a session without audio so far. */
  constructor(options: GapTrackerOptions) {
    this.#options = options;
    this.#outage = {
      since: options.startedAt,
      cause: "slow_start",
    };
  }

  /**
   * The first sample of a run was captured at `moment`; audio recovered late
   * from before ends at `recoveredEnd`.
   *
   * @param run Number of the run.
   * @returns when the run begins in the session: what repeats the audio before
   * it has no time of its own.
   */
  audioBegins(
    moment: MonotonicMs,
    recoveredEnd: MonotonicMs | null,
    run: number,
  ): MonotonicMs {
    const outage = this.#takeOutage(recoveredEnd);
    if (outage === null) return moment;
    const isStart = this.#isFirst && outage.cause === "slow_start";
    this.#isFirst = false;
    const begun = isStart && moment - outage.since < START_ALLOWANCE_MS ||
        this.#emit(outage, moment) || isStart
      ? moment
      : outage.since;
    if (begun !== moment) this.#reportOverlap((begun - moment) / 1000, run);
    this.#tell();
    return begun;
  }

  /**
   * The session continues one whose last sample was captured at `moment`: what
   * is missing since then is a gap, however short.
   */
  follows(moment: MonotonicMs): void {
    if (this.#outage === null || !this.#isFirst) return;
    const since = Math.max(moment, this.#outage.since);
    this.#outage = { since, cause: "rollover" };
    this.#isFirst = false;
    this.#tell();
  }

  /**
   * The last sample of a run was captured at `moment`, or `null` when it had
   * none.
   */
  audioEnds(moment: MonotonicMs | null, cause: CauseWord): void {
    if (this.#outage !== null) {
      // The cause of a gap is what ended the audio, not what delayed its
      // return. A stop before the first audio is not the cause of its absence.
      if (this.#outage.cause === "slow_start" && cause !== "slow_stop") {
        this.#outage.cause = cause;
        this.#tell();
      }
      return;
    }
    this.#outage = {
      since: moment ?? this.#options.clock.monotonic(),
      cause,
    };
    this.#tell();
  }

  /** Audio was lost while ffmpeg ran. */
  lost(moment: MonotonicMs, length: Seconds, cause: CauseWord): void {
    const { clock, sink, wall } = this.#options;
    const start = wall.at(moment);
    sink.emit({
      event: "gap",
      time: clock.now(),
      start,
      end: start + length * 1000,
      duration: length,
      cause,
    });
  }

  /** The machine slept at `moment`. */
  slept(moment: MonotonicMs, length: Seconds): void {
    // Without audio the sleep is part of a longer outage.
    if (this.#outage === null) this.lost(moment, length, "suspend");
  }

  /** Whether there is no audio now. */
  get isInOutage(): boolean {
    return this.#outage !== null;
  }

  /** Since when there is no audio, or `null`. */
  get outageSince(): MonotonicMs | null {
    return this.#outage?.since ?? null;
  }

  /**
   * The session ends, with or without audio up to its end; audio recovered late
   * ends at `recoveredEnd`.
   *
   * @param stoppedAt When ffmpeg, asked to stop, had ended, or `null` when none
   * ran: closing its chunks takes no audio.
   */
  finish(
    recoveredEnd: MonotonicMs | null,
    stoppedAt: MonotonicMs | null = null,
  ): void {
    const outage = this.#takeOutage(recoveredEnd);
    if (outage === null) return;
    // Stopping takes a moment, too, and may come while it starts.
    const { cause } = outage;
    const isExpected = cause === "slow_stop" || cause === "slow_start";
    const until = stoppedAt ?? this.#options.clock.monotonic();
    if (isExpected && until - outage.since < START_ALLOWANCE_MS) return;
    this.#emit(outage, until);
  }

  /** Shows whether audio is missing. Starting and stopping are no outages. */
  #tell(): void {
    const { clock, sink, wall } = this.#options;
    const open = this.#outage;
    const isExpected = open?.cause === "slow_start" ||
      open?.cause === "slow_stop";
    if (isExpected) return;
    const outage = open === null
      ? null
      : { since: wall.at(open.since), cause: open.cause };
    sink.observe?.({ kind: "outage", time: clock.now(), outage });
  }

  /** Reports that audio is back when no gap line does. */
  #reportOverlap(overlap: Seconds, run: number): void {
    const { clock, sink } = this.#options;
    sink.emit({
      event: "warning",
      time: clock.now(),
      code: "audio_overlap",
      message:
        "Audio resumed and overlaps the audio before it: nothing is missing",
      details: { run, overlap: `${overlap.toFixed(3)}s` },
    });
  }

  #takeOutage(recoveredEnd: MonotonicMs | null): Outage | null {
    const outage = this.#outage;
    this.#outage = null;
    if (outage === null || recoveredEnd === null) return outage;
    return { ...outage, since: Math.max(outage.since, recoveredEnd) };
  }

  /** Reports a gap, if audio is missing. */
  #emit(outage: Outage, end: MonotonicMs): boolean {
    const { clock, sink, wall } = this.#options;
    const { since, cause } = outage;
    const slept = wall.sleptBetween(since, end);
    const duration = (end - since) / 1000 + slept;
    if (duration <= 0) return false;
    sink.emit({
      event: "gap",
      time: clock.now(),
      start: wall.at(since),
      end: wall.at(end),
      duration,
      cause,
    });
    return true;
  }
}
