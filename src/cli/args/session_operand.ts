/**
 * The session operand of a command.
 *
 * @module
 */

import { loadCommandSettings } from "./command_settings.ts";
import type { ParsedOptions } from "./options.ts";
import { LATEST } from "../../config/session_id.ts";
import { EchologError } from "../../errors.ts";
import { stateFolder } from "../../platform/host.ts";
import {
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

/**
 * Returns the session of a command's operand; without one the latest.
 *
 * @throws {EchologError} `usage`, when there is none, or the operand names none or several.
 */
export async function chooseSession(
  options: ParsedOptions,
): Promise<KnownSession> {
  const [wanted = LATEST] = options.operands;
  const { outputDir } = loadCommandSettings(options).settings;
  const known = await listKnown({ outputDir, stateFolder: stateFolder() });
  const folder = folderNamed(wanted);
  if (isPathLike(wanted)) {
    const session = known.find((session) => isSessionFolder(session, folder)) ??
      await knownSession(folder, null);
    if (session !== null) return session;
    throw noSession(folder);
  }
  const [session] = selectSessions(known, wanted, `in ${outputDir}`);
  if (session !== undefined) return session;
  throw new EchologError("usage", `There is no session in ${outputDir}`, {
    hint:
      "record one with echolog record, or name the folder with --output-dir",
  });
}

/** Returns the error for a folder that is not a session's. */
export function noSession(folder: string): EchologError {
  return new EchologError("usage", `There is no session in ${folder}`, {
    hint: "name a folder that holds a session.log",
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
