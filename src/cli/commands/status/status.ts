/**
 * `echolog status`: shows the sessions that are being recorded.
 *
 * @module
 */

import {
  print,
  printJson,
  stdoutSink,
  toJson,
} from "../../../terminal/output.ts";
import { writeAllSync } from "@std/io/write-all";
import type { ParsedOptions } from "../../args/options.ts";
import { EchologError, oneLine } from "../../../errors.ts";
import type { EpochMs, Seconds } from "../../../events.ts";
import { sourceKind } from "../../../audio/device.ts";
import { createRedactor } from "../../../redact/redact.ts";
import { meaningOfCause } from "../../../review/explain/glossary.ts";
import type { SessionState } from "../../../sessions/state_file.ts";
import type { SessionStatus } from "../../../sessions/status.ts";
import {
  formatBytes,
  formatDuration,
  formatPercent,
  pluralize,
} from "../../../terminal/units.ts";
import { renderCheck } from "./check.ts";
import { type Choice, choiceOf, findStatus } from "./choose.ts";
import { renderMetrics } from "./prometheus.ts";
import { type ShownStatus, statusAsJson } from "./status_json.ts";
import { statusTable } from "./table.ts";
import { parseDuration } from "../../../times/duration.ts";
import { timesFor } from "../../args/times.ts";
import { TimeFormat } from "../../../times/shown.ts";
import { watch } from "../../live/watch.ts";
import { FullScreen, terminalRows } from "../../../terminal/full_screen.ts";
import { PLAIN, type Style, styleOf } from "../../../terminal/style.ts";
import { cutEnd, cutStart, terminalColumns } from "../../../terminal/width.ts";

/** How old the last audio may be for `--check`, unless it is given. */
const MAX_AGE: Seconds = 30;

/**
 * Prints the sessions that are being recorded.
 *
 * @returns 3 when there are none; with `--check`, the state as plugins of
 * monitoring systems return it.
 */
export async function status(options: ParsedOptions): Promise<number> {
  const { switches } = options;
  assertOneForm(switches);
  const maxAge = maxAgeOf(options);
  const choice = choiceOf(options);
  const times = timesFor(options);
  if (switches.has("check")) {
    const found = await findStatus(choice);
    const { line, exitCode } = renderCheck(found, maxAge, wantedText(choice));
    print(line);
    return exitCode;
  }
  if (switches.has("prometheus")) {
    print(renderMetrics(await findStatus(choice), Date.now(), maxAge));
    return 0;
  }
  const isJson = switches.has("json");
  if (switches.has("watch")) {
    using screen = new FullScreen(Deno.stdout);
    const style = styleOf(Deno.stdout);
    const show = isJson
      ? printAsLine
      : (found: ShownStatus[]) => screen.show(screenOf(found, style, times));
    await watch(screen, async () => show(await findStatus(choice)));
    return 0;
  }
  const found = await findStatus(choice);
  if (isJson) {
    printJson(found.map(statusAsJson));
  } else if (found.length > 1) {
    const columns = Deno.stdout.isTerminal() ? terminalColumns() : Infinity;
    print(statusTable(found, columns).join("\n"));
  } else if (found.length > 0) {
    const style = styleOf(Deno.stdout);
    print(
      found.map((one) =>
        renderStatus(one, Infinity, style, Infinity, times).join("\n")
      )
        .join("\n\n"),
    );
  } else {
    const what = wantedText(choice);
    throw new EchologError(
      "inactive",
      `Nothing is being recorded${what === null ? "" : ` by ${what}`}`,
      { hint: "start a recording with echolog record" },
    );
  }
  return found.some(({ state }) => state !== "crashed" && state !== "unknown")
    ? 0
    : 3;
}

function wantedText({ name, device }: Choice): string | null {
  if (name !== null) return `session ${name}`;
  return device === null ? null : createRedactor()(device);
}

