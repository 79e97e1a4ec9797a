/**
 * Waits for an output folder in which another process deletes.
 *
 * @module
 */

import { oneLine } from "../../../errors.ts";
import { systemClock } from "../../../platform/clock.ts";
import { Patience, TIMED_OUT } from "../../../platform/locks/patience.ts";

/** Milliseconds to wait for another process that deletes: it may have much to do. */
const WAIT_MS = 600_000;

/**
 * Waits for what needs the lock of an output folder, and says so after a second.
 *
 * @param onLate Takes a result that comes after the limit, to release it.
 * @throws after ten minutes.
 */
export async function waitForLock<T>(
  outputDir: string,
  work: Promise<T>,
  onLate?: (result: T) => void,
): Promise<T> {
  const patience = new Patience({
    clock: systemClock,
    limitMs: WAIT_MS,
    onWait: () =>
      printError(`Waiting for another process that deletes in ${outputDir}`),
  });
  const result = await patience.waitFor(work, onLate);
  if (result !== TIMED_OUT) return result;
  throw new Error("another process has deleted in it for ten minutes");
}

/** Prints a line to stderr. */
export function printError(text: string): void {
  console.error(oneLine(`echolog: ${text}`));
}
