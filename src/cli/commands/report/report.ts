/**
 * `echolog report`: one page that shows what happened.
 *
 * @module
 */

import { basename, dirname, resolve } from "@std/path";
import { EchologError } from "../../../errors.ts";
import type { EpochMs, Seconds } from "../../../events.ts";
import {
  readRecorded,
  type RecordedSession,
} from "../../../export/recorded.ts";
import { writePrivateText } from "../../../platform/drafts/draft.ts";
import { LogCollector } from "../../../report/data/log_excerpt.ts";
import {
  NO_AUDIO_MEASURED,
  type PlacedAudio,
} from "../../../report/data/page.ts";
import { pageData } from "../../../report/data/page_data.ts";
import {
  measureAudio,
  type Measured,
  placedAudio,
} from "../../../report/measured_audio.ts";
import { addressOf } from "../../../report/page/links.ts";
import { renderPage } from "../../../report/page/template.ts";
import type { Span } from "../../../review/history.ts";
import { printJson, printLine } from "../../../terminal/output.ts";
import { ProgressBar } from "../../../terminal/progress_bar.ts";
import { formatBytes, formatDuration } from "../../../terminal/units.ts";
import {
  loadCommandSettings,
  requireFfmpeg,
} from "../../args/command_settings.ts";
import { explainChosen, type ExplainedLog } from "../../args/explained_log.ts";
import type { ParsedOptions } from "../../args/options.ts";
import { stopOnSignals } from "../../args/stop_on_signals.ts";
import { assertPlace, fileNameOf } from "../../args/target_file.ts";
import { openInBrowser } from "./browser.ts";

/**
 * Writes the page of a session, or of a log alone.
 *
 * @throws {EchologError} as `explain` does; `usage`, when the file cannot be
 * made; `ffmpeg`, when there is audio and no ffmpeg.
 */
export async function report(options: ParsedOptions): Promise<number> {
  const named = options.values.get("output");
  const replaces = options.switches.has("force");
  if (named !== undefined) assertTarget(named, replaces);
  const now = Date.now();
  const collector = new LogCollector();
  const explained = await explainChosen(
    options,
    (lines) => collector.watch(lines),
  );
  const path = named ?? nameOf(explained);
  assertTarget(path, replaces);
  const stop = new AbortController();
  using stopped = stopOnSignals(stop);
  try {
    const audio = await audioOf(explained, options, stop.signal, now);
    const { explanation, history, before, session } = explained;
    const data = pageData({
      ...{ explanation, history, before },
      audio: audio?.placed ?? null,
      measured: audio?.measured ?? NO_AUDIO_MEASURED,
      excerpt: collector.excerpt(),
    });
    const { times } = explanation;
    const text = await renderPage(data, {
      base: session === null
        ? null
        : addressOf(resolve(session.folder), dirname(resolve(path))),
      made: `${times.dateTime(now)} ${times.zoneName}`,
    });
    const size = writePrivateText(path, text, replaces);
    show(explained, audio, { path, size }, options);
  } catch (error) {
    if (stopped.code === null) throw error;
    console.error("echolog: Stopped; no file was written");
    return stopped.code;
  }
  if (options.switches.has("open")) await openInBrowser(resolve(path));
  return 0;
}

/** The audio of a session, and its levels. */
interface Audio {
  readonly placed: PlacedAudio;
  /** `null` when it has no chunk whose file is there. */
  readonly measured: Measured | null;
}

/** Reads and measures the audio of a session; `null` for a log alone. */
async function audioOf(
  { session, explanation }: ExplainedLog,
  options: ParsedOptions,
  signal: AbortSignal,
  now: EpochMs,
): Promise<Audio | null> {
  const recorded = session === null ? null : await readRecorded(session, now);
  if (recorded === null) return null;
  const placed = placedAudio(recorded);
  const hasAudio = recorded.chunks.some(({ absent }) => absent === null);
  if (!hasAudio || explanation.faults.isMixed) {
    return { placed, measured: null };
  }
  return {
    placed,
    measured: await measure(recorded, placed, {
      ...{ options, signal, whole: explanation.whole },
    }),
  };
}

/** Options of {@linkcode measure}. */
interface MeasureOptions {
  readonly options: ParsedOptions;
  readonly signal: AbortSignal;
  readonly whole: Span;
}

async function measure(
  recorded: RecordedSession,
  placed: PlacedAudio,
  { options, signal, whole }: MeasureOptions,
): Promise<Measured> {
  const { settings } = loadCommandSettings(options);
  const { path: ffmpeg } = await requireFfmpeg(settings.ffmpegPath);
  let bar: ProgressBar | null = null;
  try {
    return await measureAudio(recorded, placed, whole, {
      ...{ ffmpeg, signal },
      hasSpectrogram: options.switches.has("spectrogram"),
      onProgress(done: Seconds, total: Seconds) {
        bar ??= new ProgressBar("Measuring", Math.ceil(total));
        bar.reach(Math.min(Math.ceil(total), Math.floor(done)));
      },
    });
  } finally {
    dispose(bar);
  }
}

function dispose(bar: Disposable | null): void {
  bar?.[Symbol.dispose]();
}

/** A page that was written. */
interface Written {
  readonly path: string;
  readonly size: number;
}

function show(
  { explanation, session, state }: ExplainedLog,
  audio: Audio | null,
  { path, size }: Written,
  options: ParsedOptions,
): void {
  const measured = audio?.measured ?? null;
  const levels = measured?.levels ?? null;
  if (options.switches.has("json")) {
    printJson({
      file: path,
      size,
      session_id: explanation.sessionId,
      state,
      levels: levels !== null,
      decoded: Math.round((measured?.decoded ?? 0) * 1000) / 1000,
      spectrogram: (measured?.spectrogram ?? null) !== null,
      fault_list: measured?.faults ?? [],
    });
    return;
  }
  const without = levels !== null
    ? ""
    : session === null
    ? ", without levels: there is only a log"
    : ", without levels: no chunk is there";
  const unheard = measured === null || measured.faults.length === 0
    ? ""
    : `; ${measured.faults.join("; ")}`;
  printLine(
    `Wrote ${path}: ${
      formatDuration(explanation.wall)
    } of ${explanation.sessionId}, ${formatBytes(size)}${without}${unheard}`,
  );
}

/** Returns the name of the page, in the current folder. */
function nameOf({ history, log, session }: ExplainedLog): string {
  const id = session?.session_id ?? history.sessionId ??
    basename(log).replace(/\.(?:gz|log)$/g, "");
  return `${fileNameOf(id) || "report"}.html`;
}

function assertTarget(path: string, replaces: boolean): void {
  if (!/\.html?$/i.test(path)) {
    throw new EchologError("usage", `Cannot write the report to ${path}`, {
      hint: "expected a name that ends in .html",
    });
  }
  assertPlace(path, replaces, "report");
}
