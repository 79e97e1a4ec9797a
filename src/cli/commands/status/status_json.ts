/**
 * Renders the status of a session as JSON.
 *
 * @module
 */

import type { SessionStatus } from "../../../sessions/status.ts";
import { round } from "../../../sessions/totals.ts";

/** Status of a session, with what is left of a dead recorder. */
export interface ShownStatus extends SessionStatus {
  /** Process ids of ffmpegs that still record though their recorder died. */
  readonly orphans?: readonly number[];
}

/**
 * Returns the status for programs. `docs/json.md` describes its keys. What its
 * `session.json` has, too, has the same names, and the newer value.
 */
export function statusAsJson(
  { details, orphans = [], ...status }: ShownStatus,
) {
  return {
    session_id: status.session_id,
    folder: status.folder,
    log: status.log,
    state: status.state,
    since: status.since,
    start: details?.start ?? null,
    ends_at: details?.ends_at ?? null,
    wall: status.wall,
    chunks: details?.chunks ?? null,
    writing: status.writing,
    audio: toMilliseconds(details?.audio),
    lost_audio: toMilliseconds(details?.lost_audio),
    deleted_until: status.deleted_until,
    bytes: details?.bytes ?? null,
    gaps: status.gaps,
    gap_total: status.gap_total,
    outage: status.outage,
    coverage: status.coverage,
    retries: details?.retries ?? null,
    last_audio: details?.last_audio ?? null,
    last_audio_ago: status.last_audio_ago,
    silent_since: details?.silent_since ?? null,
    quiet_since: details?.quiet_since ?? null,
    silent_channel_list: details?.silent_channel_list ?? [],
    device: details?.device ?? null,
    format: details?.format ?? null,
    sample_rate: details?.sample_rate ?? null,
    channels: details?.channels ?? null,
    free_bytes: status.free_bytes,
    free_time: status.free_time,
    machine: details?.machine ?? null,
    pid: status.pid,
    run: details?.run ?? null,
    ffmpeg_pid: details?.ffmpeg_pid ?? null,
    orphan_list: orphans,
  };
}

function toMilliseconds(length: number | undefined): number | null {
  return length === undefined ? null : round(length, 3);
}
