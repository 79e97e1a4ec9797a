/**
 * Where the kernel's messages of a moment are.
 *
 * @module
 */

import type { EpochMs } from "../../../events.ts";
import { TimeFormat } from "../../../times/shown.ts";

/** Milliseconds by which the kernel's messages may be earlier or later. */
const MARGIN_MS = 60_000;

/**
 * Returns the command that shows the kernel's messages of a time, or `null` when
 * advice does not lead to them. It names the zone: the machine that it is typed
 * on may have another one.
 */
export function kernelLogCommand(
  advice: string,
  start: EpochMs,
  end: EpochMs,
): string | null {
  if (!/\bdmesg\b|\bjournalctl -k\b/.test(advice)) return null;
  const [since, until] = [start - MARGIN_MS, end + MARGIN_MS]
    .map((time) => `'${TimeFormat.utc.dateTime(time)} UTC'`);
  return `journalctl --utc -kS ${since} -U ${until}`;
}
