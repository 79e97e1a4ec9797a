/**
 * `echolog export`: the audio of a time range as one file.
 *
 * @module
 */

import { proposeCommand } from "../../../platform/own_command.ts";
import {
  loadCommandSettings,
  requireFfmpeg,
} from "../../args/command_settings.ts";
import type { ParsedOptions } from "../../args/options.ts";
import { assertPlace, fileNameOf } from "../../args/target_file.ts";
import { timesFor } from "../../args/times.ts";
import { stopOnSignals } from "../../args/stop_on_signals.ts";
import { EchologError, EXIT_CODES } from "../../../errors.ts";
import type { EpochMs, Seconds } from "../../../events.ts";
import { formatDuration } from "../../../terminal/units.ts";
import { pcmOf, planRange, writeExport } from "../../../export/export.ts";
import {
  TARGET_NAMES,
  type TargetName,
  targetOf,
} from "../../../export/audio/target.ts";
import type { Plan } from "../../../export/plan/plan.ts";
import type { RecordedSession } from "../../../export/recorded.ts";
import { withExactRollovers, withExactSeams } from "../../../export/seams.ts";
import { print, toJson } from "../../../terminal/output.ts";
import { ProgressBar } from "../../../terminal/progress_bar.ts";
import { styleOf } from "../../../terminal/style.ts";
import { terminalColumns } from "../../../terminal/width.ts";
import type { TimeFormat } from "../../../times/shown.ts";
import { chooseExport, type Chosen, rangeText } from "./choose.ts";
import {
  exportAsJson,
  type ExportReport,
  isComplete,
  reasonText,
  renderExport,
} from "./report.ts";

/**
 * Exports a range.
 *
 * @returns 0 when a file was written; with `--strict` 1 when audio of the range
 * is missing in it.
 * @throws {EchologError} `inactive`, when the range has no audio.
 */
export async function exportAudio(options: ParsedOptions): Promise<number> {
  const fillsGaps = readGaps(options.values.get("gaps"));
  const named = options.values.get("output");
  const given = named === undefined ? null : readTarget(named);
  const { settings } = loadCommandSettings(options);
  const now = Date.now();
  const times = timesFor(options);
  // Asking ffmpeg takes as long as reading the session.
  const found = requireFfmpeg(settings.ffmpegPath);
  found.catch(() => {
    // Other errors come first.
  });
  const chosen = await chooseExport(options, now);
  const draft = planRange({ ...chosen, fillsGaps, now });
  if (draft.audio === 0) throw noAudio(chosen, draft, times);
  const format = given ?? chosen.sessions[0]?.format ?? "flac";
  assertShort(draft, pcmOf(draft, chosen.sessions, format).pcm.sampleRate);
  const path = named ?? nameOf(chosen, draft, format);
  const replaces = options.switches.has("force");
  assertPlace(path, replaces, "export");
  const { path: ffmpeg } = await found;
  const stop = new AbortController();
  using stopped = stopOnSignals(stop);
  try {
    const { from, to } = chosen;
    const seam = { from, to, ffmpeg, signal: stop.signal };
    const seamless: RecordedSession[] = [];
    for (const session of chosen.sessions) {
      seamless.push(await withExactSeams(session, seam));
    }
    const sessions = await withExactRollovers(seamless, seam);
    const isSame = sessions.every((session, index) =>
      session === chosen.sessions[index]
    );
    const plan = isSame
      ? draft
      : planRange({ ...chosen, sessions, fillsGaps, now });
    const written = await withProgress(
      plan,
      sessions,
      (onProgress) =>
        writeExport(plan, sessions, {
          ...{ path, format, replaces, ffmpeg, onProgress },
          signal: stop.signal,
        }),
    );
    const report = { path, format, plan, sessions, written, fillsGaps };
    show(report, options, times);
    const isStrict = options.switches.has("strict");
    return isStrict && !isComplete(report) ? EXIT_CODES.failed : 0;
  } catch (error) {
    if (stopped.code === null) throw error;
    console.error("echolog: Stopped; no file was written");
    return stopped.code;
  }
}

