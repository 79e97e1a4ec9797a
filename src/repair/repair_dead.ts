/**
 * Dead sessions in the registry: found and finished.
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
  /** Takes secrets out of a text. */
  readonly redact: Redact;
  /** Tells the time. */
  readonly clock: Clock;
  /** Told what cannot be done. */
  onError(line: string): void;
  /** Which of the dead sessions; all of them unless given. */
  wants?(session: ListedSession): boolean;
}

/** Finishes the sessions whose recorders died. One that cannot be finished is told of and left for the next time. */
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
        // Nothing is left to be finished, but its ffmpeg may still record.
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
