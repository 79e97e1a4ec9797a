/**
 * `echolog repair`: repairs sessions whose recorders died.
 *
 * @module
 */

import { print, printLine } from "../../terminal/output.ts";
import { proposeCommand } from "../../platform/own_command.ts";
import { basename, join } from "@std/path";
import { loadCommandSettings } from "../args/command_settings.ts";
import { notifyOfDeaths } from "../args/deaths.ts";
import type { ParsedOptions } from "../args/options.ts";
import { chooseSession, noSession } from "../args/session_operand.ts";
import { EchologError, messageOf, oneLine } from "../../errors.ts";
import { systemClock } from "../../platform/clock.ts";
import { userId } from "../../platform/guarded/guard.ts";
import { stateFolder } from "../../platform/host.ts";
import { createRedactor } from "../../redact/redact.ts";
import { isForeignLog } from "../../repair/read_log.ts";
import { reasonOf, repairDead } from "../../repair/repair_dead.ts";
import {
  type RepairReport,
  repairSession,
} from "../../repair/repair_session.ts";
import {
  fromRegistration,
  type KnownSession,
  knownSession,
  listActive,
  listKnown,
} from "../../sessions/catalog.ts";
import { hasOpenChunk } from "../../sessions/chunks/open_chunks.ts";
import { LOG_FILE } from "../../sessions/folder.ts";
import { summarize } from "../../sessions/list_entry.ts";
import { livenessOf } from "../../sessions/liveness.ts";
import { folderNamed } from "../../sessions/select.ts";
import { readState } from "../../sessions/state_file.ts";

/**
 * Repairs every session that is known to be dead, or the named one.
 *
 * @returns The exit code: 1 when one of them could not be repaired.
 * @throws {EchologError} `usage` when the named one is unknown, is being
 * recorded, or may be; `failed` when it cannot be repaired.
 */
export async function repair(options: ParsedOptions): Promise<number> {
  const [wanted] = options.operands;
  const isForced = options.switches.has("force");
  if (wanted !== undefined) {
    return await repairNamed(
      await sessionNamed(options, wanted),
      isForced,
      options,
    );
  }
  if (isForced) {
    throw new EchologError("usage", "Cannot use --force without SESSION", {
      hint: "name the session to repair",
    });
  }
  return await repairAll(options);
}

async function repairAll(options: ParsedOptions): Promise<number> {
  let hasFailed = false;
  const onError = (line: string) => {
    hasFailed = true;
    printError(line);
  };
  const active = await listActive(stateFolder());
  const dead = active.filter(({ liveness }) => liveness === "dead");
  const reports = await repairDead(dead, { ...REPAIR, onError });
  const others = await unfinished(options);
  const foreign = others.filter(({ isForeign }) => isForeign);
  const own = others.filter(({ isForeign }) => !isForeign);
  for (const session of own) {
    if (session.liveness !== "dead") continue;
    try {
      reports.push(await repairKnown(session));
    } catch (error) {
      onError(
        `Cannot repair session ${session.session_id}: ${messageOf(error)}`,
      );
    }
  }
  await notifyOfDeaths(reports, options);
  const isQuiet = options.switches.has("quiet");
  if (!isQuiet) reports.forEach(report);
  const unknown = [...active, ...own]
    .filter(({ liveness }) => liveness === "unknown");
  const left = foreign.filter(({ liveness }) => liveness !== "alive");
  if (!isQuiet) {
    unknown.forEach(describeUnknown);
    left.forEach(describeForeign);
  }
  if (hasFailed) return 1;
  if (isQuiet) return 0;
  if (reports.length + unknown.length + left.length === 0) {
    print("Nothing to repair");
  }
  return 0;
}

const REPAIR = { redact: createRedactor(), clock: systemClock };

/** Returns the sessions below the output folder that have no end and no registry entry. */
async function unfinished(options: ParsedOptions): Promise<KnownSession[]> {
  let outputDir: string;
  try {
    ({ outputDir } = loadCommandSettings(options).settings);
  } catch {
    // A wrong configuration must not prevent the repair of other sessions.
    return [];
  }
  const known = await listKnown({ outputDir, stateFolder: stateFolder() });
  const open = known.filter(({ entry, state }) =>
    entry === null && state?.state !== "ended"
  );
  // Without a state, the log shows whether it has an end.
  const summaries = await Promise.all(open.map(summarize));
  return open.filter((session, at) =>
    session.state !== null || summaries[at]?.reason === null
  );
}

