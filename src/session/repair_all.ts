/**
 * Dead sessions in the registry: found and finished.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import type { Redact } from "../log/kinds.ts";
import type { Clock } from "../platform/clock.ts";
import { exists } from "../platform/host.ts";
import {
  isAlive,
  isThisBoot,
  type ListedSession,
  listSessions,
  removeEntry,
} from "./registry.ts";
import { type RepairReport, repairSession } from "./repair.ts";

/** Options of {@linkcode repairDead}. */
export interface RepairDeadOptions {
  /** Takes secrets out of a text. */
  readonly redact: Redact;
  /** Tells the time. */
  readonly clock: Clock;
  /** Told what cannot be done. */
  onTrouble(line: string): void;
  /** Which of the dead sessions; all of them unless given. */
  wants?(session: ListedSession): boolean;
}

/** Finishes the sessions whose recorders died. One that cannot be finished is told of and left for the next time. */
export async function repairDead(
  stateFolder: string,
  options: RepairDeadOptions,
): Promise<RepairReport[]> {
  const { onTrouble, wants = () => true } = options;
  const reports: RepairReport[] = [];
  for (const session of listSessions(stateFolder)) {
    if (isAlive(session) || !wants(session)) continue;
    try {
      if (exists(session.folder)) {
        const reason = isThisBoot(session) ? "crashed" : "rebooted";
        const { folder } = session;
        reports.push(await repairSession({ ...options, folder, reason }));
      }
      removeEntry(session.entry);
    } catch (error) {
      onTrouble(
        `Cannot repair session ${session.session_id}: ${messageOf(error)}`,
      );
    }
  }
  return reports;
}
