/**
 * Whether audio is missing, from the events and telemetry of a session.
 *
 * @module
 */

import type { EpochMs, FfmpegStderr, Gap, Outage, Seconds } from "../events.ts";
import type { MonotonicMs } from "../platform/clock.ts";
import { Alarm, earlier, type Moment } from "./alarm.ts";
import type { Notice } from "./notice.ts";

/** Audio that lasts this long ends an outage; less is part of it. */
const SETTLE_MS = 10_000;
/** A source that sends bursts may pause this long. */
const PAUSE_MS = 20_000;
/** Lines of ffmpeg that are kept: the first ones say why. */
const MAX_LINES = 50;

/** Follows the audio of a recording, through its sessions. */
export class OutageWatch {
  readonly #afterMs: number;
  readonly #alarm: Alarm;
  #cause = "slow_start";
  #lastAudio: Moment | null = null;
  /** Gaps of the open outage. */
  #gaps: Gap[] = [];
  /** What ffmpeg has said since the last audio. */
  #said: FfmpegStderr[] = [];
  /** Gaps that begin before it were reported. */
  #reportedUntil: EpochMs = -Infinity;
  #isStopping = false;
  /** Whether the first audio is awaited, and why it is late is not known. */
  #isStarting = false;
  /** Whether the recorder itself says that audio is missing. */
  #isKnown = false;

  /** A watch for outages of this length and more. */
  constructor(after: Seconds) {
    this.#afterMs = after * 1000;
    const settle = Math.min(SETTLE_MS, this.#afterMs);
    this.#alarm = new Alarm({ after: this.#afterMs, settle });
  }

  /** Whether audio is missing now. */
  get isMissing(): boolean {
    return this.#alarm.isPresent;
  }

  /** When the last audio came, or `null`. */
  get lastAudioAt(): MonotonicMs | null {
    return this.#lastAudio?.at ?? null;
  }

  /** A session begins: there is no audio yet. */
  start(since: EpochMs, now: Moment): void {
    this.#isStopping = false;
    this.#isKnown = true;
    this.#isStarting = this.#alarm.isCalm;
    if (this.#alarm.isCalm) this.#cause = "slow_start";
    this.#alarm.begin(earlier(now, now.time - since));
    this.#lastAudio = null;
  }

  /** The session ends: audio that is missing from now on is not an outage. */
  stopping(): void {
    this.#isStopping = true;
  }

  /** ffmpeg printed a line. */
  said(line: FfmpegStderr): void {
    if (this.#said.length < MAX_LINES) this.#said.push(line);
  }

  /** Audio came. */
  audio(now: Moment): void {
    this.#lastAudio = now;
    if (!this.#isKnown && this.#alarm.isCalm) this.#said = [];
    // The recorder reports the start of a stream seconds later.
    if (!this.#isKnown || this.#isStarting) this.#end(now);
  }

  /** The recorder reports that audio is missing, or is back. */
  outage(outage: Outage | null, now: Moment): void {
    this.#isKnown = outage !== null;
    if (outage === null) {
      this.#end(now);
      this.#lastAudio = now;
      return;
    }
    if (this.#isStopping && this.#alarm.isCalm) return;
    if (this.#alarm.isCalm || this.#isStarting) this.#cause = outage.cause;
    this.#isStarting = false;
    // A clock that was set must not make it older than the last audio.
    const length = this.#lastAudio === null
      ? Infinity
      : now.at - this.#lastAudio.at + SETTLE_MS;
    this.#alarm.begin(earlier(now, Math.min(length, now.time - outage.since)));
  }

  #end(now: Moment): void {
    // A start is not an outage that could come back.
    if (this.#isStarting && !this.#alarm.isReported) this.#alarm.reset();
    else this.#alarm.end(now);
    this.#isStarting = false;
  }

  /** Takes a gap; returns notices of one that was noticed after it had ended. */
  gap(gap: Gap): Notice[] {
    if (!this.#alarm.isCalm) {
      this.#gaps.push(gap);
      return [];
    }
    const { start, duration, cause, time } = gap;
    if (start < this.#reportedUntil) return [];
    if (duration * 1000 < this.#afterMs) return [];
    this.#reportedUntil = gap.end;
    const facts = {
      time,
      since: start,
      duration,
      cause,
      said: [...this.#said],
    };
    return [{ event: "outage", ...facts }, { event: "recovered", ...facts }];
  }

  /** Returns what is to be reported now. */
  due(now: Moment): Notice[] {
    this.#findStall(now);
    const report = this.#alarm.due(now.at);
    if (report?.kind !== "begun") return this.#ended(report, now);
    const { since } = report;
    const duration = Math.max(0, now.time - since) / 1000;
    // Its length by a clock that was set would be wrong.
    const length = Math.max(duration, this.#afterMs / 1000);
    return [{
      event: "outage",
      time: now.time,
      since,
      duration: length,
      cause: this.#cause,
      said: [...this.#said],
    }];
  }

  /** The session is over: returns what is left to report. */
  finish(now: Moment): Notice[] {
    return this.#ended(this.#alarm.finish(), now);
  }

  /** When {@linkcode due} may have something to report, or `null`. */
  get nextDue(): MonotonicMs | null {
    return this.#alarm.nextDue ?? this.#stallAt;
  }

  /** When missing reports of audio become an outage; `null` while that is not watched. */
  get #stallAt(): MonotonicMs | null {
    if (this.#lastAudio === null || this.#isStopping) return null;
    if (!this.#alarm.isCalm) return null;
    return this.#lastAudio.at + Math.max(this.#afterMs, PAUSE_MS);
  }

  /** Reports of audio stopped, and the recorder has not decided yet why. */
  #findStall(now: Moment): void {
    const stallAt = this.#stallAt;
    if (stallAt === null || now.at < stallAt || this.#lastAudio === null) {
      return;
    }
    this.#cause = "stall";
    this.#alarm.begin(this.#lastAudio);
  }

  #ended(
    report: ReturnType<Alarm["finish"]>,
    now: Moment,
  ): Notice[] {
    if (this.#alarm.isCalm) {
      const gaps = this.#gaps.splice(0);
      if (report?.kind === "ended") return [this.#recovered(report, gaps, now)];
    }
    return [];
  }

  #recovered(
    { since, until, duration }: {
      since: EpochMs;
      until: EpochMs;
      duration: Seconds;
    },
    gaps: readonly Gap[],
    now: Moment,
  ): Notice {
    const [first] = gaps;
    const last = gaps.at(-1);
    this.#reportedUntil = last?.end ?? until;
    const facts = first === undefined || last === undefined
      ? { since, duration, cause: this.#cause }
      : {
        since: first.start,
        // A single gap knows its length whatever the clock did.
        duration: first === last
          ? first.duration
          : Math.max(0, last.end - first.start) / 1000,
        cause: first.cause,
      };
    return {
      ...{ event: "recovered", time: now.time, ...facts },
      said: [...this.#said],
    };
  }
}
