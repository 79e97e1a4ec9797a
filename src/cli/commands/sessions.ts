/**
 * `echolog sessions`: lists every session under the output folder.
 *
 * @module
 */

import { print, printJson } from "../../terminal/output.ts";
import { pooledMap } from "@std/async/pool";
import { chooseOutputDir } from "../args/command_settings.ts";
import type { ParsedOptions } from "../args/options.ts";
import { whyEmpty } from "../args/session_operand.ts";
import { EchologError, oneLine } from "../../errors.ts";
import { stateFolder } from "../../platform/host.ts";
import { listKnown } from "../../sessions/catalog.ts";
import { type SessionSummary, summarize } from "../../sessions/list_entry.ts";
import { type Style, styleOf } from "../../terminal/style.ts";
import { type Column, renderTable } from "../../terminal/table.ts";
import { inWords } from "../../review/explain/glossary.ts";
import {
  formatDateTime,
  formatDuration,
  formatPercent,
  pluralize,
} from "../../terminal/units.ts";
import { terminalColumns } from "../../terminal/width.ts";

/** Number of sessions summarized at a time: each may have its log open. */
const AT_ONCE = 8;

/** Prints the sessions, the newest first. */
export async function sessions(options: ParsedOptions): Promise<number> {
  const outputDir = chooseOutputDir(options);
  const known = await listKnown({ outputDir, stateFolder: stateFolder() });
  if (options.switches.has("ids")) {
    for (const { session_id } of known) print(oneLine(session_id));
    return 0;
  }
  const limit = readLimit(options.values.get("limit"));
  const shown = await Array.fromAsync(
    pooledMap(AT_ONCE, known.slice(0, limit), summarize),
  );
  if (options.switches.has("json")) {
    printJson(shown);
    return 0;
  }
  if (shown.length === 0) {
    const { why, hint } = whyEmpty(outputDir);
    console.error(`echolog: ${oneLine(why)}; ${hint}`);
    return 0;
  }
  const columns = Deno.stdout.isTerminal() ? terminalColumns() : Infinity;
  print(renderSessions(shown, columns, styleOf(Deno.stdout)));
  const left = known.length - shown.length;
  if (left > 0) {
    print(`… and ${pluralize(left, "more session")}: see --limit`);
  }
  return 0;
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new EchologError("usage", `Cannot use --limit ${text}`, {
    hint: "expected a whole number of at least 1",
  });
}

/** Returns the table of sessions, and what to do about crashed ones. */
export function renderSessions(
  sessions: readonly SessionSummary[],
  columns: number,
  style: Style,
): string {
  const [titles = "", ...rows] = renderTable(sessions, COLUMNS, columns);
  const lines = rows.map((line, index) =>
    sessions[index]?.state === "crashed"
      ? line.replace(/crashed(?=$|,)/, style.red("crashed"))
      : line
  );
  const crashed = sessions.filter(({ state }) => state === "crashed");
  const advice = crashed.length === 0
    ? []
    : ["", "To finish crashed sessions, run echolog repair"];
  return [style.bold(titles), ...lines, ...advice].join("\n");
}

const COLUMNS: readonly Column<SessionSummary>[] = [
  { title: "SESSION", cell: ({ session_id }) => session_id },
  {
    title: "START (UTC)",
    cell: ({ start }) => formatDateTime(Date.parse(start)),
    spare: 0,
  },
  {
    title: "DURATION",
    cell: ({ wall }) => wall === null ? "–" : formatDuration(wall),
    alignRight: true,
  },
  {
    title: "CHUNKS",
    cell: ({ chunks }) => String(chunks ?? "–"),
    alignRight: true,
    spare: 3,
  },
  {
    title: "GAPS",
    cell: ({ gaps }) => String(gaps ?? "–"),
    alignRight: true,
    spare: 2,
  },
  {
    title: "COVERAGE",
    cell: ({ coverage }) => coverage === null ? "–" : formatPercent(coverage),
    alignRight: true,
    spare: 1,
  },
  {
    title: "ENDED",
    cell: (session) =>
      [endText, lostText, deletedText, keptText]
        .map((text) => text(session)).join(""),
  },
];

/** Returns how a session ended, or what it does now. */
function endText({ state, reason, outage }: SessionSummary): string {
  // An end without a reason is unknown.
  return outage === null
    ? inWords(reason ?? (state === "ended" ? "–" : state))
    : `no audio for ${formatDuration(Math.floor(outage.duration))}: ${
      inWords(outage.cause)
    }`;
}

function keptText({ kept }: SessionSummary): string {
  return kept ? ", kept" : "";
}

/** Returns how much audio went with a folder that was deleted. */
function lostText({ lost_audio }: SessionSummary): string {
  return lost_audio === null || lost_audio === 0
    ? ""
    : `, ${formatDuration(lost_audio)} lost with its folder`;
}

function deletedText({ deleted_until }: SessionSummary): string {
  return deleted_until === null
    ? ""
    : `, deleted until ${formatDateTime(Date.parse(deleted_until))}`;
}
