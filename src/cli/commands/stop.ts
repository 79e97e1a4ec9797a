/**
 * `echolog stop`: ends sessions that are being recorded, and waits until they
 * have ended.
 *
 * @module
 */

import type { ParsedOptions } from "../args/options.ts";
import { LATEST } from "../../config/session_id.ts";
import { EchologError } from "../../errors.ts";
import { systemClock } from "../../platform/clock.ts";
import { exists } from "../../platform/fs.ts";
import { stateFolder } from "../../platform/host.ts";
import { withLock } from "../../recorder/claim.ts";
import { stopSignal } from "../../recorder/signals.ts";
import { createRedactor } from "../../redact/redact.ts";
import { repairDead } from "../../repair/repair_dead.ts";
import {
  isAlive,
  type ListedSession,
  listSessions,
} from "../../sessions/registry.ts";
import { selectSessions } from "../../sessions/select.ts";
import { readState } from "../../sessions/state_file.ts";

/** Longer than the whole stop ladder takes, and a slow disk with it. */
const LIMIT_MS = 30_000;
const LOOK_MS = 50;

/**
 * Stops the session that was named, the latest that is being recorded, or all;
 * and finishes those whose recorders had died, whose ffmpeg may record on.
 *
 * @throws {EchologError} `inactive` when there is none, `failed` when one does not end.
 */
export async function stop(options: ParsedOptions): Promise<number> {
  const state = stateFolder();
  const all = state === null ? [] : listSessions(state);
  if (state === null || all.length === 0) {
    throw new EchologError("inactive", "Nothing is being recorded", {
      hint: "echolog sessions shows what was",
    });
  }
  const live = all.filter(isAlive);
  const chosen = choose(options, all, live);
  const ends = await Promise.all(chosen.map(stopOne));
  const those = (end: End) => chosen.filter((_, at) => ends[at] === end);
  const dead = all.filter((one) => !live.includes(one));
  const isFinished = await finishDead(state, [...dead, ...those("died")]);
  const [stuck] = those("stuck");
  if (stuck !== undefined) {
    throw new EchologError(
      "failed",
      `Session ${stuck.session_id} (pid ${stuck.pid}) has not ended within ${
        LIMIT_MS / 1000
      } s`,
      { hint: `it was asked to; see ${stuck.log}` },
    );
  }
  const left = live.filter((one) => !chosen.includes(one) && isAlive(one));
  if (left.length > 0) console.log(stillRecorded(left));
  // What was asked for was done, whatever is wrong with another session.
  return isFinished || those("stopped").length > 0 ? 0 : 1;
}

/** What became of a session that was asked to stop. */
type End = "stopped" | "died" | "stuck";

/** Those of the live sessions that are meant. */
function choose(
  { switches, operands }: ParsedOptions,
  all: readonly ListedSession[],
  live: readonly ListedSession[],
): ListedSession[] {
  const [wanted = LATEST] = operands;
  if (switches.has("all")) {
    if (operands.length === 0) return [...live];
    throw new EchologError("usage", `Cannot use ${wanted} beside --all`, {
      hint: "--all stops every session; leave out one of them",
    });
  }
  return wanted === LATEST
    ? selectSessions(live, wanted)
    : selectSessions(all, wanted).filter((one) => live.includes(one));
}

/** Who has stopped one of several may think that it was all. */
function stillRecorded(sessions: readonly ListedSession[]): string {
  const names = sessions.map(({ session_id }) => session_id).join(", ");
  return `Still being recorded: ${names}; echolog stop --all stops all`;
}

async function stopOne(session: ListedSession): Promise<End> {
  try {
    Deno.kill(session.pid, requireSignal());
  } catch (error) {
    // It ended by itself a moment ago.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (!await hasEnded(session)) return "stuck";
  // Whoever ends well gives back its place.
  const hasDied = exists(session.entry) &&
    readState(session.folder)?.state !== "ended";
  if (hasDied) return "died";
  console.log(`Stopped ${session.session_id}; log: ${session.log}`);
  return "stopped";
}

function requireSignal(): Deno.Signal {
  const signal = stopSignal(Deno.build.os);
  if (signal !== null) return signal;
  throw new EchologError(
    "failed",
    "Cannot ask a recording to stop on this system",
    { hint: "press Ctrl-C in its window, or start it with --duration" },
  );
}

/** Waits for its recorder to be gone for certain; false when that takes too long. */
async function hasEnded(session: ListedSession): Promise<boolean> {
  const end = systemClock.monotonic() + LIMIT_MS;
  while (isAlive(session)) {
    if (systemClock.monotonic() > end) return false;
    await new Promise<void>((done) => systemClock.setTimeout(done, LOOK_MS));
  }
  return true;
}

/** Finishes sessions as `repair` does; false when one of them could not be. */
async function finishDead(
  state: string,
  dead: readonly ListedSession[],
): Promise<boolean> {
  if (dead.length === 0) return true;
  const entries = dead.map(({ entry }) => entry);
  await withLock(state, () =>
    repairDead(state, {
      redact: createRedactor(),
      clock: systemClock,
      onError: (line) => console.error(`echolog: ${line}`),
      wants: ({ entry }) => entries.includes(entry),
    }));
  // What could not be finished was told of, and is left for the next time.
  const left = new Set(listSessions(state).map(({ entry }) => entry));
  const finished = dead.filter(({ entry }) => !left.has(entry));
  for (const { session_id, folder, log } of finished) {
    console.log(
      exists(folder)
        ? `Its recorder had died; finished ${session_id}; log: ${log}`
        : `The recorder of ${session_id} had died; its folder is gone: ${folder}`,
    );
  }
  return finished.length === dead.length;
}
