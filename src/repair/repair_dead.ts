/**
 * Repairs the sessions of dead recorders.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import type { ProcessIdentity } from "../platform/identity.ts";
import { exists } from "../platform/fs.ts";
import {
  type RepairOptions,
  type RepairReport,
  repairSession,
  stopOrphans,
} from "./repair_session.ts";
import { wasRebooted } from "../sessions/liveness.ts";
import { type ListedSession, removeEntry } from "../sessions/registry.ts";
import { removeUnused } from "../sessions/folder.ts";

/** Options of {@linkcode repairDead}. */
export type RepairDeadOptions = Omit<RepairOptions, "folder" | "reason">;

/**
 * Repairs registered sessions whose recorders died. A session that cannot be
 * repaired is reported and left for the next time.
 */
export async function repairDead(
  sessions: readonly ListedSession[],
  options: RepairDeadOptions,
): Promise<RepairReport[]> {
  const { onError } = options;
  const reports: RepairReport[] = [];
  for (const session of sessions) {
    try {
      reports.push(await repairEntry(session, options));
      await removeEntry(session.entry);
    } catch (error) {
      onError(
        `Cannot repair session ${session.session_id}: ${messageOf(error)}`,
      );
    }
  }
  return reports;
}

async function repairEntry(
  session: ListedSession,
  options: RepairDeadOptions,
): Promise<RepairReport> {
  const { folder, session_id: sessionId } = session;
  const repair = { ...options, folder, reason: reasonOf(session) };
  const nothing = { sessionId, folder, recovered: 0, wasNeeded: false };
  // Its recorder was killed before it had anything to record into.
  if (session.has_folder === false || removeUnused(folder)) {
    removeUnused(folder);
    return { ...nothing, orphans: 0 };
  }
  if (exists(folder)) return await repairSession(repair);
  // The session is complete, but its ffmpeg may still record.
  const { length: orphans } = await stopOrphans(repair);
  return { ...nothing, orphans };
}

/** Returns why a dead recorder is gone. */
export function reasonOf(
  recorder: ProcessIdentity | null,
): RepairOptions["reason"] {
  return recorder !== null && wasRebooted(recorder) ? "rebooted" : "crashed";
}
