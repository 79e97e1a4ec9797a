/**
 * Finds and repairs dead sessions in the registry.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import type { Clock } from "../platform/clock.ts";
import { exists } from "../platform/fs.ts";
import type { Redact } from "../redact/redact.ts";
import {
  type RepairReport,
  repairSession,
  stopOrphans,
} from "./repair_session.ts";
import {
  isAlive,
  isThisBoot,
  type ListedSession,
  listSessions,
  removeEntry,
} from "../sessions/registry.ts";

/** Options of {@linkcode repairDead}. */
export interface RepairDeadOptions {
  /** Removes secrets from a text. */
  readonly redact: Redact;
  /** The clock. */
  readonly clock: Clock;
  /** Takes a line about each thing that cannot be done. */
  onError(line: string): void;
  /** Whether to repair a dead session; all of them unless given. */
  wants?(session: ListedSession): boolean;
}

/**
 * Repairs the sessions of dead recorders. A session that cannot be repaired is
 * reported and left for the next time.
 */
export async function repairDead(
  stateFolder: string,
  options: RepairDeadOptions,
): Promise<RepairReport[]> {
  const { onError, wants = () => true } = options;
  const reports: RepairReport[] = [];
  for (const session of listSessions(stateFolder)) {
    if (isAlive(session) || !wants(session)) continue;
    try {
      const reason = isThisBoot(session) ? "crashed" : "rebooted";
      const { folder, session_id: sessionId } = session;
      const repair = { ...options, folder, reason } as const;
      if (exists(folder)) reports.push(await repairSession(repair));
      else {
        // The session is complete, but its ffmpeg may still record.
        const { length: orphans } = await stopOrphans(repair);
        const nothing = { recovered: 0, wasNeeded: false };
        reports.push({ sessionId, folder, orphans, ...nothing });
      }
      removeEntry(session.entry);
    } catch (error) {
      onError(
        `Cannot repair session ${session.session_id}: ${messageOf(error)}`,
      );
    }
  }
  return reports;
}
