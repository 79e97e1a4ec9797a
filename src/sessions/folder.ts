/**
 * A session's folder.
 *
 * @module
 */

import { join } from "@std/path";
import { EchologError } from "../errors.ts";
import type { EpochMs } from "../events.ts";
import { exists, reasonOf } from "../platform/fs.ts";
import {
  danglingLink,
  describeDanglingLink,
  MOUNT_TARGET,
} from "../platform/mounts/dangling_link.ts";
import { FRESH_SUFFIX } from "../platform/guarded/newest_text.ts";
import { RESERVE_FILE, TRIAL_FILE } from "./reserve.ts";
import { STATE_FILE } from "./state_file.ts";

/** Name of a session's log in its folder. */
export const LOG_FILE = "session.log";

/** Name of a file that protects a session's audio from retention. */
export const KEEP_FILE = ".keep";

/** Name of the file in which a report keeps the levels of a session's chunks. */
export const LEVELS_FILE = "levels.jsonl";

/** A folder that was made for a session. */
export interface SessionFolder {
  /** Name of the session. */
  readonly id: string;
  /** Absolute path of its folder. */
  readonly path: string;
}

/** Maximum number of sessions that start in the same second. */
const MAX_SUFFIXES = 1_000;

/** Returns the name of a session that starts at `start`: `20250922T100000Z`. */
export function sessionIdAt(start: EpochMs): string {
  return new Date(start).toISOString().replace(/\.\d+/, "")
    .replaceAll(/[-:]/g, "");
}

/**
 * Makes the folder of a new session, readable only by its user. A name that is
 * taken gets `-2`, `-3` …; a requested name is not changed.
 *
 * @param announce Takes the folder before it is made.
 * @param mayNumber Whether a requested name that is taken gets a number, too.
 * @throws {EchologError} `folder`, when it cannot be made.
 */
export async function createSessionFolder(
  outputDir: string,
  wanted: string | null,
  start: EpochMs,
  announce: (folder: SessionFolder) => Promise<void> = () => Promise.resolve(),
  mayNumber = wanted === null,
): Promise<SessionFolder> {
  try {
    await Deno.mkdir(outputDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotCreate(outputDir, error);
  }
  const base = wanted ?? sessionIdAt(start);
  for (let count = 1; count <= MAX_SUFFIXES; count++) {
    const id = count === 1 ? base : `${base}-${count}`;
    const path = join(outputDir, id);
    try {
      if (exists(path)) throw new Deno.errors.AlreadyExists(path);
      await announce({ id, path });
      await Deno.mkdir(path, { mode: 0o700 });
      await assertWritable(path);
      return { id, path };
    } catch (error) {
      const isTaken = error instanceof Deno.errors.AlreadyExists;
      if (isTaken && mayNumber) continue;
      if (isTaken) {
        throw new EchologError(
          "folder",
          `The session ${id} already exists: ${path}`,
          {
            hint: "choose another --session-id, or leave it out",
          },
        );
      }
      throw cannotCreate(path, error);
    }
  }
  throw new EchologError(
    "folder",
    `No free name for a session in ${outputDir}`,
    {
      hint: "give one with --session-id",
    },
  );
}

/**
 * Whether other users can look into a folder: some file systems have no
 * permissions.
 */
export function isPublic(path: string): boolean {
  if (Deno.build.os === "windows") return false;
  const { mode } = Deno.statSync(path);
  return mode !== null && (mode & 0o077) !== 0;
}

/** Files that only a recorder that died leaves in its folder. */
export const LEFTOVERS: readonly string[] = [
  ".probe",
  `${STATE_FILE}.tmp`,
  `${STATE_FILE}${FRESH_SUFFIX}`,
  RESERVE_FILE,
  TRIAL_FILE,
];

/**
 * Removes the folder of a session that never began: one with an empty log, or
 * none, and no other file than those of a recorder's first moment.
 *
 * @returns whether the folder was removed.
 */
export function removeUnused(path: string): boolean {
  try {
    const names = [...Deno.readDirSync(path)].map(({ name }) => name);
    const isUnused = names.every((name) =>
      LEFTOVERS.includes(name) ||
      name === LOG_FILE && Deno.lstatSync(join(path, name)).size === 0
    );
    if (!isUnused) return false;
    for (const name of names) Deno.removeSync(join(path, name));
    // It fails if a file was added meanwhile.
    Deno.removeSync(path);
    return true;
  } catch {
    // The folder is gone, or cannot be changed: repair reports that.
    return false;
  }
}

/**
 * Checks that files can be opened. Deno makes folders below /dev and /proc, but
 * refuses to open files in them.
 */
async function assertWritable(path: string): Promise<void> {
  const probe = join(path, ".probe");
  try {
    await Deno.writeTextFile(probe, "", { createNew: true });
    await Deno.remove(probe);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) return;
    await Deno.remove(path);
    throw new EchologError(
      "folder",
      `Cannot write files in ${path}: Deno does not let programs write there`,
      { cause: error, hint: "choose another --output-dir" },
    );
  }
}

function cannotCreate(path: string, cause: unknown): EchologError {
  const dangling = danglingLink(path);
  if (dangling !== null) {
    return new EchologError(
      "folder",
      `Cannot create the folder ${path}: ${describeDanglingLink(dangling)}`,
      { cause, hint: `${MOUNT_TARGET}, or choose another --output-dir` },
    );
  }
  return new EchologError(
    "folder",
    `Cannot create the folder ${path}: ${reasonOf(cause)}`,
    { cause, hint: "fix the permissions, or choose another --output-dir" },
  );
}
