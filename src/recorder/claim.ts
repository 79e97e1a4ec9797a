/**
 * One recorder for each device: a second one fails with the name of the first.
 *
 * @module
 */

import { join } from "@std/path";
import { EchologError } from "../errors.ts";
import { systemClock } from "../platform/clock.ts";
import { reasonOf } from "../platform/fs.ts";
import type { Redact } from "../redact/redact.ts";
import { repairDead } from "../repair/repair_dead.ts";
import type { RepairReport } from "../repair/repair_session.ts";
import type { SessionFolder } from "../sessions/folder.ts";
import {
  isAlive,
  type ListedSession,
  listSessions,
  registerSession,
} from "../sessions/registry.ts";

/** Options of {@linkcode claimSession}. */
export interface ClaimOptions {
  /** Folder of the registry, or `null` when there is no home folder. */
  readonly stateFolder: string | null;
  /** Device as given to `--device`. */
  readonly device: string;
  /** Name of the log in the session's folder. */
  readonly logFile: string;
  /** Removes secrets from a text. */
  readonly redact: Redact;
  /** Makes the session's folder. */
  create(): Promise<SessionFolder>;
  /** Called for each dead session that was repaired. */
  onRepaired(session: Pick<RepairReport, "sessionId" | "folder">): void;
  /** Takes a line about each dead session that cannot be repaired. */
  onError(line: string): void;
}

/** A session's folder and its registry entry; disposing of it removes the entry. */
export interface Claim extends Disposable {
  /** The folder. */
  readonly folder: SessionFolder;
  /** Makes the entry again when it was deleted. */
  refresh(): void;
  /** Errors of the registry; recording continues. */
  readonly problems: readonly unknown[];
}

/**
 * Repairs dead sessions, checks that the device is free, and makes the
 * session's folder. One lock covers all three, so of several recorders that
 * start at once one gets the device. When the registry cannot be used,
 * recording starts without an entry.
 *
 * @throws {EchologError} when the device is taken, or the folder cannot be made.
 */
export async function claimSession(options: ClaimOptions): Promise<Claim> {
  const { stateFolder: state } = options;
  let made: SessionFolder | null = null;
  const create = async () => made ??= await options.create();
  try {
    if (state === null) throw new Error("no home folder");
    return await withLock(state, () => enter(state, { ...options, create }));
  } catch (error) {
    if (error instanceof EchologError) throw error;
    const folder = await create();
    const problems = [notRegistered(state, error)];
    return { folder, problems, refresh() {}, [Symbol.dispose]() {} };
  }
}

async function enter(state: string, options: ClaimOptions): Promise<Claim> {
  const { create, redact, onError } = options;
  const repaired = await repairDead(state, {
    redact,
    clock: systemClock,
    onError,
  });
  const device = await deviceKey(options.device);
  for (const report of repaired) {
    if (report.wasNeeded) options.onRepaired(report);
  }
  assertFree(state, device);
  const folder = await create();
  const registration = registerSession(state, {
    session_id: folder.id,
    folder: folder.path,
    log: join(folder.path, options.logFile),
    start: systemClock.now(),
    device,
  });
  return { ...registration, folder, problems: [] };
}

/**
 * Error for a home folder that is full, read-only, without file locks or
 * missing.
 */
function notRegistered(stateFolder: string | null, why: unknown): Error {
  const place = stateFolder === null
    ? "(no home folder)"
    : `${stateFolder}: ${reasonOf(why)}`;
  return new Error(
    `Cannot write to the state folder ${place}; status and stop do not see this session`,
    { cause: why },
  );
}

/**
 * Runs a function that only one echolog of this user may run at a time. The
 * others wait for a file lock, which the kernel releases whatever happens to
 * its holder.
 */
export async function withLock<T>(
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
 * Checks that no live session records a device.
 *
 * @throws {EchologError} `busy`, naming the session that has it.
 */
export function assertFree(stateFolder: string, device: string): void {
  const holder = holderOf(stateFolder, device);
  if (holder === null) return;
  throw new EchologError(
    "busy",
    `The device is being recorded by session ${holder.session_id}, log ${holder.log}`,
    { hint: "stop that one first, or name another --device" },
  );
}

/** Returns the live session that records a device, by its {@linkcode deviceKey}, or `null`. */
export function holderOf(
  stateFolder: string,
  device: string,
): ListedSession | null {
  return listSessions(stateFolder)
    .find((entry) => entry.device === device && isAlive(entry)) ?? null;
}

/** Returns a key that is equal for equal devices and reveals nothing else. */
export async function deviceKey(spec: string): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(spec),
  );
  return [...new Uint8Array(digest).subarray(0, 8)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
