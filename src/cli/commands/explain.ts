/**
 * `echolog explain`: explains a session in plain language.
 *
 * @module
 */

import { escapeJson, print } from "../../terminal/output.ts";
import { basename } from "@std/path";
import { chooseLog, type LogAlone, readAlone } from "../args/log_operand.ts";
import type { ParsedOptions } from "../args/options.ts";
import { timesFor } from "../args/times.ts";
import type { TimeFormat } from "../../times/shown.ts";
import { noLog } from "../args/session_operand.ts";
import { EchologError } from "../../errors.ts";
import { readLogBlocks } from "../../log/read/reader.ts";
import { isAbsent } from "../../platform/fs.ts";
import { findOrphans } from "../../repair/orphans.ts";
import { explain as explainHistory } from "../../review/explain/explain.ts";
import { outageAtEnd, reportAsJson } from "../../review/explain/render/json.ts";
import { renderReport } from "../../review/explain/render/report.ts";
import { drawTimeline } from "../../review/explain/render/timeline.ts";
import type { History } from "../../review/history.ts";
import { readHistory } from "../../review/history_reader.ts";
import { readSentHistory } from "../../review/sent_log.ts";
import {
  type Condition,
  conditionOf,
  type KnownSession,
} from "../../sessions/catalog.ts";
import { readChunkIndex } from "../../sessions/chunks/chunk_index.ts";
import {
  coverageNow,
  lastAudioOf,
  lastSignOf,
  outageOf,
} from "../../sessions/status.ts";
import { styleOf } from "../../terminal/style.ts";
import { DEFAULT_COLUMNS, terminalColumns } from "../../terminal/width.ts";

/**
 * Explains a session by its log, or a log alone.
 *
 * @throws {EchologError} `usage`, when there is no such session; `failed`, when
 * its log is missing or empty.
 */
export async function explain(options: ParsedOptions): Promise<number> {
  const { alone, session } = await chooseLog(options);
  const isJson = options.switches.has("json");
  if (alone !== null) {
    const history = await readSentHistory(readAlone(alone));
    if (history.last === null) throw notALog(alone);
    printExplained(history, {
      isJson,
      folderName: `The session of ${alone.name}`,
      log: alone.name,
      session: null,
      times: timesFor(options, history.start?.timezone ?? "UTC"),
    });
    return 0;
  }
  const history = await historyOf(session);
  if (history.last === null) {
    throw new EchologError("failed", `No line of ${session.log} can be read`, {
      hint: "run echolog verify to see what is left of the session",
    });
  }
  const { folder, log } = session;
  printExplained(history, {
    isJson,
    folderName: basename(folder),
    log,
    session,
    times: timesFor(options),
  });
  return 0;
}

async function historyOf(session: KnownSession): Promise<History> {
  try {
    return await readHistory(
      readLogBlocks(session.log),
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

/** What is known besides the log, and how it is printed. */
interface PrintOptions {
  readonly isJson: boolean;
  readonly folderName: string;
  readonly log: string;
  readonly session: KnownSession | null;
  readonly times: TimeFormat;
}

function printExplained(
  history: History,
  { isJson, folderName, log, session, times }: PrintOptions,
): void {
  const liveness = session?.liveness ?? "unknown";
  const isDead = liveness === "dead";
  const state = stateOf(history, session);
  const now = Date.now();
  const explained = explainHistory(history, {
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
  const columns = Deno.stdout.isTerminal()
    ? terminalColumns()
    : DEFAULT_COLUMNS;
  const timeline = drawTimeline(
    explained.whole,
    {
      audio: explained.spans,
      deleted: explained.deletedSpans,
      gaps: explained.outages,
    },
    columns,
  );
  print(
    isJson
      ? escapeJson(reportAsJson(explained, {
        state,
        outage: session === null
          ? outageAtEnd(explained)
          : outageOf(session, now),
        timeline,
        log,
      }))
      : renderReport(explained, {
        columns,
        style: styleOf(Deno.stdout),
        timeline,
        log,
      }).join("\n"),
  );
}
