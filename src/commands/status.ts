/**
 * `echolog status`: the sessions that are being recorded.
 *
 * @module
 */

import type { ParsedOptions } from "../cli/options.ts";
import { EchologError, oneLine } from "../errors.ts";
import { freeBytes } from "../platform/disk.ts";
import { stateFolder } from "../platform/host.ts";
import { listActive, ofEntry } from "../session/catalog.ts";
import { type SessionStatus, statusOf } from "../session/status.ts";
import { asClock, asLength, asShare, asSize, asTime } from "../ui/amounts.ts";
import { FullScreen } from "../ui/full_screen.ts";
import { PLAIN, type Style, styleOf } from "../ui/style.ts";
import { cutEnd, cutStart, terminalColumns } from "../ui/text.ts";

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
  const found = await look();
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
      hint: "start with echolog record",
    });
  }
  return found.some(({ state }) => state !== "crashed") ? 0 : 3;
}

async function look(): Promise<SessionStatus[]> {
  const sessions = listActive(stateFolder()).map(ofEntry);
  return await Promise.all(
    sessions.map(async (session) =>
      statusOf(session, Date.now(), await freeBytes(session.folder))
    ),
  );
}

/** Shows it again and again until Ctrl-C. */
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
      screen.show(render(await look()));
      await screen.pause(WATCH_MS, end);
    }
  } catch (error) {
    // Whoever read it has gone.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, stop);
  }
}

function screenOf(found: readonly SessionStatus[], style: Style): string[] {
  const columns = Deno.stdout.isTerminal() ? terminalColumns() : Infinity;
  if (found.length === 0) {
    return [cutEnd("Nothing is being recorded", columns)];
  }
  return found.flatMap((one, index) => [
    ...(index === 0 ? [] : [""]),
    ...renderStatus(one, columns, style),
  ]);
}

/**
 * The block of lines for one session.
 *
 * @param columns Room for a line.
 */
export function renderStatus(
  status: SessionStatus,
  columns: number,
  style: Style = PLAIN,
): string[] {
  const { details } = status;
  const fields: [string, string][] = [
    ["session", status.session_id],
    ["state", stateText(status)],
    ...(status.elapsed === null ? [] : [
      ["elapsed", asClock(status.elapsed)] as [string, string],
    ]),
  ];
  if (details !== null) {
    const { format, sample_rate, channels, chunks, gaps, gap_total, retries } =
      details;
    fields.push(
      ["device", details.device],
      ["format", `${format}, ${sample_rate} Hz, ${channels} ch`],
      ["chunks", chunksText(chunks, status.writing)],
      ["coverage", status.coverage === null ? "–" : asShare(status.coverage)],
      ["gaps", gaps === 0 ? "0" : `${gaps}, ${asLength(gap_total)} in all`],
      ["retries", String(retries)],
      ["last audio", lastAudioText(status)],
    );
  }
  if (status.free_bytes !== null) fields.push(["disk left", diskText(status)]);
  const paint = paintOf(status.state, style);
  return [
    ...fields.map(([name, value]) => {
      const text = cutEnd(oneLine(value), columns - name.length - 2);
      return `${style.dim(`${name}:`)} ${
        name === "state" ? paint(text) : text
      }`;
    }),
    `${style.dim("log:")} ${cutStart(oneLine(status.log), columns - 5)}`,
  ];
}

function stateText({ state, since }: SessionStatus): string {
  if (state === "crashed") return "crashed; finish it with echolog repair";
  return state === "recovering" && since !== null
    ? `recovering since ${asTime(Date.parse(since))} UTC`
    : state;
}

function chunksText(chunks: number, writing: string | null): string {
  return writing === null ? String(chunks) : `${chunks}, writing ${writing}`;
}

function lastAudioText({ last_audio_ago }: SessionStatus): string {
  if (last_audio_ago === null) return "none yet";
  // A block is written every second or so: less is now.
  return last_audio_ago < 2 ? "now" : `${asLength(last_audio_ago)} ago`;
}

function diskText({ free_bytes, hours_left }: SessionStatus): string {
  const free = asSize(free_bytes ?? 0);
  return hours_left === null
    ? free
    : `${free}, ${asLength(hours_left * 3600)} at this rate`;
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
