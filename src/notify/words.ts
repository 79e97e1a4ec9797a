/**
 * Puts notices into words.
 *
 * @module
 */

import { type SourceKind, sourceKind } from "../audio/device.ts";
import type { EpochMs, Gap, SessionStop } from "../events.ts";
import { FOUND_BY_ECHOLOG } from "../review/explain/gaps.ts";
import { adviceOnCode, meaningOfCause } from "../review/explain/glossary.ts";
import { keyLine } from "../review/explain/key_line.ts";
import { meaningOfReason } from "../review/explain/reasons.ts";
import {
  formatBytes,
  formatDuration,
  formatPercent,
  pluralize,
} from "../terminal/units.ts";
import type { TimeFormat } from "../times/shown.ts";
import { FAILED } from "../log/format/levels.ts";
import type { Notice, OutageFacts } from "./notice.ts";

/** A notice in words. */
export interface Words {
  /** A few words for a subject line. */
  readonly title: string;
  /** A sentence without its period. */
  readonly text: string;
  /** What to do, or `null`. */
  readonly advice: string | null;
  /** What happened in the session; empty unless it is over. */
  readonly summary: readonly string[];
}

/** The session that notices are about. */
export interface Subject {
  /** Name of the session. */
  readonly sessionId: string;
  /** Its device, or `null` when it is unknown. */
  readonly device: string | null;
}

/** Whether a notice is about a problem, its end, or neither. */
export function severityOf(notice: Notice): "problem" | "resolved" | "info" {
  switch (notice.event) {
    case "outage":
    case "silence":
    case "disk_low":
    case "disk_full":
    case "log_trouble":
    case "crashed":
      return "problem";
    case "recovered":
    case "sound":
      return "resolved";
    case "ended": {
      const { exit_code, reason } = notice.stop;
      return exit_code !== 0 || FAILED.has(reason) ? "problem" : "info";
    }
    case "started":
    case "heartbeat":
    case "test":
      return "info";
  }
}

/** Returns a notice in words. */
export function wordsFor(
  notice: Notice,
  subject: Subject,
  times: TimeFormat,
): Words {
  const { device } = subject;
  const kind = device === null ? null : sourceKind(device);
  const at = (time: EpochMs) =>
    `${
      times.isSameDay(time, notice.time)
        ? times.time(time)
        : times.dateTime(time)
    } ${times.zoneName}`;
  const words = (
    title: string,
    text: string,
    advice: string | null = null,
  ): Words => ({ title, text, advice, summary: [] });
  switch (notice.event) {
    case "started":
      return words(
        "recording started",
        `Recording started: ${nameOf(subject)}`,
      );
    case "outage": {
      const { text, advice } = meaningOf(notice, kind);
      const length = formatDuration(Math.floor(notice.duration));
      return words(
        "no audio",
        `No audio for ${length}, since ${at(notice.since)}: ${text}`,
        advice,
      );
    }
    case "recovered": {
      const length = formatDuration(notice.duration);
      const { text } = meaningOf(notice, kind);
      return words(
        "audio is back",
        `Audio is back; it was missing for ${length}, since ${
          at(notice.since)
        }: ${text}`,
      );
    }
    case "silence":
      return words(
        "silence",
        `${silenceText(notice)} since ${at(notice.since)}`,
        notice.code === "channel_silence"
          ? "check the cable and the plug of that channel"
          : adviceOnCode("digital_silence", kind),
      );
    case "sound":
      return words(
        "sound is back",
        `Sound is back after ${formatDuration(Math.round(notice.duration))}`,
      );
    case "disk_low": {
      const { free, left } = notice;
      const room = free === null ? "Little space" : formatBytes(free);
      const lasts = left === null ? "" : `, enough for ${formatDuration(left)}`;
      return words(
        "disk nearly full",
        `${room} left on the disk${lasts}`,
        adviceOnCode("disk_low", kind),
      );
    }
    case "disk_full": {
      const { text, advice } = meaningOfCause(notice.code, kind);
      return words(
        notice.code === "disk_full" ? "disk full" : "disk trouble",
        `Recording is interrupted: ${text}`,
        advice,
      );
    }
    case "log_trouble":
      return words("log cannot be written", notice.problem, "check the disk");
    case "ended":
    case "crashed":
      return endWords(notice, subject, times, kind);
    case "heartbeat":
      return words(
        "recording",
        `Recording since ${at(notice.since)}: ${nameOf(subject)}`,
      );
    case "test":
      return words("test", "This is a test by echolog doctor --notify");
  }
}

/** Returns why audio is missing, by ffmpeg's message where it is a known one. */
function meaningOf(
  { cause, said }: OutageFacts,
  kind: SourceKind | null,
): { text: string; advice: string | null } {
  const { text, advice } = meaningOfCause(cause, kind);
  if (FOUND_BY_ECHOLOG.has(cause)) return { text, advice };
  const { message } = keyLine({ said }, kind);
  return {
    text: message?.meaning ?? text,
    advice: message?.advice ?? advice,
  };
}

function nameOf({ sessionId, device }: Subject): string {
  return device === null ? sessionId : `${device}, session ${sessionId}`;
}

function silenceText(
  { code, channels }: Extract<Notice, { event: "silence" }>,
): string {
  switch (code) {
    case "digital_silence":
      return "Digital silence: every sample has been zero";
    case "silence":
      return "Silence: the sound has been below recording.silence_dbfs";
    case "channel_silence":
      return `Silence on channel ${
        channels.join(" and ")
      }, while others have sound,`;
  }
}

function endWords(
  { event, stop, gaps }: Extract<Notice, { event: "ended" | "crashed" }>,
  subject: Subject,
  times: TimeFormat,
  kind: SourceKind | null,
): Words {
  const { text, advice } = meaningOfReason(stop.reason);
  return {
    title: event === "crashed" ? "recorder died" : "recording ended",
    text,
    advice,
    summary: summaryOf(stop, gaps, subject, times, kind),
  };
}

/** Returns what happened in a session, as `explain` puts it. */
function summaryOf(
  stop: SessionStop,
  gaps: readonly Gap[],
  { sessionId }: Subject,
  times: TimeFormat,
  kind: SourceKind | null,
): string[] {
  const { audio, wall, coverage, chunks, gap_total } = stop;
  const head = audio === 0 && chunks === 0
    ? `${sessionId} recorded nothing in ${formatDuration(wall)}`
    : `${sessionId} was recorded: ${formatDuration(audio)} of audio in ${
      formatDuration(wall)
    } (${formatPercent(coverage)}), ${pluralize(chunks, "chunk")}`;
  if (stop.gaps === 0) return [head, "No audio is missing."];
  const shown = gaps.map(({ start, end, duration, cause }) =>
    `${times.dateTime(start)} – ${times.after(start, end)}, ${
      formatDuration(duration)
    }: ${meaningOfCause(cause, kind).text}`
  );
  const missing = `Audio is missing in ${pluralize(stop.gaps, "place")}, ${
    formatDuration(gap_total)
  } in all`;
  return [
    head,
    shown.length === 0
      ? `${missing}.`
      : shown.length < stop.gaps
      ? `${missing}; the longest (times in ${times.zoneName}):`
      : `${missing} (times in ${times.zoneName}):`,
    ...shown,
  ];
}
