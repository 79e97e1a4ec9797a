/**
 * Time in which nothing was recorded because the session before had failed.
 *
 * @module
 */

import type { EpochMs, Seconds } from "../events.ts";
import { FAILED } from "../log/format/levels.ts";
import type { KnownSession } from "../sessions/catalog.ts";
import { summarize } from "../sessions/list_entry.ts";

/** Time before a session in which nothing was recorded. */
export interface Unrecorded {
  /** The session that had failed. */
  readonly session_id: string;
  /** When that session ended, as far as is known. */
  readonly since: EpochMs;
  /** From then to the start of the session. */
  readonly duration: Seconds;
}

/** Less is the restart of a recorder. */
const LEAST: Seconds = 1;

/**
 * Returns the time before a session, or `null` when the session before it on the
 * same device ended as it was meant to, or there was none.
 *
 * @param known Sessions of its output folder, itself included.
 */
export async function unrecordedBefore(
  session: KnownSession,
  known: readonly KnownSession[],
): Promise<Unrecorded | null> {
  const device = session.state?.device ?? null;
  const [former] = known
    .filter(({ start, state, folder }) =>
      start < session.start && folder !== session.folder &&
      device !== null && state?.device === device
    )
    .toSorted((one, other) => other.start - one.start);
  if (former === undefined) return null;
  const { state, reason, start, wall } = await summarize(former);
  const hasFailed = state === "crashed" || FAILED.has(reason ?? "");
  if (!hasFailed || wall === null) return null;
  const audio = Date.parse(former.state?.last_audio ?? "") || 0;
  const since = Math.max(Date.parse(start) + wall * 1000, audio);
  const duration = (session.start - since) / 1000;
  return duration < LEAST
    ? null
    : { session_id: former.session_id, since, duration };
}
