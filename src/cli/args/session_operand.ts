/**
 * The session operand of a command.
 *
 * @module
 */

import { basename, join } from "@std/path";
import {
  danglingLink,
  describeDanglingLink,
  MOUNT_TARGET,
} from "../../platform/mounts/dangling_link.ts";
import { chooseOutputDir, chosenPlace } from "./command_settings.ts";
import type { ParsedOptions } from "./options.ts";
import { LATEST } from "../../config/session_id.ts";
import { EchologError } from "../../errors.ts";
import { isUnreadable, unreadableIn } from "../../platform/fs.ts";
import { stateFolder } from "../../platform/host.ts";
import {
  isIn,
  isSessionFolder,
  type KnownSession,
  knownSession,
  listKnown,
} from "../../sessions/catalog.ts";
import {
  folderNamed,
  isPathLike,
  selectSessions,
} from "../../sessions/select.ts";
import { pluralize } from "../../terminal/units.ts";

/**
 * Returns the session of a command's operand; without one the latest.
 *
 * @throws {EchologError} `usage`, when there is none, or the operand names none or several.
 */
export async function chooseSession(
  options: ParsedOptions,
): Promise<KnownSession> {
  const [wanted = LATEST] = options.operands;
  const outputDir = chooseOutputDir(options);
  const all = await listKnown({ outputDir, stateFolder: stateFolder() });
  const folder = folderNamed(wanted);
  if (isPathLike(wanted)) {
    const session = all.find((session) => isSessionFolder(session, folder)) ??
      await knownSession(folder, null);
    if (session !== null) return session;
    throw noSession(folder);
  }
  const known = within(all, options);
  const namedHere = join(outputDir, wanted);
  if (known.every(({ session_id }) => session_id !== wanted)) {
    if (isUnreadable(namedHere)) throw noSession(namedHere);
  }
  const [session] = selectSessions(known, wanted, {
    where: `in ${place(outputDir)}`,
    now: Date.now(),
  });
  if (session !== undefined) return session;
  const { why, hint } = whyEmpty(outputDir);
  throw new EchologError("usage", why, { hint });
}

/**
 * Returns the sessions of the output folder and, unless a command line names a
 * folder, all that are being recorded; the newest first.
 */
export async function chosenSessions(
  options: ParsedOptions,
): Promise<KnownSession[]> {
  const outputDir = chooseOutputDir(options);
  const all = await listKnown({ outputDir, stateFolder: stateFolder() });
  return within(all, options);
}

function within(
  sessions: readonly KnownSession[],
  options: ParsedOptions,
): KnownSession[] {
  const place = chosenPlace(options);
  return sessions.filter((session) => isIn(session, place));
}

/** Returns an output folder, with why it cannot be read. */
function place(outputDir: string): string {
  const dangling = danglingLink(outputDir);
  return dangling === null
    ? outputDir
    : `${outputDir} (${describeDanglingLink(dangling)})`;
}

/** A folder of file systems, which root alone may read. */
const LOST_AND_FOUND = "lost+found";

/** Returns why an output folder has no session, and what to do. */
export function whyEmpty(
  outputDir: string,
): { readonly why: string; readonly hint: string } {
  const dangling = danglingLink(outputDir);
  const why = `There is no session in ${outputDir}`;
  const unreadable = unreadableIn(outputDir)
    .map((folder) => basename(folder))
    .filter((name) => name !== LOST_AND_FOUND);
  if (unreadable.length > 0) {
    return {
      why: `There is no session in ${outputDir} that this user may read`,
      hint: `${pluralize(unreadable.length, "folder")} there cannot be read: ${
        unreadable.slice(0, 3).join(", ")
      }${unreadable.length > 3 ? ", …" : ""} (permission denied)`,
    };
  }
  return dangling === null
    ? {
      why,
      hint:
        "record one with echolog record, or name the folder with --output-dir",
    }
    : {
      why: `${why}: ${describeDanglingLink(dangling)}`,
      hint: `${MOUNT_TARGET}, or name another with --output-dir`,
    };
}

/** Returns the error for a folder that is not a session's. */
export function noSession(folder: string): EchologError {
  if (isUnreadable(folder)) {
    return new EchologError(
      "usage",
      `Cannot read ${folder}: permission denied`,
      { hint: "run this as the user who recorded it" },
    );
  }
  return new EchologError("usage", `There is no session in ${folder}`, {
    hint: "name a folder that holds a session.log or a chunks.jsonl",
  });
}

/** Returns the error for a session without a log. */
export function noLog({ session_id, folder }: KnownSession): EchologError {
  return new EchologError(
    "failed",
    `The log of session ${session_id} is missing: ${folder}/session.log`,
    { hint: "run echolog verify to see what is left" },
  );
}
