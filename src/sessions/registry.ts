/**
 * The registry of this user's active sessions: one small file per session in
 * the state folder, removed when the session ends.
 *
 * @module
 */

import { writeAll } from "@std/io/write-all";
import { join } from "@std/path";
import type { EpochMs } from "../events.ts";
import { ownIdentity, type ProcessIdentity } from "../platform/identity.ts";
import { type Liveness, livenessOf } from "./liveness.ts";
import { byStart } from "./select.ts";

/** A session that is being recorded, or was when its recorder died. */
export interface ActiveSession extends ProcessIdentity {
  /** Name of the session. */
  readonly session_id: string;
  /** Folder of the session. */
  readonly folder: string;
  /** Path of its log. */
  readonly log: string;
  /** When it started; missing in entries of earlier releases. */
  readonly start?: EpochMs;
  /** Key of its device, without secrets and equal for equal devices. */
  readonly device: string;
  /** Whether its folder was made; false until then. Missing means true. */
  readonly has_folder?: boolean;
}

/** An entry with the path of its file. */
export interface ListedSession extends ActiveSession {
  /** Path of the entry. */
  readonly entry: string;
  /** Whether its recorder is alive. */
  readonly liveness: Liveness;
}

/** Facts about a session to register. */
export type NewSession = Pick<
  ActiveSession,
  "session_id" | "folder" | "log" | "start" | "device" | "has_folder"
>;

/** A new entry; disposing of it removes it. */
export interface Registration {
  /** Records that the folder of the session was made. */
  folderMade(): Promise<void>;
  /** Writes the entry again when it was deleted or damaged. */
  refresh(): Promise<void>;
  /** Removes the entry. */
  [Symbol.asyncDispose](): Promise<void>;
}

const FOLDER = "active";

/**
 * Adds a session that this process records.
 *
 * @throws when the entry cannot be written.
 */
export async function registerSession(
  stateFolder: string,
  session: NewSession,
): Promise<Registration> {
  const folder = join(stateFolder, FOLDER);
  const path = join(folder, `${session.session_id}.${Deno.pid}.json`);
  let entry: ActiveSession = { ...session, ...ownIdentity() };
  const write = async () => {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    const text = `${JSON.stringify(entry, null, 2)}\n`;
    const file = await Deno.open(`${path}.tmp`, {
      ...{ write: true, create: true, truncate: true },
      mode: 0o600,
    });
    try {
      await writeAll(file, new TextEncoder().encode(text));
    } finally {
      file.close();
    }
    await Deno.rename(`${path}.tmp`, path);
  };
  await write();
  return {
    async folderMade() {
      entry = { ...entry, has_folder: true };
      await write();
    },
    async refresh() {
      if (await readEntry(path) === null) await write();
    },
    async [Symbol.asyncDispose]() {
      try {
        await removeEntry(path);
      } catch {
        // The folder may be read-only now. The session has ended properly, and
        // the next recorder removes the dead entry.
      }
    },
  };
}

/** Removes an entry. */
export async function removeEntry(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    // The entry was removed already.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Returns all entries of this user, oldest first, each with the state of its recorder. */
export async function listSessions(
  stateFolder: string,
): Promise<ListedSession[]> {
  const folder = join(stateFolder, FOLDER);
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) names.push(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const entries = await Promise.all(
    names.filter((name) => name.endsWith(".json"))
      .map((name) => readEntry(join(folder, name))),
  );
  return entries.filter((entry) => entry !== null).sort(byStart);
}

/** Whether the recorder of a session is alive. */
export function isAlive({ liveness }: ListedSession): boolean {
  return liveness === "alive";
}

async function readEntry(path: string): Promise<ListedSession | null> {
  let entry: unknown;
  try {
    entry = JSON.parse(await Deno.readTextFile(path));
  } catch {
    // The entry was removed meanwhile, or is not echolog's.
    return null;
  }
  if (!isEntry(entry)) return null;
  const liveness = await livenessOf(entry.folder, entry);
  return { ...entry, entry: path, liveness };
}

function isEntry(value: unknown): value is ActiveSession {
  return typeof value === "object" && value !== null &&
    "session_id" in value && typeof value.session_id === "string" &&
    "folder" in value && typeof value.folder === "string" &&
    "log" in value && typeof value.log === "string" &&
    (!("start" in value) || typeof value.start === "number") &&
    "device" in value && typeof value.device === "string" &&
    "pid" in value && typeof value.pid === "number" &&
    "process_start" in value && "boot_id" in value &&
    "machine" in value && typeof value.machine === "string";
}
