/**
 * Disk space that is kept in reserve for the end of a session.
 *
 * @module
 */

import { join } from "@std/path";

export const RESERVE_FILE = ".reserve";

/** Enough for the end of any log: some hundred lines. */
export const RESERVE_BYTES = 65_536;

/** Gives the reserve of a session back. */
export function releaseReserve(folder: string): void {
  try {
    Deno.removeSync(join(folder, RESERVE_FILE));
  } catch {
    // Given back already, or never had: both are fine.
  }
}
