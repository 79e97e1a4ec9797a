/**
 * `echolog explain`: explains a session in plain language.
 *
 * @module
 */

import { escapeJson, print } from "../../terminal/output.ts";
import { basename } from "@std/path";
import type { ParsedOptions } from "../args/options.ts";
import { chooseSession, noLog } from "../args/session_operand.ts";
import { EchologError } from "../../errors.ts";
import { isAbsent } from "../../platform/fs.ts";
import { explain as explainHistory } from "../../review/explain/explain.ts";
import { renderReport, reportAsJson } from "../../review/explain/render.ts";
import { drawTimeline } from "../../review/explain/timeline.ts";
import { type History, readHistory } from "../../review/history.ts";
import { styleOf } from "../../terminal/style.ts";
import { DEFAULT_COLUMNS, terminalColumns } from "../../terminal/width.ts";

/**
 * Explains a session by its log.
 *
 * @throws {EchologError} `usage`, when there is no such session; `failed`, when
 * its log is missing or empty.
 */
export async function explain(options: ParsedOptions): Promise<number> {
  const session = await chooseSession(options);
  let history: History;
  try {
    history = await readHistory(session.log, session.folder);
  } catch (error) {
    if (isAbsent(error)) throw noLog(session);
    throw error;
  }
  const { folder, log, liveness } = session;
  if (history.last === null) {
    throw new EchologError("failed", `No line of ${log} can be read`, {
      hint: "run echolog verify to see what is left of the session",
    });
  }
  const explained = explainHistory(history, {
    folderName: basename(folder),
    isActive: history.stop === null && liveness === "alive",
    isDead: liveness === "dead",
    now: Date.now(),
  });
  const columns = Deno.stdout.isTerminal()
    ? terminalColumns()
    : DEFAULT_COLUMNS;
  const timeline = drawTimeline(
    explained.whole,
    explained.spans,
    explained.outages,
    columns,
  );
  print(
    options.switches.has("json")
      ? escapeJson(reportAsJson(explained, timeline, log))
      : renderReport(explained, {
        columns,
        style: styleOf(Deno.stdout),
        timeline,
        log,
      }).join("\n"),
  );
  return 0;
}
