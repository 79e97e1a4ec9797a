/**
 * Removes the folder of a session that has had no audio for long.
 *
 * @module
 */

import { join } from "@std/path";
import { logPart } from "../log/read/reader.ts";
import { isRegular, removeRegular } from "../platform/guarded/async_files.ts";
import { INDEX_FILE } from "../sessions/chunks/chunk_index.ts";
import { LEFTOVERS, LEVELS_FILE } from "../sessions/folder.ts";
import { STATE_FILE } from "../sessions/state_file.ts";
import type { StoredSession } from "./stored_session.ts";

/**
 * Removes the folder of a session, unless it has a file that is not echolog's,
 * or audio that no index names.
 *
 * @returns whether it is gone.
 * @throws when a file is not what it should be, or cannot be removed.
 */
export async function removeSession(session: StoredSession): Promise<boolean> {
  const { folder, info } = session;
  const own = await ownFiles(session);
  if (own === null) return false;
  // Without its state it is no session: that goes last.
  own.sort((one, other) => rankOf(one) - rankOf(other));
  for (const name of own) await removeRegular(join(folder, name), info);
  // It fails if a file was added meanwhile.
  await Deno.remove(folder);
  return true;
}

/** Whether {@linkcode removeSession} would remove the folder of a session. */
export async function isRemovable(session: StoredSession): Promise<boolean> {
  return await ownFiles(session) !== null;
}

/** Returns the files of a session that has no others, or `null`. */
async function ownFiles(
  { folder, info }: StoredSession,
): Promise<string[] | null> {
  const own: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (!isOwn(name)) return null;
    if (await isRegular(join(folder, name), info)) own.push(name);
  }
  return own;
}

function isOwn(name: string): boolean {
  return name === STATE_FILE || name === INDEX_FILE || logPart(name) !== null ||
    name === LEVELS_FILE || LEFTOVERS.includes(name);
}

function rankOf(name: string): number {
  return name === STATE_FILE ? 1 : 0;
}
