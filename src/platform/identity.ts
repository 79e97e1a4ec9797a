/**
 * Identifies this process among all that may share a file with it: on other
 * machines, in other containers, before a reboot.
 *
 * @module
 */

import { bootId, machineName } from "./host.ts";
import { pidNamespace, processStart } from "./processes.ts";

/** A process, as it describes itself in a file. */
export interface ProcessIdentity {
  /** Its id, within its namespace. */
  readonly pid: number;
  /** When it was started, as the platform reports it, or `null`. */
  readonly process_start: string | null;
  /** The machine's boot it runs in, or `null` when unknown. */
  readonly boot_id: string | null;
  /** Name of the machine; two machines may have the same. */
  readonly machine: string;
  /** Hash of the machine's id, or `null` when it has none. */
  readonly machine_id?: string | null;
  /** The namespace of its id, as containers have their own; `null` when unknown. */
  readonly pid_namespace?: string | null;
}

/** Returns the identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return {
    pid: Deno.pid,
    process_start: processStart(Deno.pid),
    ...ownPlace(),
  };
}

/** Where a process runs: its boot, its machine, its namespace. */
export type ProcessPlace = Omit<ProcessIdentity, "pid" | "process_start">;

/** Returns where this process runs. */
export function ownPlace(): ProcessPlace {
  return place ??= {
    boot_id: bootId(),
    machine: machineName(),
    machine_id: machineId(),
    pid_namespace: pidNamespace(),
  };
}

/** It does not change while this process runs. */
let place: ProcessPlace | null = null;

/**
 * Returns a hash of the machine's id: machine-id(5) asks not to publish the id
 * itself.
 */
function machineId(): string | null {
  if (Deno.build.os !== "linux") return null;
  let id: string;
  try {
    id = Deno.readTextFileSync("/etc/machine-id").trim();
  } catch {
    // Small containers have none.
    return null;
  }
  return /^[\da-f]{32}$/.test(id) ? hashOf(`echolog ${id}`) : null;
}

/** FNV-1a of 64 bits (Fowler, Noll and Vo), which needs no asynchronous call. */
function hashOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}
