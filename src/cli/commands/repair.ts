/**
 * `echolog repair`: repairs sessions whose recorders died.
 *
 * @module
 */

import { join } from "@std/path";
import { loadCommandSettings } from "../args/command_settings.ts";
import type { ParsedOptions } from "../args/options.ts";
import { chooseSession, noSession } from "../args/session_operand.ts";
import { LATEST } from "../../config/session_id.ts";
import { EchologError, oneLine } from "../../errors.ts";
import { systemClock } from "../../platform/clock.ts";
import { isSamePlace } from "../../platform/fs.ts";
import { stateFolder } from "../../platform/host.ts";
import { parentOf } from "../../platform/processes.ts";
import { withLock } from "../../recorder/claim.ts";
import { createRedactor } from "../../redact/redact.ts";
import { isForeignLog } from "../../repair/read_log.ts";
import { repairDead } from "../../repair/repair_dead.ts";
import {
  type RepairReport,
  repairSession,
} from "../../repair/repair_session.ts";
import {
  conditionOf,
  type KnownSession,
  knownSession,
  listActive,
  listKnown,
} from "../../sessions/catalog.ts";
import { LOG_FILE } from "../../sessions/folder.ts";
import { hasOpenChunk } from "../../sessions/open_chunks.ts";
import { isAlive, type ListedSession } from "../../sessions/registry.ts";
import { folderNamed, selectSessions } from "../../sessions/select.ts";
import { readState } from "../../sessions/state_file.ts";

/**
 * Repairs every dead session, or the named one.
 *
 * @returns The exit code: 1 when one of them could not be repaired.
 * @throws {EchologError} `usage` when the named one is unknown or active.
 */
export async function repair(options: ParsedOptions): Promise<number> {
  const [wanted] = options.operands;
  const state = stateFolder();
  const all = listActive(state);
  const folder = wanted === undefined ? null : folderOf(options, wanted, all);
  const entry = folder === null
    ? undefined
    : all.find((entry) => isSamePlace(entry.folder, folder));
  if (folder !== null && entry === undefined) {
    refuseRecorded(folder);
    await refuseForeign(folder);
    report(await repairFolder(folder, state));
    return 0;
  }
  const chosen = wanted === undefined
    ? all
    : entry === undefined
    ? selectSessions(all, wanted)
    : [entry];
  if (wanted !== undefined) refuseLive(chosen);
  const entries = chosen.map(({ entry }) => entry);
  let hasFailed = false;
  const reports = state === null
    ? []
    : await withLock(state, () =>
      repairDead(state, {
        redact: createRedactor(),
        clock: systemClock,
        onError: (line) => {
          hasFailed = true;
          onError(line);
        },
        wants: ({ entry }) => entries.includes(entry),
      }));
  reports.forEach(report);
  const others = wanted === undefined ? unregistered(options) : [];
  others.forEach(describeStop);
  if (hasFailed) return 1;
  if (reports.length + others.length === 0) {
    console.log("Nothing to repair");
  }
  return 0;
}

/** Returns the folder of a path or of a session without a registry entry; `null` for one with an entry. */
function folderOf(
  options: ParsedOptions,
  wanted: string,
  all: readonly ListedSession[],
): string | null {
  const path = wanted === "" ? null : folderNamed(wanted);
  if (path !== null && isSession(path)) return path;
  const isKnown = wanted === LATEST ||
    all.some(({ session_id }) => session_id.startsWith(wanted));
  return isKnown ? null : chooseSession(options).folder;
}

/**
 * Whether a folder is a session's. When log and state are lost, open chunks
 * remain.
 */
function isSession(folder: string): boolean {
  return knownSession(folder, null) !== null || hasOpenChunk(folder);
}

/**
 * Returns sessions without an end that have no registry entry. Whether they are
 * being recorded is not always known.
 */
function unregistered(options: ParsedOptions): KnownSession[] {
  try {
    const { outputDir } = loadCommandSettings(options).settings;
    return listKnown({ outputDir, stateFolder: stateFolder() }).filter(
      (session) => session.entry === null && conditionOf(session) === "crashed",
    );
  } catch {
    // A wrong configuration must not prevent the repair of other sessions.
    return [];
  }
}

function describeStop({ session_id }: KnownSession): void {
  const id = oneLine(session_id);
  console.log(
    `${id} has no end and no entry in the state folder; ` +
      `if it is no longer being recorded, finish it with: echolog repair ${id}`,
  );
}

function refuse(live: Pick<ListedSession, "session_id" | "pid">): never {
  throw new EchologError(
    "usage",
    `Session ${live.session_id} is being recorded by pid ${live.pid}`,
    { hint: "stop it with echolog stop" },
  );
}

function refuseLive(sessions: readonly ListedSession[]): void {
  const live = sessions.find(isAlive);
  if (live !== undefined) refuse(live);
}

/**
 * Fails for a session being recorded. A recorder of another user, or with
 * another state folder, has no entry here, but its ffmpeg has it as parent.
 */
function refuseRecorded(folder: string): void {
  const state = readState(folder);
  if (state === null || state.ffmpeg_pid === null) return;
  if (parentOf(state.ffmpeg_pid) === state.pid) refuse(state);
}

/** Fails for the log of another program, which must not be changed. */
async function refuseForeign(folder: string): Promise<void> {
  if (readState(folder) !== null || hasOpenChunk(folder)) return;
  if (await isForeignLog(join(folder, LOG_FILE))) throw noSession(folder);
}

async function repairFolder(
  folder: string,
  state: string | null,
): Promise<RepairReport> {
  let hasTurn = false;
  const work = () => {
    hasTurn = true;
    return repairSession({
      folder,
      reason: "crashed",
      redact: createRedactor(),
      clock: systemClock,
      onError,
    });
  };
  if (state === null) return await work();
  try {
    return await withLock(state, work);
  } catch (error) {
    if (hasTurn) throw error;
    // An unusable state folder must not prevent a repair.
    return await work();
  }
}

function report({ sessionId, recovered, orphans, wasNeeded }: RepairReport) {
  const stopped = orphans === 0 ? "" : ", its ffmpeg was stopped";
  console.log(
    wasNeeded
      ? `Finished ${sessionId}: chunks recovered: ${recovered}${stopped}`
      : `${sessionId} needs no repair${stopped}`,
  );
}

function onError(line: string): void {
  console.error(`echolog: ${line}`);
}
