/**
 * Disk space that is kept in reserve for the end of a session.
 *
 * @module
 */

import { join } from "@std/path";

export const RESERVE_FILE = ".reserve";

/** Size of the reserve: enough for some hundred lines at the end of a log. */
export const RESERVE_BYTES = 65_536;

/** Frees the reserve of a session. */
export function releaseReserve(folder: string): void {
  try {
    Deno.removeSync(join(folder, RESERVE_FILE));
  } catch {
    // The reserve was freed already, or never existed.
  }
}
