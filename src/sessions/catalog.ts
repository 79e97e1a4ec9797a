/**
 * Lists all sessions: those in the output folder and those being recorded
 * elsewhere.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path";
import type { EpochMs } from "../events.ts";
import { exists, isAbsent, isSamePlace, oldestFile } from "../platform/fs.ts";
import { isForeignFolder } from "../platform/guarded/guard.ts";
import { INDEX_FILE } from "./chunks/chunk_index.ts";
import { LOG_FILE } from "./folder.ts";
import { type Liveness, livenessOf } from "./liveness.ts";
import { type ListedSession, listSessions } from "./registry.ts";
import { byStart, type Selectable } from "./select.ts";
import { readState, type SessionState, STATE_FILE } from "./state_file.ts";

/**
 * State of a session. One that is `"unknown"` has no end, and may be recorded on
 * another machine or in a container, or be a copy.
 */
export type Condition = SessionState["state"] | "crashed" | "unknown";

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
  /** Whether its recorder is alive. */
  readonly liveness: Liveness;
  /** Whether it is another user's. Those of the registry are this user's. */
  readonly isForeign: boolean;
}

/** Where to look for sessions. */
export interface CatalogPlaces {
  /** Folder that holds the session folders. */
  readonly outputDir: string;
  /** Folder of the registry, or `null` when there is none. */
  readonly stateFolder: string | null;
}

/** Returns all sessions, the newest first. */
export async function listKnown(
  places: CatalogPlaces,
): Promise<KnownSession[]> {
  const active = await listActive(places.stateFolder);
  const folders = new Map(active.map((entry) => [entry.folder, entry]));
  const found = foldersIn(places.outputDir)
    .filter((folder) => !folders.has(folder))
    // The recorder may have used a link.
    .filter((folder) =>
      !active.some((entry) => isSessionFolder(entry, folder))
    );
  const sessions = await Promise.all([
    ...active.map(fromRegistration),
    ...found.map(tryReadSession),
  ]);
  return sessions.filter((session) => session !== null)
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

/** Whether a session is in an output folder; `null` means any folder. */
export function isIn(
  { folder }: Pick<Selectable, "folder">,
  outputDir: string | null,
): boolean {
  return outputDir === null || isSamePlace(dirname(folder), outputDir);
}

/**
 * Returns the session in a folder. A folder that cannot be read must not hide
 * the others.
 */
async function tryReadSession(folder: string): Promise<KnownSession | null> {
  try {
    return await knownSession(folder, null);
  } catch {
    // The folder is not readable, or it was deleted.
    return null;
  }
}

/** Returns the sessions of the registry. */
export async function listActive(
  stateFolder: string | null,
): Promise<ListedSession[]> {
  return stateFolder === null ? [] : await listSessions(stateFolder);
}

/**
 * Returns the session in a folder.
 *
 * @param entry Its registry entry, or `null`.
 * @returns `null` when the folder is not a session's.
 */
export async function knownSession(
  folder: string,
  entry: ListedSession | null,
): Promise<KnownSession | null> {
  const state = readState(folder);
  // The list of chunks tells enough to give out the audio.
  const isSession = state !== null || hasLog(folder) ||
    exists(join(folder, INDEX_FILE));
  if (!isSession) return null;
  const log = join(folder, LOG_FILE);
  const start = state === null
    ? entry?.start ?? startOf(folder)
    : Date.parse(state.start);
  const liveness = entry?.liveness ?? await livenessByState(folder, state);
  const session_id = basename(folder);
  const isForeign = entry === null && isForeignFolder(folder);
  return {
    ...{ session_id, folder, log, start, state, entry, liveness },
    isForeign,
  };
}

/** Returns whether the recorder of a session without a registry entry is alive. */
async function livenessByState(
  folder: string,
  state: SessionState | null,
): Promise<Liveness> {
  // A process is not asked about sessions that ended long ago.
  if (state?.state === "ended") return "dead";
  // A copy has the state of the folder that it was copied from.
  const isOwn = state !== null && isSamePlace(state.folder, folder);
  return await livenessOf(folder, isOwn ? state : null);
}

/** Returns a session of the registry, whose folder may be gone. */
export async function fromRegistration(
  entry: ListedSession,
): Promise<KnownSession> {
  const { session_id, folder, log, start = 0, liveness } = entry;
  return await knownSession(folder, entry) ??
    {
      ...{ session_id, folder, log, start, entry, liveness },
      state: null,
      isForeign: false,
    };
}

/** Returns the state of a session. */
export function conditionOf(
  { entry, folder, state, liveness }: Pick<
    KnownSession,
    "entry" | "folder" | "state" | "liveness"
  >,
): Condition {
  if (liveness === "alive") {
    if (state === null) {
      // A folder that was made may be away with its disk.
      const isAway = entry?.has_folder === true && !exists(folder);
      return isAway ? "recovering" : "starting";
    }
    // Its last line is written, its registry entry not yet removed.
    return state.state === "ended" ? "stopping" : state.state;
  }
  if (state?.state === "ended") return "ended";
  return liveness === "dead" ? "crashed" : "unknown";
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