function describeUnknown(
  { session_id, folder }: Pick<KnownSession, "session_id" | "folder">,
): void {
  printLine(
    `${session_id} has no end, but may still be recording on another machine, or be a copy;  ` +
      `if nothing is recording it, finish it with: ${
        proposeCommand(["repair", "--force"], folder)
      }`,
  );
}

/** Reports a session that is left to its owner. Root may finish it by its name. */
function describeForeign(
  { session_id, folder, liveness }: KnownSession,
): void {
  const words = liveness === "dead" ? ["repair"] : ["repair", "--force"];
  const advice = userId() === 0
    ? `to finish it, run ${proposeCommand(words, folder)}`
    : "its owner can finish it";
  printLine(`${session_id} has no end, and is another user's: ${advice}`);
}

/**
 * Returns the named session. When log and state are lost, open chunks remain.
 */
async function sessionNamed(
  options: ParsedOptions,
  wanted: string,
): Promise<KnownSession> {
  const folder = wanted === "" ? null : folderNamed(wanted);
  const active = await listActive(stateFolder());
  const byId = active.filter(({ session_id }) => session_id === wanted);
  const [entry] = byId.length === 1
    ? byId
    : active.filter((one) => one.folder === folder);
  if (entry !== undefined) return await fromRegistration(entry);
  if (folder === null) return await chooseSession(options);
  const known = await knownSession(folder, null);
  if (known !== null) return await chooseSession(options);
  if (!hasOpenChunk(folder)) return await chooseSession(options);
  return {
    session_id: folder,
    folder,
    log: join(folder, LOG_FILE),
    start: 0,
    state: null,
    entry: null,
    liveness: await livenessOf(folder, null),
    isForeign: false,
  };
}

async function repairNamed(
  session: KnownSession,
  isForced: boolean,
  options: ParsedOptions,
): Promise<number> {
  const { folder, session_id, state, entry, liveness } = session;
  if (liveness === "alive") {
    const pid = (entry ?? state)?.pid;
    throw new EchologError(
      "usage",
      `Session ${session_id} is being recorded${
        pid === undefined ? "" : ` by pid ${pid}`
      }`,
      { hint: "stop it with echolog stop" },
    );
  }
  await refuseForeign(folder);
  if (liveness === "unknown" && !isForced) {
    throw new EchologError(
      "usage",
      `The session in ${folder} may still be recording on another machine, or be a copy`,
      {
        hint: `if nothing is recording it, run ${
          proposeCommand(["repair", "--force"], folder)
        }`,
      },
    );
  }
  let hasFailed = false;
  const onError = (line: string) => {
    hasFailed = true;
    printError(line);
  };
  const reports = entry === null
    ? [await repairKnown(session)]
    : await repairDead([entry], { ...REPAIR, onError });
  await notifyOfDeaths(reports, options);
  if (!options.switches.has("quiet")) reports.forEach(report);
  return hasFailed ? 1 : 0;
}

/** Repairs a session without a registry entry. */
async function repairKnown(
  { folder, state }: KnownSession,
): Promise<RepairReport> {
  return await repairSession({
    ...REPAIR,
    folder,
    reason: reasonOf(state),
    onError: printError,
  });
}

/** Fails for the log of another program, which must not be changed. */
async function refuseForeign(folder: string): Promise<void> {
  if (readState(folder) !== null || hasOpenChunk(folder)) return;
  if (await isForeignLog(join(folder, LOG_FILE))) throw noSession(folder);
}

function report(
  { sessionId, folder, recovered, orphans, wasNeeded, lacksLog }: RepairReport,
): void {
  const stopped = orphans === 0 ? "" : ", its ffmpeg was stopped";
  if (lacksLog === true) {
    printLine(
      `${sessionId} ended properly, but session.log is missing from ${folder}; repair cannot restore it${stopped}`,
    );
    return;
  }
  // A folder may have been renamed, or copied.
  const named = basename(folder) === sessionId
    ? sessionId
    : `${sessionId} in ${folder}`;
  printLine(
    wasNeeded
      ? `Finished ${named}: chunks recovered: ${recovered}${stopped}`
      : `${named} needs no repair${stopped}`,
  );
}

function printError(line: string): void {
  console.error(`echolog: ${oneLine(line)}`);
}
