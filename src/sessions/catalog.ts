/**
 * Every session there is: those under the output folder and those that are
 * being recorded elsewhere.
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

/** What a session is doing. */
export type Condition = SessionState["state"] | "crashed";

/** A session, active or not. */
export interface KnownSession extends Selectable {
  /** Path of its log. */
  readonly log: string;
  /** When it started. */
  readonly start: EpochMs;
  /** Its `session.json`, or `null` when that cannot be read. */
  readonly state: SessionState | null;
  /** Its place among the active sessions, or `null` when it has none. */
  readonly entry: ListedSession | null;
}

/** Where sessions are looked for. */
export interface CatalogPlaces {
  /** Folder that holds the session folders. */
  readonly outputDir: string;
  /** Folder of the registry, or `null` when there is none. */
  readonly stateFolder: string | null;
}

/** All sessions, the newest first. */
export function listKnown(places: CatalogPlaces): KnownSession[] {
  const active = listActive(places.stateFolder);
  const folders = new Map(active.map((entry) => [entry.folder, entry]));
  const found = foldersIn(places.outputDir)
    .filter((folder) => !folders.has(folder))
    // The recorder may have come there by a link.
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

/** A folder that cannot be looked into is no reason to list no other. */
function tryReadSession(folder: string): KnownSession | null {
  try {
    return knownSession(folder, null);
  } catch {
    // Its rights forbid it, or it went away: it is not ours to read.
    return null;
  }
}

/** The sessions of the registry, as they are known. */
export function listActive(stateFolder: string | null): ListedSession[] {
  return stateFolder === null ? [] : listSessions(stateFolder);
}

/**
 * The session in a folder.
 *
 * @param entry Its place in the registry, or `null`.
 * @returns `null` when the folder holds no session.
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

/** A session of the registry, whose folder may be gone. */
export function fromRegistration(entry: ListedSession): KnownSession {
  const { session_id, folder, log, start = 0 } = entry;
  return knownSession(folder, entry) ??
    { session_id, folder, log, start, state: null, entry };
}

/** What a session is doing; asks the system whether its recorder lives. */
export function conditionOf({ state, entry }: KnownSession): Condition {
  if (entry !== null && isAlive(entry)) {
    if (state === null) return "starting";
    // Its last line is written, its place not yet given back.
    return state.state === "ended" ? "stopping" : state.state;
  }
  if (state?.state === "ended") return "ended";
  // Without a state and a place nothing tells but its log.
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

/** Of a log that was rotated there may be old parts alone. */
function hasLog(folder: string): boolean {
  return exists(join(folder, LOG_FILE)) ||
    exists(join(folder, `${LOG_FILE}.1`));
}

/** By its name where that is a time, else by the age of its oldest file. */
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
