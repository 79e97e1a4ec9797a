/**
 * `echolog sessions`: lists every session under the output folder.
 *
 * @module
 */

import { print, printJson } from "../../terminal/output.ts";
import { pooledMap } from "@std/async/pool";
import { chooseOutputDir } from "../args/command_settings.ts";
import type { ParsedOptions } from "../args/options.ts";
import { chosenSessions, whyEmpty } from "../args/session_operand.ts";
import { timesFor, typedTime } from "../args/times.ts";
import { EchologError, oneLine } from "../../errors.ts";
import type { KnownSession } from "../../sessions/catalog.ts";
import type { EpochMs } from "../../events.ts";
import { listedStateOf, readListedState, STATES } from "./sessions_state.ts";
import { printMeasures } from "./sessions_summary.ts";
import { type SessionSummary, summarize } from "../../sessions/list_entry.ts";
import { type Style, styleOf } from "../../terminal/style.ts";
import { type Column, renderTable } from "../../terminal/table.ts";
import { inWords } from "../../review/explain/glossary.ts";
import {
  formatBytes,
  formatDuration,
  formatPercent,
  pluralize,
} from "../../terminal/units.ts";
import { terminalColumns, widthOf, wrap } from "../../terminal/width.ts";
import { TimeFormat } from "../../times/shown.ts";

/** Number of sessions summarized at a time: each may have its log open. */
const AT_ONCE = 8;

/** Prints the sessions, the newest first. */
export async function sessions(options: ParsedOptions): Promise<number> {
  assertOneForm(options);
  const outputDir = chooseOutputDir(options);
  const state = readListedState(options.values.get("state"));
  const all = await chosenSessions(options);
  const known = all.filter((session) =>
    state === null || listedStateOf(session) === state
  );
  const limit = readLimit(options.values.get("limit"));
  const since = typedTime(options, "since", "from", { now: Date.now() });
  const wanted = known
    .filter((session) => since === null || endsAfter(session, since))
    .slice(0, limit);
  if (options.switches.has("ids")) {
    for (const { session_id } of wanted) print(oneLine(session_id));
    return 0;
  }
  if (options.switches.has("summary")) {
    await printMeasures(wanted, options.switches.has("json"));
    return 0;
  }
  const shown = await Array.fromAsync(
    pooledMap(AT_ONCE, wanted, summarize),
  );
  if (options.switches.has("json")) {
    printJson(shown);
    return 0;
  }
  if (shown.length === 0) {
    if (state !== null && all.length > 0) {
      console.error(`echolog: No session ${STATES[state]}`);
      return 0;
    }
    if (since !== null && known.length > 0) {
      console.error(
        `echolog: No session was recorded after ${
          timesFor(options).dateTime(since)
        }; the last one is ${oneLine(known[0]?.session_id ?? "")}`,
      );
      return 0;
    }
    const { why, hint } = whyEmpty(outputDir);
    console.error(`echolog: ${oneLine(why)}; ${hint}`);
    return 0;
  }
  const columns = Deno.stdout.isTerminal() ? terminalColumns() : Infinity;
  const style = styleOf(Deno.stdout);
  print(renderSessions(shown, columns, style, timesFor(options)));
  const left = known.length - shown.length;
  if (left > 0 && since === null) {
    print(`… and ${pluralize(left, "more session")}: see --limit`);
  }
  return 0;
}

/**
 * Checks that the output has one form: ids are a list for a shell.
 *
 * @throws {EchologError} `usage`, when it has two.
 */
function assertOneForm({ switches }: ParsedOptions): void {
  const other = ["json", "summary"].find((name) => switches.has(name));
  if (!switches.has("ids") || other === undefined) return;
  throw new EchologError("usage", `Cannot use --ids with --${other}`, {
    hint: "use one of them",
  });
}