/** Fails for options that exclude each other. */
function assertOneForm(switches: ReadonlySet<string>): void {
  const forms = ["check", "prometheus"].filter((name) => switches.has(name));
  const others = [...forms, "json", "watch"].filter((name) =>
    switches.has(name)
  );
  const [form] = forms;
  const other = others.find((name) => name !== form);
  if (form === undefined || other === undefined) return;
  throw new EchologError(
    "usage",
    `Cannot use --${form} together with --${other}`,
    { hint: "give one of them" },
  );
}

function maxAgeOf({ values, switches }: ParsedOptions): Seconds {
  const text = values.get("max-age");
  if (text === undefined) return MAX_AGE;
  if (!switches.has("check") && !switches.has("prometheus")) {
    throw new EchologError("usage", "Cannot use --max-age without --check", {
      hint: "leave it out, or add --check",
    });
  }
  const age = parseDuration(text);
  if (age !== null && age > 0) return age;
  throw new EchologError("usage", `Cannot use --max-age ${text}`, {
    hint: "expected a duration such as 30s or 5m",
  });
}

/** Prints the status as a JSON document of one line. */
function printAsLine(found: readonly ShownStatus[]): void {
  const line = `${toJson(found.map(statusAsJson))}\n`;
  writeAllSync(stdoutSink, new TextEncoder().encode(line));
}

function screenOf(
  found: readonly ShownStatus[],
  style: Style,
  times: TimeFormat,
): string[] {
  const isTerminal = Deno.stdout.isTerminal();
  const columns = isTerminal ? terminalColumns() : Infinity;
  if (found.length === 0) {
    return [cutEnd("Nothing is being recorded", columns)];
  }
  if (found.length > 1) return statusTable(found, columns);
  const rows = isTerminal ? terminalRows() : Infinity;
  return found.flatMap((one) => renderStatus(one, columns, style, rows, times));
}

/** Lines omitted first when there are too few rows. */
const SPARE = ["format", "retries", "elapsed", "coverage", "disk left"];

/**
 * Returns the block of lines for one session.
 *
 * @param columns Maximum width of a line.
 * @param rows Maximum number of lines.
 */
export function renderStatus(
  status: ShownStatus,
  columns: number,
  style: Style = PLAIN,
  rows = Infinity,
  times = TimeFormat.utc,
): string[] {
  const all = fieldsOf(status, times);
  const surplus = Math.max(0, all.length - rows);
  const left = SPARE.slice(0, surplus);
  const paint = paintOf(status.state, style);
  return all.filter(([name]) => !left.includes(name)).map(([name, value]) => {
    const cut = name === "log" ? cutStart : cutEnd;
    const text = cut(oneLine(value), columns - name.length - 2);
    return `${style.dim(`${name}:`)} ${name === "state" ? paint(text) : text}`;
  });
}

function fieldsOf(
  status: ShownStatus,
  times: TimeFormat,
): (readonly [string, string])[] {
  const { details, wall } = status;
  return [
    ["session", status.session_id],
    ["state", stateText(status, times)],
    ...(wall === null
      ? []
      : [["elapsed", formatDuration(Math.floor(wall))] as const]),
    ...(details === null ? [] : detailFields(status, details, times)),
    ...(status.free_bytes === null
      ? []
      : [["disk left", diskText(status)] as const]),
    ["log", status.log],
  ];
}

function detailFields(
  status: SessionStatus,
  details: SessionState,
  times: TimeFormat,
): (readonly [string, string])[] {
  const { coverage, writing, gaps, gap_total, outage } = status;
  const { format, sample_rate, channels } = details;
  return [
    ["device", details.device],
    ["format", `${format}, ${sample_rate} Hz, ${channels} ch`],
    ["chunks", chunksText(details.chunks, writing, isOver(status))],
    ...lostField(details),
    ["coverage", coverage === null ? "–" : formatPercent(coverage)],
    ["gaps", gapsText(gaps ?? 0, gap_total ?? 0, outage !== null)],
    ["retries", String(details.retries)],
    ["last audio", lastAudioText(status, times)],
    ...keptField(status, times),
  ];
}

