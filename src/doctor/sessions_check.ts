/**
 * What the registry of sessions says: who has the device, and who died.
 *
 * @module
 */

import { EchologError } from "../errors.ts";
import { assertFree, deviceKey } from "../session/claim.ts";
import { isAlive, listSessions } from "../session/registry.ts";
import { type Check, ok, warning } from "./check.ts";

const NAME = "sessions";

/** Looks for sessions whose recorders died. */
export function checkSessions(stateFolder: string | null): Check {
  const sessions = stateFolder === null ? [] : listSessions(stateFolder);
  const dead = sessions.filter((session) => !isAlive(session));
  if (dead.length === 0) {
    const count = sessions.length === 0 ? "none is" : `${sessions.length}`;
    return ok(NAME, `${count} being recorded, none left unfinished`);
  }
  const names = dead.map(({ session_id }) => session_id).join(", ");
  return warning(
    NAME,
    `left unfinished by a recorder that died: ${names}`,
    "run echolog repair",
  );
}

/** What is said of the live session that records a device, or `null` when it is free. */
export async function holderOf(
  stateFolder: string | null,
  device: string,
): Promise<string | null> {
  if (stateFolder === null) return null;
  try {
    assertFree(stateFolder, await deviceKey(device));
    return null;
  } catch (error) {
    // A registry that cannot be read keeps nobody from recording.
    return error instanceof EchologError ? error.message : null;
  }
}
