/**
 * The registry of this user's active sessions: one small file per session in
 * the state folder, removed when the session ends.
 *
 * @module
 */

import { join } from "@std/path";
import type { EpochMs } from "../events.ts";
import { bootId, machineName } from "../platform/host.ts";
import { mayStillBeRunning, processStart } from "../platform/processes.ts";
import { byStart } from "./select.ts";
import { replaceFile } from "./state_writer.ts";

/** A session that is being recorded, or was when its recorder died. */
export interface ActiveSession {
  /** Name of the session. */
  readonly session_id: string;
  /** Folder of the session. */
  readonly folder: string;
  /** Path of its log. */
  readonly log: string;
  /** When it started; missing in entries of earlier releases. */
  readonly start?: EpochMs;
  /** Key of its device, without secrets and equal for equal devices. */
  readonly device: string;
  /** Process id of the recorder. */
  readonly pid: number;
  /** When that process was started, as the platform reports it. */
  readonly process_start: string | null;
  /** The machine's boot it runs in. */
  readonly boot_id: string | null;
  /** The machine it runs on: a home folder may be shared. */
  readonly machine: string;
}

/** An entry with the path of its file. */
export interface ListedSession extends ActiveSession {
  /** Path of the entry. */
  readonly entry: string;
}

/** A new entry; disposing of it removes it. */
export interface Registration extends Disposable {
  /** Writes the entry again when it was deleted or damaged. */
  refresh(): void;
}

const FOLDER = "active";

/**
 * Adds a session that this process records.
 *
 * @throws when the entry cannot be written.
 */
export function registerSession(
  stateFolder: string,
  session: Pick<
    ActiveSession,
    "session_id" | "folder" | "log" | "start" | "device"
  >,
): Registration {
  const folder = join(stateFolder, FOLDER);
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${session.session_id}.${Deno.pid}.json`);
  const entry: ActiveSession = {
    ...session,
    pid: Deno.pid,
    process_start: processStart(Deno.pid),
    boot_id: bootId(),
    machine: machineName(),
  };
  const text = `${JSON.stringify(entry, null, 2)}\n`;
  replaceFile(path, text);
  return {
    refresh() {
      if (readEntry(path).length > 0) return;
      Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
      replaceFile(path, text);
    },
    [Symbol.dispose]() {
      try {
        removeEntry(path);
      } catch {
        // The folder may be read-only now. The session has ended properly, and
        // the next recorder removes the dead entry.
      }
    },
  };
}

/** Removes an entry. */
export function removeEntry(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    // The entry was removed already.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Returns all entries of this machine, oldest first. */
export function listSessions(stateFolder: string): ListedSession[] {
  const folder = join(stateFolder, FOLDER);
  let names: string[];
  try {
    names = [...Deno.readDirSync(folder)].map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return names.filter((name) => name.endsWith(".json"))
    .flatMap((name) => readEntry(join(folder, name)))
    .filter(isOfThisMachine)
    .sort(byStart);
}

/**
 * Whether the process that made an entry still runs. When unknown it counts as
 * alive: repairing a session that is being recorded would damage it.
 */
export function isAlive(entry: ActiveSession): boolean {
  return isThisBoot(entry) && mayStillBeRunning(entry.pid, entry.process_start);
}

/** Whether an entry may have been made since the machine was started. */
export function isThisBoot({ boot_id }: ActiveSession): boolean {
  boot ??= bootId();
  return boot_id === null || boot === null || boot_id === boot;
}

/** Id of the boot, which does not change while this process runs. */
let boot: string | null = null;

/**
 * Whether an entry is of this machine, by name. With another name, which the
 * machine may have had before, only if it certainly runs here: containers of
 * one host share its boot.
 */
function isOfThisMachine(entry: ListedSession): boolean {
  const { machine, boot_id, process_start } = entry;
  if (machine === machineName()) return true;
  return boot_id !== null && process_start !== null && isThisBoot(entry) &&
    processStart(entry.pid) === process_start;
}

function readEntry(path: string): ListedSession[] {
  let entry: unknown;
  try {
    entry = JSON.parse(Deno.readTextFileSync(path));
  } catch {
    // The entry was removed meanwhile, or is not echolog's.
    return [];
  }
  return isEntry(entry) ? [{ ...entry, entry: path }] : [];
}

function isEntry(value: unknown): value is ActiveSession {
  return typeof value === "object" && value !== null &&
    "session_id" in value && typeof value.session_id === "string" &&
    "folder" in value && typeof value.folder === "string" &&
    "log" in value && typeof value.log === "string" &&
    (!("start" in value) || typeof value.start === "number") &&
    "device" in value && typeof value.device === "string" &&
    "pid" in value && typeof value.pid === "number" &&
    "process_start" in value && "boot_id" in value &&
    "machine" in value && typeof value.machine === "string";
}