function show(
  report: ExportReport,
  options: ParsedOptions,
  times: TimeFormat,
): void {
  const columns = Deno.stdout.isTerminal() ? terminalColumns() : Infinity;
  print(
    options.switches.has("json")
      ? toJson(exportAsJson(report), 2)
      : renderExport(report, columns, styleOf(Deno.stdout), times).join("\n"),
  );
}

async function withProgress<T>(
  plan: Plan,
  sessions: readonly RecordedSession[],
  work: (onProgress: (done: Seconds) => void) => Promise<T>,
): Promise<T> {
  const piece = plan.pieces.find(({ kind }) => kind === "audio");
  const rate = piece?.kind === "audio"
    ? sessions[piece.part.session]?.sampleRate ?? 1
    : 1;
  using bar = new ProgressBar("Exporting", Math.ceil(plan.length / rate));
  return await work((done) => bar.reach(Math.floor(done)));
}

function readGaps(text = "silence"): boolean {
  if (text === "silence" || text === "join") return text === "silence";
  throw new EchologError("usage", `Cannot use --gaps ${text}`, {
    hint: "expected silence, or join to leave gaps out",
  });
}

function readTarget(path: string): TargetName {
  const format = targetOf(path);
  if (format !== null) return format;
  throw new EchologError("usage", `Cannot export to ${path}`, {
    hint: `expected a name that ends in one of: ${TARGET_NAMES}`,
  });
}

/** Most silence that a file may have. */
const MAX_SILENCE: Seconds = 86_400;

/**
 * Checks that a file is not silence for days: a date may be mistyped, and a
 * damaged index may have any time.
 */
function assertShort({ length, audio }: Plan, sampleRate: number): void {
  const silence = (length - audio) / sampleRate;
  if (silence <= MAX_SILENCE) return;
  throw new EchologError(
    "usage",
    `The file would have ${formatDuration(silence)} of silence`,
    { hint: "narrow the range, or leave gaps out with --gaps join" },
  );
}

/** Returns the name of a file, by session and range, in the current folder. */
function nameOf(
  { sessions, from, to }: Chosen,
  plan: Plan,
  format: TargetName,
): string {
  const piece = plan.pieces.find(({ kind }) => kind === "audio");
  const index = piece?.kind === "audio" ? piece.part.session : 0;
  const id = fileNameOf(sessions[index]?.id ?? "echolog");
  const range = from === null && to === null
    ? ""
    : `_${compact(plan.start)}-${compact(plan.end)}`;
  return `${id}${range}.${format}`;
}

/** Formats a time for a file's name, in UTC as the names of sessions: `20260922T100000Z`. */
function compact(time: EpochMs): string {
  return new Date(time).toISOString().replace(/[:-]|\.\d+/g, "");
}

/** Returns the error for a range without audio. */
function noAudio(
  { sessions, from, to }: Chosen,
  { missing }: Plan,
  times: TimeFormat,
): EchologError {
  const range = from === null
    ? `in session ${sessions.map(({ id }) => id).join(", ")}`
    : rangeText(from, to, times);
  const message = `There is no audio ${range}`;
  const [first] = sessions;
  if (first === undefined) return new EchologError("inactive", message);
  const { id, start, end } = first;
  const see = `see ${proposeCommand(["explain"], id)}`;
  const deleted = deletedUntil(first, from, to);
  const [why] = missing;
  const hint = deleted !== null
    ? `deleted by retention, until ${times.dateTime(deleted)}; ${see}`
    : why === undefined
    ? see
    : why.why === "not_recorded"
    ? `${id} was recorded from ${times.dateTime(start)} to ${
      times.after(start, end)
    }`
    : `${reasonText(first, why, times)}; ${see}`;
  return new EchologError("inactive", message, { hint });
}

/** Returns when the last deleted audio of a range ends, or `null` if none was deleted. */
function deletedUntil(
  { chunks }: RecordedSession,
  from: EpochMs | null,
  to: EpochMs | null,
): EpochMs | null {
  const last = chunks.findLast(({ absent, start, end }) =>
    absent === "deleted" && (from === null || end > from) &&
    (to === null || start < to)
  );
  return last?.end ?? null;
}
