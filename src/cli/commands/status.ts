/**
 * `echolog status`: shows the sessions that are being recorded.
 *
 * @module
 */

import type { ParsedOptions } from "../args/options.ts";
import { EchologError, oneLine } from "../../errors.ts";
import type { EpochMs } from "../../events.ts";
import { freeBytes } from "../../platform/free_space.ts";
import { stateFolder } from "../../platform/host.ts";
import { sourceKind } from "../../audio/device.ts";
import { meaningOfCause } from "../../review/explain/glossary.ts";
import { fromRegistration, listActive } from "../../sessions/catalog.ts";
import type { SessionState } from "../../sessions/state_file.ts";
import { type SessionStatus, statusOf } from "../../sessions/status.ts";
import {
  formatBytes,
  formatDateTime,
  formatDuration,
  formatPercent,
  formatTime,
} from "../../terminal/units.ts";
import { FullScreen, terminalRows } from "../../terminal/full_screen.ts";
import { PLAIN, type Style, styleOf } from "../../terminal/style.ts";
import { cutEnd, cutStart, terminalColumns } from "../../terminal/width.ts";

const WATCH_MS = 1_000;

/** Prints the sessions that are being recorded; exit code 3 when there are none. */
export async function status(options: ParsedOptions): Promise<number> {
  const isJson = options.switches.has("json");
  if (options.switches.has("watch")) {
    await watch((found) =>
      isJson ? [JSON.stringify(found)] : screenOf(found, styleOf(Deno.stdout))
    );
    return 0;
  }
  const found = await refresh();
  if (isJson) {
    console.log(JSON.stringify(found, null, 2));
  } else if (found.length > 0) {
    const style = styleOf(Deno.stdout);
    console.log(
      found.map((one) => renderStatus(one, Infinity, style).join("\n"))
        .join("\n\n"),
    );
  } else {
    throw new EchologError("inactive", "Nothing is being recorded", {
      hint: "start a recording with echolog record",
    });
  }
  return found.some(({ state }) => state !== "crashed" && state !== "unknown")
    ? 0
    : 3;
}

async function refresh(): Promise<SessionStatus[]> {
  const active = await listActive(stateFolder());
  const sessions = await Promise.all(active.map(fromRegistration));
  return await Promise.all(
    sessions.map(async (session) =>
      statusOf(session, Date.now(), await freeBytes(session.folder))
    ),
  );
}

/** Shows the status repeatedly until Ctrl-C. */
async function watch(
  render: (found: readonly SessionStatus[]) => string[],
): Promise<void> {
  using screen = new FullScreen(Deno.stdout);
  const { promise: end, resolve } = Promise.withResolvers<void>();
  let isOver = false;
  const stop = () => {
    isOver = true;
    resolve();
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  try {
    while (!isOver) {
      screen.show(render(await refresh()));
      await screen.pause(WATCH_MS, end);
    }
  } catch (error) {
    // The reader closed the pipe.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, stop);
  }
}

function screenOf(found: readonly SessionStatus[], style: Style): string[] {
  const isTerminal = Deno.stdout.isTerminal();
  const columns = isTerminal ? terminalColumns() : Infinity;
  if (found.length === 0) {
    return [cutEnd("Nothing is being recorded", columns)];
  }
  // Each session gets an equal number of rows, separated by blank lines.
  const rows = isTerminal
    ? Math.floor((terminalRows() + 1) / found.length) - 1
    : Infinity;
  return found.flatMap((one, index) => [
    ...(index === 0 ? [] : [""]),
    ...renderStatus(one, columns, style, rows),
  ]);
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
  status: SessionStatus,
  columns: number,
  style: Style = PLAIN,
  rows = Infinity,
): string[] {
  const all = fieldsOf(status);
  const surplus = Math.max(0, all.length - rows);
  const left = SPARE.slice(0, surplus);
  const paint = paintOf(status.state, style);
  return all.filter(([name]) => !left.includes(name)).map(([name, value]) => {
    const cut = name === "log" ? cutStart : cutEnd;
    const text = cut(oneLine(value), columns - name.length - 2);
    return `${style.dim(`${name}:`)} ${name === "state" ? paint(text) : text}`;
  });
}

function fieldsOf(status: SessionStatus): (readonly [string, string])[] {
  const { details, elapsed } = status;
  return [
    ["session", status.session_id],
    ["state", stateText(status)],
    ...(elapsed === null
      ? []
      : [["elapsed", formatDuration(Math.floor(elapsed))] as const]),
    ...(details === null ? [] : detailFields(status, details)),
    ...(status.free_bytes === null
      ? []
      : [["disk left", diskText(status)] as const]),
    ["log", status.log],
  ];
}

function detailFields(
  status: SessionStatus,
  details: SessionState,
): (readonly [string, string])[] {
  const { coverage, writing } = status;
  const { format, sample_rate, channels, gaps, gap_total } = details;
  return [
    ["device", details.device],
    ["format", `${format}, ${sample_rate} Hz, ${channels} ch`],
    ["chunks", chunksText(details.chunks, writing)],
    ["coverage", coverage === null ? "–" : formatPercent(coverage)],
    ["gaps", gaps === 0 ? "0" : `${gaps}, ${formatDuration(gap_total)} in all`],
    ["retries", String(details.retries)],
    ["last audio", lastAudioText(status)],
  ];
}

function stateText({ state, since, details }: SessionStatus): string {
  if (state === "crashed") return "crashed; finish it with echolog repair";
  if (state === "unknown") {
    return "unknown: it belongs to another machine or container";
  }
  return state === "recovering" && since !== null
    ? `recovering since ${momentOf(Date.parse(since))} UTC: ${
      details === null || details.cause === null
        ? "no audio"
        : meaningOfCause(details.cause, sourceKind(details.device)).text
    }`
    : state;
}

/** Returns a time, with its day unless that is today's. */
function momentOf(time: EpochMs): string {
  const moment = formatDateTime(time);
  const today = formatDateTime(Date.now()).slice(0, 10);
  return moment.startsWith(today) ? formatTime(time) : moment;
}

function chunksText(chunks: number, writing: string | null): string {
  return writing === null ? String(chunks) : `${chunks}, writing ${writing}`;
}

function lastAudioText({ last_audio_ago }: SessionStatus): string {
  if (last_audio_ago === null) return "none yet";
  // ffmpeg writes about every second: less than 2 seconds is "now".
  return last_audio_ago < 2 ? "now" : `${formatDuration(last_audio_ago)} ago`;
}

function diskText({ free_bytes, hours_left }: SessionStatus): string {
  const free = formatBytes(free_bytes ?? 0);
  return hours_left === null
    ? free
    : `${free}, ${formatDuration(hours_left * 3600)} at this rate`;
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
