/**
 * A trial: half a second of audio, captured and encoded like a recording, and
 * discarded.
 *
 * @module
 */

import type { Seconds } from "../events.ts";
import {
  countedFilters,
  encoderArgs,
  inputArgs,
  type RunSpec,
  streamOf,
  takeFilters,
} from "./command.ts";
import type { Exit } from "./process.ts";
import { type AskOptions, runFfmpeg, type RunOutput } from "./query.ts";
import { levelOfSeverity, parseStderrLine } from "./stderr.ts";
import { parseReport } from "./stdout.ts";

/** Specification of a trial. */
export type TrialSpec = Pick<
  RunSpec,
  | "device"
  | "sampleRate"
  | "channels"
  | "inputChannels"
  | "inputChannel"
  | "stream"
  | "format"
  | "bitDepth"
  | "inputArgs"
  | "outputArgs"
>;

/** Result of a trial. */
export interface Trial {
  /** How ffmpeg ended. */
  readonly exit: Exit;
  /** Whether it was ended because it took too long. */
  readonly timedOut: boolean;
  /** Length of the captured audio. */
  readonly captured: Seconds;
  /** Highest sample value in dBFS, `-Infinity` for digital zero; `null` without audio. */
  readonly peak: number | null;
  /** ffmpeg's lines of severity error, oldest first. */
  readonly errors: readonly string[];
  /** The line that explains a failure best, or `null`. */
  readonly keyLine: string | null;
}

/** Long enough for any device to show whether it produces audio. */
const LENGTH: Seconds = 0.5;

/**
 * Captures half a second.
 *
 * @param path ffmpeg's path.
 * @throws what `Deno.Command` throws when ffmpeg cannot be started.
 */
export async function tryDevice(
  path: string,
  spec: TrialSpec,
  options: AskOptions,
): Promise<Trial> {
  return readTrial(await runFfmpeg(path, trialArgs(spec), options));
}

/** Returns ffmpeg's arguments, without its name. */
export function trialArgs(spec: TrialSpec): string[] {
  const { filters, rest } = takeFilters(spec.outputArgs);
  return [
    "-hide_banner",
    "-nostats",
    ...["-loglevel", "+level+info", "-progress", "pipe:1"],
    ...inputArgs(spec),
    ...[
      "-map",
      streamOf(spec),
      "-af",
      [
        ...countedFilters(spec, filters),
        `atrim=end=${LENGTH}`,
        "astats=metadata=1:measure_perchannel=none:measure_overall=Peak_level",
        "ametadata=mode=print:key=lavfi.astats.Overall.Peak_level:file=pipe\\\\:1:direct=1",
      ].join(","),
    ],
    ...encoderArgs(spec),
    ...rest,
    ...["-f", "null", "-"],
  ];
}

/** Parses ffmpeg's output. */
export function readTrial(
  { exit, timedOut, stdout, stderr }: RunOutput,
): Trial {
  let captured = 0;
  let peak: number | null = null;
  for (const line of stdout) {
    const report = parseReport(line);
    if (report?.kind === "progress") {
      captured = Math.max(captured, report.captured);
    }
    // Without a reset each value is that of all audio so far.
    if (report?.kind === "peak") peak = report.dbfs;
  }
  const errors = stderr.flatMap((line) => {
    const { severity, text } = parseStderrLine(line);
    return severity !== null && levelOfSeverity(severity) === "ERROR"
      ? [text]
      : [];
  });
  // The first error is the reason; later ones follow from it.
  const last = stderr.filter((line) => line.trim() !== "").at(-1) ?? null;
  return { exit, timedOut, captured, peak, errors, keyLine: errors[0] ?? last };
}