/** Whether a session is active, or was still recorded after a time. */
function endsAfter({ start, state }: KnownSession, time: EpochMs): boolean {
  return state === null || state.state !== "ended" ||
    start + (state.wall ?? 0) * 1000 >= time;
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new EchologError("usage", `Cannot use --limit ${text}`, {
    hint: "expected a whole number of at least 1",
  });
}

/** Returns the sessions as a table, and what to do about crashed ones. */
export function renderSessions(
  sessions: readonly SessionSummary[],
  room: number,
  style: Style,
  times = TimeFormat.utc,
): string {
  const wide = [...columnsOf(times), ...endingOf(times)];
  const [titles = "", ...rows] = renderTable(sessions, wide, room);
  const isNarrow = [titles, ...rows].some((line) => widthOf(line) > room);
  const lines = isNarrow
    ? inTwoLines(sessions, room, style, times)
    : [style.bold(titles), ...rows];
  const crashed = sessions.filter(({ state }) => state === "crashed");
  const advice = crashed.length === 0
    ? []
    : ["", "To finish crashed sessions, run echolog repair"];
  const shown = lines.map((line) =>
    line.replace(/ crashed(?=$|,)/, ` ${style.red("crashed")}`)
  );
  return [...shown, ...advice].join("\n");
}

/** Returns the table with the last columns on a line of their own below each row. */
function inTwoLines(
  sessions: readonly SessionSummary[],
  room: number,
  style: Style,
  times: TimeFormat,
): string[] {
  const [titles = "", ...rows] = renderTable(
    sessions,
    columnsOf(times),
    room,
  );
  const ending = endingOf(times);
  return [
    style.bold(titles),
    ...sessions.flatMap((session, index) => [
      rows[index] ?? "",
      ...wrap(
        oneLine(`  ${ending.map(({ cell }) => cell(session)).join(", ")}`),
        room,
        "  ",
      ),
    ]),
  ];
}

const columnsOf = (times: TimeFormat): readonly Column<SessionSummary>[] => [
  { title: "SESSION", cell: ({ session_id }) => session_id },
  {
    title: `START (${times.zoneName})`,
    cell: ({ start }) => times.dateTime(Date.parse(start)),
  },
  { title: "END", cell: (session) => endOf(session, times) },
  {
    title: "DURATION",
    cell: ({ wall }) => wall === null ? "–" : formatDuration(wall),
    alignRight: true,
    spare: 2,
  },
  {
    title: "SIZE",
    cell: ({ bytes }) => bytes === null ? "–" : formatBytes(bytes),
    alignRight: true,
  },
  {
    title: "CHUNKS",
    cell: ({ chunks }) => String(chunks ?? "–"),
    alignRight: true,
  },
  {
    title: "GAPS",
    cell: ({ gaps }) => String(gaps ?? "–"),
    alignRight: true,
  },
  {
    title: "COVERAGE",
    cell: ({ coverage }) => coverage === null ? "–" : formatPercent(coverage),
    alignRight: true,
    spare: 1,
  },
];

/** The columns that take a line of their own on a narrow terminal. */
const endingOf = (times: TimeFormat): readonly Column<SessionSummary>[] => [
  { title: "DEVICE", cell: ({ device }) => device ?? "–" },
  {
    title: "ENDED",
    cell: (session) =>
      [
        endText(session),
        lostText(session),
        deletedText(session, times),
        keptText(session),
      ].join(""),
  },
];

/** Returns when a session ended, without its year, and without its day if it began on it. */
function endOf({ start, end }: SessionSummary, times: TimeFormat): string {
  if (end === null) return "–";
  const [from, to] = [Date.parse(start), Date.parse(end)];
  return times.isSameDay(from, to)
    ? times.time(to)
    : times.dateTime(to).slice("2025-".length);
}

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

function deletedText(
  { deleted_until }: SessionSummary,
  times: TimeFormat,
): string {
  return deleted_until === null
    ? ""
    : `, deleted until ${times.dateTime(Date.parse(deleted_until))}`;
}
