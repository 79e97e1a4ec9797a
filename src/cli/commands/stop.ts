/**
 * `echolog stop`: stops sessions that are being recorded, and waits for their
 * end.
 *
 * @module
 */

import { printLine } from "../../terminal/output.ts";
import { chosenPlace } from "../args/command_settings.ts";
import { notifyOfDeaths } from "../args/deaths.ts";
import type { ParsedOptions } from "../args/options.ts";
import { LATEST } from "../../config/session_id.ts";
import { EchologError, oneLine } from "../../errors.ts";
import { systemClock } from "../../platform/clock.ts";
import { exists } from "../../platform/fs.ts";
import { stateFolder } from "../../platform/host.ts";
import { hasStopSignal, STOP_SIGNAL } from "../../recorder/signals.ts";
import { requestStop } from "../../recorder/watches/stop_requests.ts";
import { createRedactor } from "../../redact/redact.ts";
import { repairDead } from "../../repair/repair_dead.ts";
import {
  isAlive,
  type ListedSession,
  listSessions,
} from "../../sessions/registry.ts";
import { isIn } from "../../sessions/catalog.ts";
import { isInReach, livenessOf } from "../../sessions/liveness.ts";
import { selectSessions } from "../../sessions/select.ts";
import { readState } from "../../sessions/state_file.ts";

/**
 * Maximum milliseconds to wait: longer than all steps of stopping ffmpeg on a
 * slow disk.
 */
const LIMIT_MS = 30_000;
const LOOK_MS = 50;

/**
 * Stops the named session, the latest active one, or all. It repairs those
 * whose recorders had died, because their ffmpeg may still record.
 *
 * @throws {EchologError} `inactive` when there is none, `failed` when one does not end.
 */
export async function stop(options: ParsedOptions): Promise<number> {
  const state = stateFolder();
  const place = chosenPlace(options);
  const all = state === null
    ? []
    : (await listSessions(state)).filter((one) => isIn(one, place));
  if (state === null || all.length === 0) {
    throw new EchologError("inactive", "Nothing is being recorded", {
      hint: "echolog sessions lists earlier recordings",
    });
  }
  const live = all.filter(isAlive);
  const [unknown] = all.filter(({ liveness }) => liveness === "unknown");
  if (live.length === 0 && unknown !== undefined && all.length === 1) {
    throw new EchologError(
      "inactive",
      `Session ${unknown.session_id} belongs to another machine or container; nothing is being recorded here`,
      { hint: "stop it there" },
    );
  }
  const chosen = withTheirOthers(choose(options, all, live), live);
  const ends = await Promise.all(chosen.map(stopOne));
  const those = (end: End) => chosen.filter((_, at) => ends[at] === end);
  const dead = all.filter(({ liveness }) => liveness === "dead");
  const isFinished = await finishDead([...dead, ...those("died")], options);
  const [stuck] = those("stuck");
  if (stuck !== undefined) {
    throw new EchologError(
      "failed",
      `Session ${stuck.session_id} (pid ${stuck.pid}) has not ended within ${
        LIMIT_MS / 1000
      } s`,
      { hint: `it was asked to stop; see ${stuck.log}` },
    );
  }
  const others = live.filter((one) => !chosen.includes(one));
  const left = await stillAlive(others);
  if (left.length > 0) printLine(stillRecorded(left));
  // The request was fulfilled, whatever is wrong with another session.
  return isFinished || those("stopped").length > 0 ? 0 : 1;
}

/** Result of stopping a session. */
type End = "stopped" | "died" | "stuck";

/** Returns the active sessions to stop. */
function choose(
  { switches, operands }: ParsedOptions,
  all: readonly ListedSession[],
  live: readonly ListedSession[],
): ListedSession[] {
  const [wanted = LATEST] = operands;
  if (switches.has("all")) {
    if (operands.length === 0) return [...live];
    throw new EchologError(
      "usage",
      `Cannot use ${wanted} together with --all`,
      {
        hint: "--all stops every session; leave out one of them",
      },
    );
  }
  const now = systemClock.now();
  return wanted === LATEST
    ? selectSessions(live, wanted, { now })
    : selectSessions(all, wanted, { now }).filter((one) => live.includes(one));
}

/** Adds the other session of a recorder: at a rollover, it has two. */
function withTheirOthers(
  chosen: readonly ListedSession[],
  live: readonly ListedSession[],
): ListedSession[] {
  const others = live.filter((one) =>
    !chosen.includes(one) &&
    chosen.some(({ pid, machine, boot_id }) =>
      pid === one.pid && machine === one.machine && boot_id === one.boot_id
    )
  );
  return [...chosen, ...others];
}

async function stillAlive(
  sessions: readonly ListedSession[],
): Promise<ListedSession[]> {
  const states = await Promise.all(
    sessions.map((session) => livenessOf(session.folder, session)),
  );
  return sessions.filter((_, at) => states[at] === "alive");
}

/**
 * Returns a note on sessions still being recorded, which a user may not expect.
 */
function stillRecorded(sessions: readonly ListedSession[]): string {
  const names = sessions.map(({ session_id }) => session_id).join(", ");
  return `Still being recorded: ${names}; echolog stop --all stops all`;
}

async function stopOne(session: ListedSession): Promise<End> {
  if (!isInReach(session)) {
    throw new EchologError(
      "failed",
      `Session ${session.session_id} is being recorded on ${session.machine}: another machine, or another container`,
      { hint: "stop it there" },
    );
  }
  try {
    if (hasStopSignal()) Deno.kill(session.pid, STOP_SIGNAL);
    else await requestStop(session.folder);
  } catch (error) {
    // The recorder ended by itself a moment ago.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (!await hasEnded(session)) return "stuck";
  // A recorder that ends properly removes its entry.
  const hasDied = exists(session.entry) &&
    readState(session.folder)?.state !== "ended";
  if (hasDied) return "died";
  printLine(`Stopped ${session.session_id}; log: ${session.log}`);
  return "stopped";
}

/** Waits until the recorder is certainly gone; false when that takes too long. */
async function hasEnded(session: ListedSession): Promise<boolean> {
  const end = systemClock.monotonic() + LIMIT_MS;
  while (await livenessOf(session.folder, session) === "alive") {
    if (systemClock.monotonic() > end) return false;
    await new Promise<void>((done) => systemClock.setTimeout(done, LOOK_MS));
  }
  return true;
}

/**
 * Repairs sessions like `echolog repair`; false when one of them could not be
 * repaired.
 */
async function finishDead(
  dead: readonly ListedSession[],
  options: ParsedOptions,
): Promise<boolean> {
  if (dead.length === 0) return true;
  const reports = await repairDead(dead, {
    redact: createRedactor(),
    clock: systemClock,
    onError: (line) => console.error(`echolog: ${oneLine(line)}`),
  });
  await notifyOfDeaths(reports, options);
  // Sessions that could not be repaired were reported, and are left for the
  // next time.
  const finished = dead.filter(({ entry }) => !exists(entry));
  for (const { session_id, folder, log } of finished) {
    printLine(
      exists(folder)
        ? `The recorder of ${session_id} had died; the session is now finished; log: ${log}`
        : `The recorder of ${session_id} had died; its folder is gone: ${folder}`,
    );
  }
  return finished.length === dead.length;
}
