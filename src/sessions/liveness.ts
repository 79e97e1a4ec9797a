/**
 * Decides whether the recorder of a session is alive. All commands ask here.
 *
 * @module
 */

import { type LockState, lockState } from "../platform/locks/file_lock.ts";
import {
  ownPlace,
  type ProcessIdentity,
  type ProcessPlace,
} from "../platform/identity.ts";
import { mayStillBeRunning } from "../platform/processes.ts";

/**
 * State of a recorder. `"unknown"` sessions are left alone: they may be recorded
 * on another machine or in a container, or are copies.
 */
export type Liveness = "alive" | "dead" | "unknown";

/** What decides about a recorder. */
export interface Evidence {
  /** The recorder, or `null` when neither registry nor state has it. */
  readonly recorder: ProcessIdentity | null;
  /** Where this process runs. */
  readonly here: ProcessPlace;
  /** The lock of the session's folder. */
  readonly lock: LockState;
  /** Whether a process with the recorder's id and start may run here. */
  readonly mayRun: boolean;
}

/**
 * Judges a recorder.
 *
 * A lock that is held proves a recorder, wherever it runs. A lock that is free
 * proves the opposite only on the recorder's own machine: not all file systems
 * share locks. After a reboot no recorder is left. Without a usable lock the
 * process id decides, which has a meaning in its own namespace only.
 */
export function judge(
  { recorder, here, lock, mayRun }: Evidence,
): Liveness {
  if (lock === "held") return "alive";
  if (recorder === null) return "unknown";
  const machine = compareMachines(recorder, here);
  if (machine === "other") return "unknown";
  if (wasRebooted(recorder, here)) {
    return machine === "same" || lock === "free" ? "dead" : "unknown";
  }
  const isSameNamespace = (recorder.pid_namespace ?? null) ===
    (here.pid_namespace ?? null);
  // Its folder may have been made again, without its lock.
  if (isSameNamespace && mayRun && recorder.process_start !== null) {
    return "alive";
  }
  if (lock === "free") return "dead";
  return isSameNamespace ? mayRun ? "alive" : "dead" : "unknown";
}

/** Returns whether the recorder of a session's folder is alive. */
export async function livenessOf(
  folder: string,
  recorder: ProcessIdentity | null,
): Promise<Liveness> {
  return judge({
    recorder,
    here: ownPlace(),
    lock: await lockState(folder),
    mayRun: recorder !== null && isInReach(recorder) &&
      mayStillBeRunning(recorder.pid, recorder.process_start),
  });
}

/**
 * Whether a recorder's process id means the same process here, so that a signal
 * reaches it and no other.
 */
export function isInReach(recorder: ProcessIdentity): boolean {
  const here = ownPlace();
  return compareMachines(recorder, here) !== "other" &&
    !wasRebooted(recorder, here) &&
    (recorder.pid_namespace ?? null) === (here.pid_namespace ?? null);
}

/** Whether a recorder ran before the last start of its machine. */
export function wasRebooted(
  { boot_id }: ProcessIdentity,
  here: ProcessPlace = ownPlace(),
): boolean {
  return boot_id !== null && here.boot_id !== null && boot_id !== here.boot_id;
}

/**
 * Compares a recorder's machine with this one. The kernel's boot id is unique; a
 * machine's id is, unless its disk was copied; its name need not be, so an equal
 * name alone says `"same name"`.
 */
function compareMachines(
  { boot_id, machine, machine_id = null }: ProcessIdentity,
  here: ProcessPlace,
): "same" | "same name" | "other" {
  if (boot_id !== null && boot_id === here.boot_id) return "same";
  if (machine_id !== null && (here.machine_id ?? null) !== null) {
    return machine_id === here.machine_id ? "same" : "other";
  }
  return machine === here.machine ? "same name" : "other";
}