/** Returns what was recorded into a folder that is gone. */
function lostField(
  { lost_chunks, lost_audio }: SessionState,
): (readonly [string, string])[] {
  return lost_chunks === 0 ? [] : [[
    "lost",
    `${pluralize(lost_chunks, "chunk")} of these, ${
      formatDuration(lost_audio)
    }: the folder that had them was deleted or moved`,
  ]];
}

/** Returns how much audio there is, once retention has deleted some. */
function keptField(
  { deleted_until }: SessionStatus,
  times: TimeFormat,
): (readonly [string, string])[] {
  if (deleted_until === null) return [];
  const until = Date.parse(deleted_until);
  const kept = Math.max(0, Date.now() - until) / 1000;
  return [[
    "kept",
    `${formatDuration(Math.floor(kept))}; audio until ${
      times.dateTime(until)
    } ${times.zoneName} was deleted by retention`,
  ]];
}

function stateText(
  { state, outage, details, orphans = [] }: ShownStatus,
  times: TimeFormat,
): string {
  if (state === "crashed" && orphans.length > 0) {
    return `crashed, but ffmpeg (pid ${
      orphans.join(", ")
    }) still records; stop it and finish the session with echolog repair`;
  }
  if (state === "crashed") return "crashed; finish it with echolog repair";
  if (state === "unknown") {
    return "unknown: it belongs to another machine or container";
  }
  if (outage === null) return state;
  const { cause, duration } = outage;
  const kind = details === null ? undefined : sourceKind(details.device);
  return `recovering: no audio for ${
    formatDuration(Math.floor(duration))
  }, since ${momentOf(Date.parse(outage.since), times)}: ${
    meaningOfCause(cause, kind).text
  }`;
}

function gapsText(gaps: number, total: Seconds, isOpen: boolean): string {
  if (gaps === 0) return "0";
  const length = `${gaps}, ${formatDuration(total)} in all`;
  return isOpen ? `${length} so far` : length;
}

/** Returns a time, with its day unless that is today's. */
function momentOf(time: EpochMs, times: TimeFormat): string {
  const moment = times.isSameDay(time, Date.now())
    ? times.time(time)
    : times.dateTime(time);
  return `${moment} ${times.zoneName}`;
}

function chunksText(
  chunks: number,
  open: string | null,
  isOver: boolean,
): string {
  if (open === null) return String(chunks);
  return isOver
    ? `${chunks}, and ${open}, which was not closed`
    : `${chunks}, writing ${open}`;
}

/** Whether no recorder has it, as far as is known. */
function isOver({ state }: SessionStatus): boolean {
  return state === "crashed" || state === "unknown";
}

function lastAudioText(status: SessionStatus, times: TimeFormat): string {
  const { last_audio_ago, since, details, outage } = status;
  if (last_audio_ago === null) return "none yet";
  if (isOver(status)) {
    return since === null ? "unknown" : momentOf(Date.parse(since), times);
  }
  if (outage !== null) {
    return `${formatDuration(Math.floor(last_audio_ago))} ago`;
  }
  const silent = details?.silent_since ?? null;
  if (silent !== null) {
    return `digital silence since ${momentOf(Date.parse(silent), times)}`;
  }
  const quiet = details?.quiet_since ?? null;
  if (quiet !== null) {
    return `silence since ${momentOf(Date.parse(quiet), times)}`;
  }
  // ffmpeg writes about every second: less than 2 seconds is "now".
  return last_audio_ago < 2 ? "now" : `${formatDuration(last_audio_ago)} ago`;
}

function diskText({ free_bytes, free_time }: SessionStatus): string {
  const free = formatBytes(free_bytes ?? 0);
  return free_time === null
    ? free
    : `${free}, ${formatDuration(free_time)} at this rate`;
}

function paintOf(state: SessionStatus["state"], style: Style) {
  switch (state) {
    case "recording":
      return style.green;
    case "crashed":
      return style.red;
    default:
      return style.yellow;
  }
}
