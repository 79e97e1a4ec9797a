/**
 * `echolog explain`: explains a session in plain language.
 *
 * @module
 */

import { escapeJson, print } from "../../terminal/output.ts";
import { explainChosen } from "../args/explained_log.ts";
import type { ParsedOptions } from "../args/options.ts";
import { reportAsJson } from "../../review/explain/render/json.ts";
import { renderReport } from "../../review/explain/render/report.ts";
import { drawTimeline } from "../../review/explain/render/timeline.ts";
import { styleOf } from "../../terminal/style.ts";
import { DEFAULT_COLUMNS, terminalColumns } from "../../terminal/width.ts";

/**
 * Explains a session by its log, or a log alone.
 *
 * @throws {EchologError} `usage`, when there is no such session; `failed`, when
 * its log is missing or empty.
 */
export async function explain(options: ParsedOptions): Promise<number> {
  const { explanation, before, ...rest } = await explainChosen(options);
  const { state, outage, log } = rest;
  const columns = Deno.stdout.isTerminal()
    ? terminalColumns()
    : DEFAULT_COLUMNS;
  const timeline = drawTimeline(
    explanation.whole,
    {
      audio: explanation.spans,
      deleted: explanation.deletedSpans,
      gaps: explanation.outages,
    },
    columns,
  );
  print(
    options.switches.has("json")
      ? escapeJson(
        reportAsJson(explanation, { state, outage, timeline, log, before }),
      )
      : renderReport(explanation, {
        columns,
        style: styleOf(Deno.stdout),
        timeline,
        log,
        before,
      }).join("\n"),
  );
  return 0;
}
