/**
 * The log that a command's operand names, read and explained.
 *
 * @module
 */

import { basename, dirname } from "@std/path";
import { EchologError } from "../../errors.ts";
import { type ReadLine, readLogBlocks } from "../../log/read/reader.ts";
import { isAbsent } from "../../platform/fs.ts";
import { stateFolder } from "../../platform/host.ts";
import { findOrphans } from "../../repair/orphans.ts";
import { explain } from "../../review/explain/explain.ts";
import type { Explanation } from "../../review/explain/explanation.ts";
import { outageAtEnd } from "../../review/explain/render/json.ts";
import type { History } from "../../review/history.ts";
import { readHistory } from "../../review/history_reader.ts";
import { readSentHistory } from "../../review/sent_log.ts";
import {
  type Condition,
  conditionOf,
  isIn,
  type KnownSession,
  listKnown,
} from "../../sessions/catalog.ts";
import { readChunkIndex } from "../../sessions/chunks/chunk_index.ts";
import {
  coverageNow,
  lastAudioOf,
  lastSignOf,
  type OpenOutage,
  outageOf,
} from "../../sessions/status.ts";
import { type Unrecorded, unrecordedBefore } from "../../review/unrecorded.ts";
import type { TimeFormat } from "../../times/shown.ts";
import { chooseOutputDir } from "./command_settings.ts";
import { chooseLog, type LogAlone, readAlone } from "./log_operand.ts";
import type { ParsedOptions } from "./options.ts";
import { noLog } from "./session_operand.ts";
import { timesFor } from "./times.ts";

/** A session, or a log alone, with what happened in it. */
export interface ExplainedLog {
  readonly history: History;
  readonly explanation: Explanation;
  /** State of the session. */
  readonly state: Condition;
  /** The outage that is not over, or `null`. */
  readonly outage: OpenOutage | null;
  /** Path or name of the log. */
  readonly log: string;
  /** The session, or `null` for a log alone. */
  readonly session: KnownSession | null;
  /** Time before it in which nothing was recorded, or `null`. */
  readonly before: Unrecorded | null;
}

/** Blocks of lines. */
export type Lines = AsyncIterable<readonly ReadLine[]>;

/**
 * Reads and explains what a command's operand names.
 *
 * @param watch Passes the lines on as they are read.
 * @throws {EchologError} `usage`, when there is no such session; `failed`, when
 * its log is missing or empty.
 */
export async function explainChosen(
  options: ParsedOptions,
  watch: (lines: Lines) => Lines = (lines) => lines,
): Promise<ExplainedLog> {
  const { alone, session } = await chooseLog(options);
  if (alone !== null) {
    const history = await readSentHistory(watch(readAlone(alone)));
    if (history.last === null) throw notALog(alone);
    return {
      ...explained(history, {
        folderName: `The session of ${alone.name}`,
        session: null,
        times: timesFor(options, history.start?.timezone ?? "UTC"),
      }),
      log: alone.name,
      before: null,
    };
  }
  const history = await historyOf(session, watch);
  if (history.last === null) {
    throw new EchologError("failed", `No line of ${session.log} can be read`, {
      hint: "run echolog verify to see what is left of the session",
    });
  }
  const { folder, log, state } = session;
  // A log somewhere else without its state comes from another machine.
  const isSent = state === null && !isIn(session, chooseOutputDir(options));
  const times = isSent
    ? timesFor(options, history.start?.timezone ?? "UTC")
    : timesFor(options);
  const folderName = basename(folder);
  return {
    ...explained(history, { folderName, session, times }),
    log,
    before: await failedBefore(session),
  };
}

/** Returns the time before a session in which nothing was recorded, or `null`. */
async function failedBefore(session: KnownSession): Promise<Unrecorded | null> {
  // Folders beside a log without its state are not sessions.
  if (session.state === null) return null;
  const outputDir = dirname(session.folder);
  const known = await listKnown({ outputDir, stateFolder: stateFolder() });
  return await unrecordedBefore(
    session,
    known.filter((one) => isIn(one, outputDir)),
  );
}

async function historyOf(
  session: KnownSession,
  watch: (lines: Lines) => Lines,
): Promise<History> {
  try {
    return await readHistory(
      watch(readLogBlocks(session.log)),
      readChunkIndex(session.folder),
    );
  } catch (error) {
    if (isAbsent(error)) throw noLog(session);
    throw error;
  }
}

function notALog({ name }: LogAlone): EchologError {
  return new EchologError("failed", `No line of ${name} can be read`, {
    hint: "name the log of a session, session.log",
  });
}

/** What is known besides the log. */
interface Context {
  readonly folderName: string;
  readonly session: KnownSession | null;
  readonly times: TimeFormat;
}

function explained(
  history: History,
  { folderName, session, times }: Context,
): Omit<ExplainedLog, "log" | "before"> {
  const liveness = session?.liveness ?? "unknown";
  const isDead = liveness === "dead";
  const state = stateOf(history, session);
  const now = Date.now();
  const explanation = explain(history, {
    folderName,
    isActive: history.stop === null && liveness === "alive",
    isDead,
    orphans: isDead && session !== null && history.stop === null
      ? findOrphans(session.folder)
      : [],
    lastSign: isDead && session !== null ? lastSignOf(session) : null,
    lastAudio: session === null ? null : lastAudioOf(session),
    audioSince: session === null ? null : audioSinceOf(session),
    coverage: session === null ? null : coverageNow(session, now),
    isStopping: state === "stopping",
    now,
    times,
  });
  const outage = session === null
    ? outageAtEnd(explanation)
    : outageOf(session, now);
  return { history, explanation, state, outage, session };
}

/** Returns the state of a session, as `sessions` lists it. */
function stateOf(
  { stop }: History,
  session: KnownSession | null,
): Condition {
  const condition = session === null ? "unknown" : conditionOf(session);
  return stop !== null && condition !== "stopping" ? "ended" : condition;
}

/** Returns when the audio of the last run began, or `null`. */
function audioSinceOf({ state }: KnownSession): number | null {
  const since = state?.audio_since ?? null;
  return since === null ? null : Date.parse(since);
}
