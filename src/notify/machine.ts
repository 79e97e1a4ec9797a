/**
 * Decides what is worth a notification: pure, from the events and telemetry of
 * a recording and the time.
 *
 * @module
 */

import type {
  EpochMs,
  Gap,
  Seconds,
  SessionEvent,
  SessionStop,
  SilenceKind,
  Telemetry,
} from "../events.ts";
import type { MonotonicMs } from "../platform/clock.ts";
import { Alarm, earlier, type Moment } from "./alarm.ts";
import { DiskNotices } from "./disk_notices.ts";
import type { Notice, SilenceCode } from "./notice.ts";
import { OutageWatch } from "./outage_watch.ts";

/** Settings of {@linkcode NotifyMachine}. */
export interface NotifyRules {
  /** How long audio must be missing for a notification. */
  readonly after: Seconds;
  /** Time between two heartbeats, or `null` for none. */
  readonly heartbeat: Seconds | null;
}

/** Sound that lasts this long ends a silence. */
const SOUND_MS = 10_000;
/** Trouble with the log is reported at most once in this time. */
const LOG_PAUSE_MS = 3_600_000;
/** Audio that came within this time makes a heartbeat. */
const PULSE_MS = 25_000;
/** Number of gaps in the summary of a session. */
const MAX_GAPS = 5;

const SILENCE_CODES: Readonly<Record<SilenceKind, SilenceCode>> = {
  zero: "digital_silence",
  level: "silence",
  channels: "channel_silence",
};

/** Follows a recording, and its next sessions after a rollover. */
export class NotifyMachine {
  readonly #rules: NotifyRules;
  readonly #outages: OutageWatch;
  readonly #silence = new Alarm({ after: 0, settle: SOUND_MS });
  readonly #disk = new DiskNotices();
  #silent = new Map<SilenceKind, readonly number[]>();
  #silenceFacts: Pick<
    Extract<Notice, { event: "silence" }>,
    "code" | "channels"
  > = { code: "silence", channels: [] };
  #phase: "new" | "open" | "continuing" | "over" = "new";
  #start: EpochMs = 0;
  #beatAt: MonotonicMs | null = null;
  #logTroubleAt: MonotonicMs = -Infinity;
  #gaps: Gap[] = [];

  /** A machine before its first session. */
  constructor(rules: NotifyRules) {
    this.#rules = rules;
    this.#outages = new OutageWatch(rules.after);
  }

  /** Takes an event. */
  event(event: SessionEvent, now: Moment): Notice[] {
    switch (event.event) {
      case "session_start":
        return this.#begin(event.start, now);
      case "gap":
        this.#keep(event);
        return this.#isOpen ? this.#outages.gap(event) : [];
      case "ffmpeg_stderr":
        this.#outages.said(event);
        return [];
      case "warning":
      case "error":
        return this.#isOpen ? this.#disk.problem(event, now.at) : [];
      case "session_stop":
        return this.#end(event, now);
      default:
        return [];
    }
  }

  /** Takes telemetry. */
  observe(telemetry: Telemetry, now: Moment): Notice[] {
    if (!this.#isOpen) return [];
    switch (telemetry.kind) {
      case "audio":
        this.#outages.audio(now);
        return [];
      case "outage":
        this.#disk.audio(telemetry.outage === null, now.at);
        this.#outages.outage(telemetry.outage, now);
        return this.due(now);
      case "silence":
        this.#takeSilence(telemetry, now);
        return this.due(now);
      case "disk":
        this.#disk.free(telemetry.free);
        return [];
      case "stopping":
        this.#outages.stopping();
        return [];
      default:
        return [];
    }
  }

  /** The log cannot be written. */
  logTrouble(problem: string, now: Moment): Notice[] {
    if (now.at < this.#logTroubleAt + LOG_PAUSE_MS) return [];
    this.#logTroubleAt = now.at;
    return [{ event: "log_trouble", time: now.time, problem }];
  }

  /** Returns what is to be reported now. */
  due(now: Moment): Notice[] {
    if (!this.#isOpen) return [];
    const notices = this.#outages.due(now);
    return [...notices, ...this.#dueSilence(now), ...this.#dueBeat(now)];
  }

  /** When {@linkcode due} may have something to report, or `null`. */
  get nextDue(): MonotonicMs | null {
    if (!this.#isOpen) return null;
    const times = [
      ...[this.#outages.nextDue, this.#silence.nextDue, this.#beatAt],
    ].filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  get #isOpen(): boolean {
    return this.#phase === "open";
  }

  #begin(start: EpochMs, now: Moment): Notice[] {
    const isContinued = this.#phase === "continuing";
    this.#phase = "open";
    this.#gaps = [];
    this.#outages.start(start, now);
    if (isContinued) return this.due(now);
    this.#start = start;
    const { heartbeat } = this.#rules;
    this.#beatAt = heartbeat === null ? null : now.at + heartbeat * 1000;
    return [{ event: "started", time: now.time }, ...this.due(now)];
  }

  #end(stop: SessionStop, now: Moment): Notice[] {
    if (!this.#isOpen) return [];
    // The recording continues in another session.
    if (stop.reason === "rollover") {
      this.#phase = "continuing";
      return [];
    }
    const left = [
      ...this.#outages.finish(now),
      ...this.#soundNotices(this.#silence.finish(), now),
    ];
    this.#phase = "over";
    const gaps = this.#gaps;
    return [...left, { event: "ended", time: now.time, stop, gaps }];
  }

  /** Keeps the longest gaps, in their order. */
  #keep(gap: Gap): void {
    this.#gaps.push(gap);
    if (this.#gaps.length <= MAX_GAPS) return;
    const shortest = Math.min(...this.#gaps.map(({ duration }) => duration));
    const at = this.#gaps.findIndex(({ duration }) => duration === shortest);
    this.#gaps.splice(at, 1);
  }

  #takeSilence(
    { what, time, since, until = time, channels = [] }: Extract<
      Telemetry,
      { kind: "silence" }
    >,
    now: Moment,
  ): void {
    if (since === null) this.#silent.delete(what);
    else this.#silent.set(what, channels);
    if (this.#silent.size === 0) {
      this.#silence.end(earlier(now, time - until));
      return;
    }
    if (since === null) return;
    if (this.#silence.isCalm) {
      this.#silenceFacts = { code: SILENCE_CODES[what], channels };
    }
    this.#silence.begin(earlier(now, time - since));
  }

  #dueSilence(now: Moment): Notice[] {
    return this.#soundNotices(this.#silence.due(now.at), now);
  }

  #soundNotices(
    report: ReturnType<Alarm["due"]>,
    { time }: Moment,
  ): Notice[] {
    if (report === null) return [];
    const { since } = report;
    const facts = { time, since, ...this.#silenceFacts };
    return report.kind === "begun"
      ? [{ event: "silence", ...facts }]
      : [{ event: "sound", duration: report.duration, ...facts }];
  }

  #dueBeat(now: Moment): Notice[] {
    const { heartbeat } = this.#rules;
    if (this.#beatAt === null || heartbeat === null || now.at < this.#beatAt) {
      return [];
    }
    // After a sleep of the machine there is one, not one for each interval.
    while (this.#beatAt <= now.at) this.#beatAt += heartbeat * 1000;
    const last = this.#outages.lastAudioAt;
    const isAlive = last !== null && now.at - last < PULSE_MS &&
      !this.#outages.isMissing;
    return isAlive
      ? [{ event: "heartbeat", time: now.time, since: this.#start }]
      : [];
  }
}
