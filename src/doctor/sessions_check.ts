/**
 * Checks the registry of sessions: which one has the device, and which ones
 * died.
 *
 * @module
 */

import { deviceKey, holderOf } from "../recorder/claim/device.ts";
import { listSessions } from "../sessions/registry.ts";
import { readState } from "../sessions/state_file.ts";
import { sourceKind } from "../audio/device.ts";
import { meaningOfCause } from "../review/explain/glossary.ts";
import { type Check, ok, warning } from "./check.ts";

const NAME = "sessions";

/** Looks for sessions whose recorders died. */
export async function checkSessions(
  stateFolder: string | null,
): Promise<Check> {
  const sessions = stateFolder === null ? [] : await listSessions(stateFolder);
  const dead = sessions.filter(({ liveness }) => liveness === "dead");
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

/** The active session that records a device. */
export interface Holder {
  /** Name of the session. */
  readonly sessionId: string;
  /** Path of its log. */
  readonly log: string;
  /** Why it has no audio now, as a phrase, or `null` when it has audio. */
  readonly trouble: string | null;
}

/**
 * Returns the active session that records a device, or `null` when it is free.
 */
export async function findHolder(
  stateFolder: string | null,
  device: string,
): Promise<Holder | null> {
  if (stateFolder === null) return null;
  const found = holderOf(
    await listSessions(stateFolder),
    await deviceKey(device),
  );
  if (found === null) return null;
  const state = readState(found.folder);
  return {
    sessionId: found.session_id,
    log: found.log,
    trouble: state?.state === "recovering"
      ? state.cause === null
        ? "the reason is not known yet"
        : meaningOfCause(state.cause, sourceKind(state.device)).text
      : null,
  };
}
