/**
 * A notification as the command gets it: JSON on its stdin, and variables.
 *
 * @module
 */

import { oneLine } from "../errors.ts";
import { isoMilliseconds } from "../log/format/timestamps.ts";
import type { Redact } from "../redact/redact.ts";
import { round } from "../sessions/totals.ts";
import type { TimeFormat } from "../times/shown.ts";
import type { Notice, NoticeName } from "./notice.ts";
import { severityOf, type Subject, wordsFor } from "./words.ts";

/** Where a recording is. */
export interface Place extends Subject {
  /** Name of the machine. */
  readonly machine: string;
  /** Folder of the session, or `null` without a session. */
  readonly folder: string | null;
  /** Path of its log, or `null`. */
  readonly log: string | null;
}

/** A notification. Keys are stable; `docs/json.md` describes them. */
export interface NotifyMessage {
  /** What happened. */
  readonly event: NoticeName;
  /** Whether it is a problem, the end of one, or neither. */
  readonly severity: "problem" | "resolved" | "info";
  /** When, ISO 8601 in UTC. */
  readonly time: string;
  /** A few words for a subject line. */
  readonly title: string;
  /** The same as a sentence. */
  readonly text: string;
  /** What to do, or `null`. */
  readonly advice: string | null;
  /** Name of the session. */
  readonly session_id: string;
  /** Its device, or `null`. */
  readonly device: string | null;
  /** Name of the machine. */
  readonly machine: string;
  /** Folder of the session, or `null`. */
  readonly folder: string | null;
  /** Path of its log, or `null`. */
  readonly log: string | null;
  /** Since when, or `null`. */
  readonly since: string | null;
  /** How long, in seconds, or `null`. */
  readonly duration: number | null;
  /** Why audio is missing, or `null`. */
  readonly cause: string | null;
  /** Why the session ended, or `null`. */
  readonly reason: string | null;
  /** Code of the warning, or `null`. */
  readonly code: string | null;
  /** Free bytes on the disk, or `null`. */
  readonly free_bytes: number | null;
  /** Share of the session that is audio, or `null`. */
  readonly coverage: number | null;
  /** The silent channels, from 1. */
  readonly silent_channel_list: readonly number[];
  /** What happened in the session, once it is over. */
  readonly summary_list: readonly string[];
}

/** Returns a notice as a message without secrets. */
export function messageFor(
  notice: Notice,
  where: Place,
  times: TimeFormat,
  redact: Redact,
): NotifyMessage {
  // The name of a device is recognized better alone than in a sentence.
  const device = where.device === null ? null : redact(where.device);
  const place = { ...where, device };
  const clean = (text: string) => oneLine(redact(text));
  const cleanOr = (text: string | null) => text === null ? null : clean(text);
  const { title, text, advice, summary } = wordsFor(notice, place, times);
  const name = place.device === null ? "" : ` (${place.device})`;
  return {
    event: notice.event,
    severity: severityOf(notice),
    time: isoMilliseconds(notice.time),
    title: clean(`echolog on ${place.machine}: ${title}${name}`),
    text: clean(text),
    advice: cleanOr(advice),
    session_id: clean(place.sessionId),
    device: cleanOr(place.device),
    machine: clean(place.machine),
    folder: cleanOr(place.folder),
    log: cleanOr(place.log),
    since: "since" in notice ? isoMilliseconds(notice.since) : null,
    duration: "duration" in notice ? round(notice.duration, 3) : null,
    cause: "cause" in notice ? clean(notice.cause) : null,
    reason: "stop" in notice ? clean(notice.stop.reason) : null,
    code: "code" in notice ? clean(notice.code) : null,
    free_bytes: "free" in notice ? notice.free : null,
    coverage: "stop" in notice && notice.stop.coverage !== null
      ? round(notice.stop.coverage, 2)
      : null,
    silent_channel_list: "channels" in notice ? notice.channels : [],
    summary_list: summary.map(clean),
  };
}

/** Keys whose variable has another name: `ECHOLOG_FOLDER` marks echolog's own ffmpeg. */
const VARIABLE_NAMES: Readonly<Record<string, string>> = {
  folder: "SESSION_FOLDER",
  silent_channel_list: "SILENT_CHANNELS",
  summary_list: "SUMMARY",
};

/** Returns a message as variables of the environment; unknown values are empty. */
export function variablesOf(message: NotifyMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(message).map(([key, value]) => [
      `ECHOLOG_${VARIABLE_NAMES[key] ?? key.toUpperCase()}`,
      Array.isArray(value)
        ? value.join(key === "summary_list" ? "\n" : ",")
        : String(value ?? "").replaceAll("\0", ""),
    ]),
  );
}
