/**
 * Selects the session that the user names.
 *
 * @module
 */

import { basename, join, resolve } from "@std/path";
import { LATEST } from "../config/session_id.ts";
import { EchologError } from "../errors.ts";
import { exists, isSamePlace } from "../platform/fs.ts";
import { LOG_FILE } from "./folder.ts";

/** A session that can be selected. */
export interface Selectable {
  /** Name of the session. */
  readonly session_id: string;
  /** Its folder. */
  readonly folder: string;
  /** When it started, if known; sessions without it come first. */
  readonly start?: number;
}

/**
 * Finds the session that a text names: its id, a unique prefix of its id, the
 * path of its folder, or `latest`.
 *
 * @param where Where these sessions are, for the message.
 * @returns the session, or nothing when there are no sessions.
 * @throws {EchologError} `usage` when the text names none of them, or several.
 */
export function selectSessions<T extends Selectable>(
  sessions: readonly T[],
  wanted: string,
  where = "being recorded",
): T[] {
  if (wanted === "") {
    throw new EchologError("usage", "The session's name is empty", {
      hint: "give an id, or leave it out for the latest",
    });
  }
  if (wanted === LATEST) {
    return [...sessions].sort(byStart).slice(-1);
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

/** Orders sessions by start; those of the same start by name: `-2` before `-10`. */
export function byStart(one: Selectable, other: Selectable): number {
  const difference = (one.start ?? 0) - (other.start ?? 0) ||
    one.session_id.length - other.session_id.length;
  if (difference !== 0) return difference;
  return one.session_id < other.session_id ? -1 : 1;
}
