/**
 * `echolog status`: the sessions that are being recorded.
 *
 * @module
 */

import type { ParsedOptions } from "../cli/options.ts";
import { formatDuration } from "../config/values.ts";
import { EchologError, oneLine } from "../errors.ts";
import type { EpochMs } from "../events.ts";
import { stateFolder } from "../platform/host.ts";
import {
  isAlive,
  type ListedSession,
  listSessions,
} from "../session/registry.ts";
import { readState, type SessionState } from "../session/state.ts";

/** What is known of a session that is, or was, being recorded. */
export interface SessionStatus {
  /** Name of the session. */
  readonly session_id: string;
  /** What it is doing; `crashed` when its recorder died. */
  readonly state: "starting" | "recording" | "stopping" | "crashed";
  /** Seconds since it started, or `null` when its state cannot be read. */
  readonly elapsed: number | null;
  /** Path of its log. */
  readonly log: string;
  /** Folder of the session. */
  readonly folder: string;
  /** Process id of its recorder. */
  readonly pid: number;
  /** Its `session.json`, or `null` when that cannot be read. */
  readonly details: SessionState | null;
}

/** Prints the sessions that are being recorded; exit code 3 when there are none. */
export function status(options: ParsedOptions): Promise<number> {
  const folder = stateFolder();
  const sessions = folder === null ? [] : listSessions(folder);
  const now = Date.now();
  const found = sessions.map((session) => statusOf(session, now));
  if (options.switches.has("json")) {
    console.log(JSON.stringify(found, null, 2));
  } else if (found.length > 0) {
    console.log(found.map(renderStatus).join("\n\n"));
  } else {
    throw new EchologError("inactive", "Nothing is being recorded", {
      hint: "start with echolog record",
    });
  }
  return Promise.resolve(
    found.some(({ state }) => state !== "crashed") ? 0 : 3,
  );
}

function statusOf(session: ListedSession, now: EpochMs): SessionStatus {
  const details = readState(session.folder);
  const doing = details === null
    ? "starting"
    : details.state === "ended"
    ? "stopping"
    : details.state;
  return {
    session_id: session.session_id,
    state: isAlive(session) ? doing : "crashed",
    elapsed: details === null
      ? null
      : Math.max(0, Math.round((now - Date.parse(details.start)) / 1000)),
    log: session.log,
    folder: session.folder,
    pid: session.pid,
    details,
  };
}

/** The block of lines for one session. */
export function renderStatus(status: SessionStatus): string {
  const { details } = status;
  const lines = [
    `session: ${status.session_id}`,
    `state: ${status.state}`,
    ...(status.elapsed === null
      ? []
      : [`elapsed: ${formatDuration(status.elapsed)}`]),
    ...(details === null ? [] : [
      `device: ${details.device}`,
      `format: ${details.format}, ${details.sample_rate} Hz, ${details.channels} ch`,
      `chunks: ${details.chunks}`,
    ]),
    `log: ${status.log}`,
  ];
  return lines.map(oneLine).join("\n");
}
