/**
 * Whether the disk of a session can be written, by a trial.
 *
 * @module
 */

import { messageOf } from "../../errors.ts";
import { writeTrial } from "../../sessions/reserve.ts";

/** Why nothing can be written to a disk. */
export type DiskFault = "disk_full" | "disk_read_only" | "disk_error";

/** What errors say about the disk; all others are about something else. */
const FAULTS: Readonly<Record<DiskFault, RegExp>> = {
  disk_full: /No space left on device|Disk quota exceeded|\b(?:ENOSPC|EDQUOT)$/,
  disk_read_only: /Read-only file system|\bEROFS$/,
  // A damaged file system, a disk that was unplugged, a server that is gone.
  disk_error:
    /Input\/output error|No such device|Transport endpoint is not connected|Stale (?:NFS )?file handle|Structure needs cleaning|Remote I\/O error|Bad message|\b(?:EIO|ENXIO|ENODEV|ENOTCONN|ESTALE)$/,
};

/**
 * Writes a trial into a session's folder.
 *
 * @param bytes Its size.
 * @param signal Ends it early.
 * @returns what is wrong with the disk, or `null`.
 */
export async function tryDisk(
  folder: string,
  bytes: number,
  signal?: AbortSignal,
): Promise<DiskFault | null> {
  try {
    await writeTrial(folder, bytes, signal);
    return null;
  } catch (error) {
    return diskFaultOf(error);
  }
}

/** Returns what an error says about the disk, or `null`. */
export function diskFaultOf(error: unknown): DiskFault | null {
  const code = error instanceof Error && "code" in error ? error.code : "";
  const text = `${messageOf(error)}\n${code}`;
  if (FAULTS.disk_full.test(text)) return "disk_full";
  if (FAULTS.disk_read_only.test(text)) return "disk_read_only";
  return FAULTS.disk_error.test(text) ? "disk_error" : null;
}
