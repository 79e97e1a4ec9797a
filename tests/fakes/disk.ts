/**
 * A disk whose state a test sets.
 *
 * @module
 */

import type { DiskFault } from "../../src/recorder/watches/disk_wait.ts";

/** A disk with a fault, or none. */
export class FakeDisk {
  fault: DiskFault | null = null;
  free: number | null = null;
  trials: number[] = [];
  hangs = false;
  onFull: "wait" | "stop" = "wait";

  freeBytes = () => Promise.resolve(this.free);

  tryDisk = (_folder: string, bytes: number): Promise<DiskFault | null> => {
    this.trials.push(bytes);
    return this.hangs ? new Promise(() => {}) : Promise.resolve(this.fault);
  };
}
