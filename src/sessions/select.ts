/**
 * Selects the session that the user names.
 *
 * @module
 */

import { basename, join, resolve } from "@std/path";
import { LATEST } from "../config/session_id.ts";
import { EchologError } from "../errors.ts";
import type { EpochMs } from "../events.ts";
import { exists, isSamePlace } from "../platform/fs.ts";
import { LOG_FILE } from "./folder.ts";
import type { Liveness } from "./liveness.ts";

/** A session that can be selected. */
export interface Selectable {
  /** Name of the session. */
  readonly session_id: string;
  /** Its folder. */
  readonly folder: string;
  /** When it started, if known; sessions without it come first. */
  readonly start?: EpochMs;
  /** Whether it is another user's. */
  readonly isForeign?: boolean;
  /** Whether its recorder is alive, if known. */
  readonly liveness?: Liveness;
}

/** Options of {@linkcode selectSessions}. */
export interface SelectOptions {
  /** Where these sessions are, for the message. */
  readonly where?: string;
  /** The time, by which a start is in the future. */
  readonly now: EpochMs;
}

/**
 * Finds the session that a text names: its id, a unique prefix of its id, the
 * path of its folder, or `latest`.
 *
 * @returns the session, or nothing when there are no sessions.
 * @throws {EchologError} `usage` when the text names none of them, or several.
 */
export function selectSessions<T extends Selectable>(
  sessions: readonly T[],
  wanted: string,
  { where = "being recorded", now }: SelectOptions,
): T[] {
  if (wanted === "") {
    throw new EchologError("usage", "The session's name is empty", {
      hint: "give an id, or leave it out for the latest",
    });
  }
  if (wanted === LATEST) {
    return [...sessions].sort(byPrecedence(now)).slice(-1);
  }
  const path = folderNamed(wanted);
  const isPath = exists(path);
  const exact = sessions.filter(({ session_id, folder }) =>
    session_id === wanted || folder === path ||
    isPath && isSamePlace(folder, path)
  );
  const found = exact.length > 0
    ? exact
    : sessions.filter(({ session_id }) => session_id.startsWith(wanted));
  if (found.length === 1) return found;
  if (found.length > 1) {
    throw new EchologError(
      "usage",
      `${wanted} names ${found.length} sessions`,
      {
        hint: `give ${exact.length > 1 ? "its folder" : "more of its id"}: ${
          found.map(({ folder }) => folder).join(", ")
        }`,
      },
    );
  }
  const known = [...sessions].sort(byStart)
    .map(({ folder }) => basename(folder));
  throw new EchologError("usage", `Unknown session ${wanted}`, {
    hint: known.length === 0
      ? `there is none ${where}`
      : `the newest ${where}: ${known.slice(-5).join(", ")}`,
  });
}

/**
 * Returns the session folder of a path, which may be the path of its log, as
 * `record` prints it.
 */
export function folderNamed(path: string): string {
  const folder = resolve(path);
  return basename(folder) === LOG_FILE ? join(folder, "..") : folder;
}

/** Whether a text can only be a path, not a session's name. */
export function isPathLike(wanted: string): boolean {
  return /[/\\]/.test(wanted) || [".", "..", LOG_FILE].includes(wanted);
}

/** How far a clock may have been set back since a session started. */
const MAX_SET_BACK_MS = 86_400_000;

/**
 * Orders sessions for `latest`, the best one last. In a shared folder, another
 * user may claim any start, so sessions of others come before one's own. A start
 * in the future is a wrong clock's, except that of a session being recorded now.
 */
function byPrecedence(
  now: EpochMs,
): (one: Selectable, other: Selectable) => number {
  const isLate = ({ start = 0, liveness }: Selectable) =>
    start > now + MAX_SET_BACK_MS && liveness !== "alive";
  const rank = (session: Selectable) =>
    (session.isForeign === true ? 0 : 2) + (isLate(session) ? 0 : 1);
  return (one, other) => rank(one) - rank(other) || byStart(one, other);
}

/** Orders sessions by start; those of the same start by name: `-2` before `-10`. */
export function byStart(one: Selectable, other: Selectable): number {
  const difference = (one.start ?? 0) - (other.start ?? 0) ||
    one.session_id.length - other.session_id.length;
  if (difference !== 0) return difference;
  return one.session_id < other.session_id ? -1 : 1;
}
