/**
 * One recorder for each device: whoever comes second is told who was first.
 *
 * @module
 */

import { join } from "@std/path";
import { EchologError } from "../errors.ts";
import { isAlive, listSessions } from "./registry.ts";

/**
 * Does something that only one echolog of this user may do at a time. Of any
 * number that come at once, each gets its turn: they wait for a lock that the
 * kernel gives back whatever happens to its holder.
 */
export async function inTurn<T>(
  stateFolder: string,
  work: () => Promise<T>,
): Promise<T> {
  Deno.mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  using file = Deno.openSync(join(stateFolder, "lock"), {
    create: true,
    write: true,
    mode: 0o600,
  });
  file.lockSync(true);
  try {
    return await work();
  } finally {
    file.unlockSync();
  }
}

/**
 * Makes sure that no live session records a device.
 *
 * @throws {EchologError} `busy`, naming the session that has it.
 */
export function assertFree(stateFolder: string, device: string): void {
  const holder = listSessions(stateFolder)
    .find((entry) => entry.device === device && isAlive(entry));
  if (holder === undefined) return;
  throw new EchologError(
    "busy",
    `The device is being recorded by session ${holder.session_id}, log ${holder.log}`,
    { hint: "stop that one first, or name another --device" },
  );
}

/** A name for a device that is equal for equal devices and tells nothing else. */
export async function deviceKey(spec: string): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(spec),
  );
  return [...new Uint8Array(digest).subarray(0, 8)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
