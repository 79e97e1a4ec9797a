/**
 * Chooses the active sessions that a command line names.
 *
 * @module
 */

import { chosenPlace } from "../../args/command_settings.ts";
import type { ParsedOptions } from "../../args/options.ts";
import { LATEST } from "../../../config/session_id.ts";
import { EchologError } from "../../../errors.ts";
import { freeBytes } from "../../../platform/free_space.ts";
import { stateFolder } from "../../../platform/host.ts";
import { deviceKey } from "../../../recorder/claim/device.ts";
import { findOrphans } from "../../../repair/orphans.ts";
import {
  fromRegistration,
  isIn,
  listActive,
} from "../../../sessions/catalog.ts";
import type { ListedSession } from "../../../sessions/registry.ts";
import { folderNamed, selectSessions } from "../../../sessions/select.ts";
import { statusOf } from "../../../sessions/status.ts";
import type { ShownStatus } from "./status_json.ts";

/** Which active sessions are wanted. */
export interface Choice {
  /** Their output folder, or `null` for any. */
  readonly place: string | null;
  /** One by its name, or `null`. */
  readonly name: string | null;
  /** Those of a device, or `null`. */
  readonly device: string | null;
}

/**
 * Returns what a command line names.
 *
 * @throws {EchologError} `usage`, when it names a session and a device.
 */
export function choiceOf(options: ParsedOptions): Choice {
  const [name = null] = options.operands;
  const device = options.values.get("device") ?? null;
  if (name !== null && device !== null) {
    throw new EchologError(
      "usage",
      `Cannot use ${name} together with --device ${device}`,
      { hint: "give one of them" },
    );
  }
  return { place: chosenPlace(options), name, device };
}

/**
 * Returns the status of the chosen sessions, the oldest first.
 *
 * @throws {EchologError} `usage`, when a name is that of several.
 */
export async function findStatus(choice: Choice): Promise<ShownStatus[]> {
  const chosen = await choose(choice);
  const sessions = await Promise.all(chosen.map(fromRegistration));
  return await Promise.all(sessions.map(async (session) => {
    const free = await freeBytes(session.folder);
    const status = statusOf(session, Date.now(), free);
    const isDead = status.state === "crashed";
    return { ...status, orphans: isDead ? findOrphans(session.folder) : [] };
  }));
}

async function choose(
  { place, name, device }: Choice,
): Promise<ListedSession[]> {
  const active = (await listActive(stateFolder()))
    .filter((session) => isIn(session, place));
  if (device !== null) {
    const key = await deviceKey(device);
    return active.filter((session) => session.device === key);
  }
  if (name === null || active.length === 0) return active;
  // One that has ended is not being recorded, which is not wrong usage.
  const folder = folderNamed(name);
  const isKnown = name === LATEST ||
    active.some((session) =>
      session.session_id.startsWith(name) || session.folder === folder
    );
  return isKnown ? selectSessions(active, name, { now: Date.now() }) : [];
}
