/**
 * Lists all sessions: those in the output folder and those being recorded
 * elsewhere.
 *
 * @module
 */

import { basename, join } from "@std/path";
import type { EpochMs } from "../events.ts";
import { exists, isAbsent, isSamePlace, oldestFile } from "../platform/fs.ts";
import { LOG_FILE } from "./folder.ts";
import { isAlive, type ListedSession, listSessions } from "./registry.ts";
import { byStart, type Selectable } from "./select.ts";
import { readState, type SessionState, STATE_FILE } from "./state_file.ts";

/** State of a session. */
export type Condition = SessionState["state"] | "crashed";

/** A session, active or not. */
export interface KnownSession extends Selectable {
  /** Path of its log. */
  readonly log: string;
  /** When it started. */
  readonly start: EpochMs;
  /** Its `session.json`, or `null` when that cannot be read. */
  readonly state: SessionState | null;
  /** Its registry entry, or `null`. */
  readonly entry: ListedSession | null;
}

/** Where to look for sessions. */
export interface CatalogPlaces {
  /** Folder that holds the session folders. */
  readonly outputDir: string;
  /** Folder of the registry, or `null` when there is none. */
  readonly stateFolder: string | null;
}

/** Returns all sessions, the newest first. */
export function listKnown(places: CatalogPlaces): KnownSession[] {
  const active = listActive(places.stateFolder);
  const folders = new Map(active.map((entry) => [entry.folder, entry]));
  const found = foldersIn(places.outputDir)
    .filter((folder) => !folders.has(folder))
    // The recorder may have used a link.
    .filter((folder) => !active.some((entry) => isSessionFolder(entry, folder)))
    .flatMap((folder) => tryReadSession(folder) ?? []);
  return [...active.map(fromRegistration), ...found]
    .sort((one, other) => byStart(other, one));
}

/** Whether a session has that folder, however its path is spelled. */
export function isSessionFolder(
  session: Pick<Selectable, "session_id" | "folder">,
  folder: string,
): boolean {
  return basename(session.folder) === basename(folder) &&
    isSamePlace(session.folder, folder);
}

/**
 * Returns the session in a folder. A folder that cannot be read must not hide
 * the others.
 */
function tryReadSession(folder: string): KnownSession | null {
  try {
    return knownSession(folder, null);
  } catch {
    // The folder is not readable, or it was deleted.
    return null;
  }
}

/** Returns the sessions of the registry. */
export function listActive(stateFolder: string | null): ListedSession[] {
  return stateFolder === null ? [] : listSessions(stateFolder);
}

/**
 * Returns the session in a folder.
 *
 * @param entry Its registry entry, or `null`.
 * @returns `null` when the folder is not a session's.
 */
export function knownSession(
  folder: string,
  entry: ListedSession | null,
): KnownSession | null {
  const state = readState(folder);
  if (state === null && !hasLog(folder)) return null;
  const log = join(folder, LOG_FILE);
  const start = state === null
    ? entry?.start ?? startOf(folder)
    : Date.parse(state.start);
  return { session_id: basename(folder), folder, log, start, state, entry };
}

/** Returns a session of the registry, whose folder may be gone. */
export function fromRegistration(entry: ListedSession): KnownSession {
  const { session_id, folder, log, start = 0 } = entry;
  return knownSession(folder, entry) ??
    { session_id, folder, log, start, state: null, entry };
}

/**
 * Returns the state of a session; asks the system whether its recorder runs.
 */
export function conditionOf({ state, entry }: KnownSession): Condition {
  if (entry !== null && isAlive(entry)) {
    if (state === null) return "starting";
    // Its last line is written, its registry entry not yet removed.
    return state.state === "ended" ? "stopping" : state.state;
  }
  if (state?.state === "ended") return "ended";
  // Without a state and an entry there is only its log.
  return state === null && entry === null ? "ended" : "crashed";
}

function foldersIn(outputDir: string): string[] {
  try {
    return [...Deno.readDirSync(outputDir)]
      .filter((entry) => entry.isDirectory || entry.isSymlink)
      .map(({ name }) => join(outputDir, name));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Whether a folder has a log. A rotated log may have old parts only. */
function hasLog(folder: string): boolean {
  return exists(join(folder, LOG_FILE)) ||
    exists(join(folder, `${LOG_FILE}.1`));
}

/**
 * Returns the start of a session, by its name if that is a time, otherwise by
 * its oldest file.
 */
function startOf(folder: string): EpochMs {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(
    basename(folder),
  );
  if (match !== null) {
    const [, year, month, day, hours, minutes, seconds] = match.map(Number);
    return Date.UTC(
      year ?? 0,
      (month ?? 1) - 1,
      day,
      hours,
      minutes,
      seconds,
    );
  }
  return oldestFile(folder, Date.now(), (name) => name === STATE_FILE);
}
