/**
 * A trial: half a second of audio, captured, encoded and written like a
 * recording.
 *
 * @module
 */

import type { Level, Seconds } from "../../events.ts";
import { buildArgs, captureArgs } from "./command.ts";
import type { CaptureSpec } from "./run_spec.ts";
import { env } from "../../platform/host.ts";
import { pulseVariables } from "../pulse/properties.ts";
import type { Exit } from "../process.ts";
import {
  type AskOptions,
  runFfmpeg,
  type RunOutput,
  type WorkingFolder,
} from "../query.ts";
import { levelOfSeverity, parseStderrLine } from "../stderr.ts";
import { parseReport } from "../stdout.ts";

/** Specification of a trial. */
export type TrialSpec = Omit<CaptureSpec, "duration">;

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

/** Options of {@linkcode tryDevice}. */
export interface TrialOptions extends Omit<AskOptions, "folder"> {
  /** Folder for the chunk, or `null` to discard the audio. */
  readonly folder: WorkingFolder | null;
}

/** Long enough for any device to show whether it produces audio. */
const LENGTH: Seconds = 0.5;

/**
 * Captures half a second.
 *
 * @param path ffmpeg's path.
 * @throws {SpawnError} when ffmpeg cannot be started.
 */
export async function tryDevice(
  path: string,
  spec: TrialSpec,
  options: TrialOptions,
): Promise<Trial> {
  const { environment, folder, ...asked } = options;
  const own = environment === undefined
    ? env("PULSE_PROP")
    : environment.PULSE_PROP;
  const variables = pulseVariables(spec.device, own, null);
  const args = trialArgs(spec, folder !== null);
  return readTrial(
    await runFfmpeg(path, args, {
      ...asked,
      variables,
      ...(environment === undefined ? {} : { environment }),
      ...(folder === null ? {} : { folder }),
    }),
  );
}

/**
 * Returns ffmpeg's arguments, without its name: those of a recording, so that
 * what works here works there.
 *
 * @param isKept Whether to write a chunk, into ffmpeg's working folder.
 */
export function trialArgs(spec: TrialSpec, isKept: boolean): string[] {
  const capture = { ...spec, duration: LENGTH };
  const chunks = {
    segmentDuration: 2 * LENGTH,
    firstChunk: 1,
    align: "off",
  } as const;
  return [
    ...["-progress", "pipe:1"],
    ...(isKept
      ? buildArgs({ ...capture, ...chunks })
      : [...captureArgs(capture), "-f", "null", "-"]),
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
    // Within the first second each value is that of all audio so far.
    if (report?.kind === "peak") peak = report.dbfs;
  }
  const errors = textsOf(stderr, (level) => level === "ERROR");
  // The first error is the reason; later ones follow from it.
  const last = textsOf(stderr, (level) => level === null || level === "WARNING")
    .at(-1) ?? null;
  return { exit, timedOut, captured, peak, errors, keyLine: errors[0] ?? last };
}

/** Returns what lines of some levels say; `null` is that of a line without one. */
function textsOf(
  lines: readonly string[],
  isWanted: (level: Level | null) => boolean,
): string[] {
  return lines.flatMap((line) => {
    const { severity, text } = parseStderrLine(line);
    const level = severity === null ? null : levelOfSeverity(severity);
    return text.trim() !== "" && isWanted(level) ? [text] : [];
  });
}
