/**
 * Which session a person means.
 *
 * @module
 */

import { basename, join, resolve } from "@std/path";
import { LATEST } from "../config/session_id.ts";
import { EchologError } from "../errors.ts";
import { exists, isSamePlace } from "../platform/fs.ts";
import { LOG_FILE } from "./folder.ts";

/** What is known of a session that could be meant. */
export interface Selectable {
  /** Name of the session. */
  readonly session_id: string;
  /** Its folder. */
  readonly folder: string;
  /** When it started, where that is known; what lacks it comes first. */
  readonly start?: number;
}

/**
 * Finds the session that a text names: its id, a prefix of one session's id
 * alone, the path of its folder, or `latest`.
 *
 * @param where Where these sessions are, for the message.
 * @returns the session, or nothing when there is none at all.
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
        hint: `write more of it: ${
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
      : `${where} there is ${known.slice(-5).join(", ")}`,
  });
}

/** The folder that a path means: of its log, too, which is what `record` prints. */
export function folderNamed(path: string): string {
  const folder = resolve(path);
  return basename(folder) === LOG_FILE ? join(folder, "..") : folder;
}

/** Whether a text can only be a path, and no session's name. */
export function isPathLike(wanted: string): boolean {
  return /[/\\]/.test(wanted) || [".", "..", LOG_FILE].includes(wanted);
}

/** Puts what started first in front; what started at once, by name: `-2` before `-10`. */
export function byStart(one: Selectable, other: Selectable): number {
  const difference = (one.start ?? 0) - (other.start ?? 0) ||
    one.session_id.length - other.session_id.length;
  if (difference !== 0) return difference;
  return one.session_id < other.session_id ? -1 : 1;
}
