/**
 * The ffmpeg command of a run.
 *
 * @module
 */

import type { Align } from "../../audio/align.ts";
import { CHUNK_PREFIX, chunkPattern } from "../../audio/chunk_name.ts";
import { FORMATS } from "../../audio/format.ts";
import {
  encoderFrameSize,
  filterGraph,
  type FrameSpec,
  seconds,
  takeFilters,
} from "./filters.ts";
import { inputArgs } from "./input.ts";
import { piecesOf, type PieceSpec } from "./pieces.ts";
import type { CaptureSpec, RunSpec } from "./run_spec.ts";
import { depthArgs, encoderOf } from "./sample_format.ts";

/**
 * Returns ffmpeg's arguments, without its name. ffmpeg is started in the folder
 * of the chunks: a path could lead elsewhere later, a working folder cannot.
 */
export function buildArgs(spec: Omit<RunSpec, "folder">): string[] {
  const format = FORMATS[spec.format];
  return [
    ...captureArgs(spec),
    ...["-f", "segment"],
    ...["-segment_time", seconds(spec.segmentDuration)],
    ...alignArgs(spec),
    ...["-segment_start_number", String(spec.firstChunk)],
    ...["-segment_list", "pipe:1", "-segment_list_type", "csv"],
    ...["-segment_format", format.muxer],
    ...["-segment_format_options", format.muxerOptions],
    ...format.segmentArgs,
    ...format.tagArgs,
    `${HERE}${chunkPattern(spec.format)}`,
  ];
}

/** Returns the arguments that cut chunks by the clock. */
function alignArgs(spec: PieceSpec & Pick<RunSpec, "align">): string[] {
  return (spec.align ?? "off") === "off" ? [] : [
    ...["-segment_atclocktime", "1"],
    ...["-segment_clocktime_offset", seconds(piecesOf(spec).delay)],
  ];
}

/** Returns the variables by which ffmpeg knows the clock that chunks are aligned to. */
export function alignVariables(align: Align): Record<string, string> {
  return align === "utc" ? { TZ: "UTC" } : {};
}

/** Returns the arguments that open, filter and encode the audio. */
export function captureArgs(spec: CaptureSpec): string[] {
  const { filters, rest } = takeFilters(spec.outputArgs);
  return [
    "-hide_banner",
    "-nostats",
    // With the leading + ffmpeg keeps collapsing repeated lines.
    ...["-loglevel", "+level+info"],
    // One thread for each filter costs more than the filters.
    ...["-filter_threads", "1"],
    // Since ffmpeg 7 this is the interval at which it checks for a stop.
    ...["-stats_period", "0.2"],
    ...inputArgs(spec),
    // One audio stream by name: ffmpeg cannot guess from a name that ends in .part.
    ...["-map", streamOf(spec)],
    ...["-af", filterGraph(spec, filters)],
    ...encoderArgs(spec),
    ...rest,
  ];
}

/** Returns the source's audio stream as ffmpeg's `-map` takes it. */
export function streamOf({ stream }: Pick<RunSpec, "stream">): string {
  return `0:a:${stream ?? 0}`;
}

/** Returns the arguments that encode the audio in the format of the chunks. */
export function encoderArgs(
  spec:
    & FrameSpec
    & Pick<RunSpec, "channels" | "format" | "bitDepth" | "outputArgs">,
): string[] {
  const { encoderArgs = [], takesFrameSize } = FORMATS[spec.format];
  return [
    ...["-ar", String(spec.sampleRate), "-ac", String(spec.channels)],
    ...["-c:a", encoderOf({ ...spec, outputArgs: [] }), ...depthArgs(spec)],
    ...encoderArgs,
    ...(takesFrameSize ? ["-frame_size", String(encoderFrameSize(spec))] : []),
  ];
}

/** Without a slash, ffmpeg would list chunks with all that is before their name. */
const HERE = "./";

/** The variable that names the session's folder in ffmpeg's environment. */
export const FOLDER_VARIABLE = "ECHOLOG_FOLDER";

/** What every recording's command has in it. */
export const RECORDING_MARK = `${HERE}${CHUNK_PREFIX}`;

/** Whether a command, as its words, is that of a recording. */
export function isRecordingCommand(words: readonly string[]): boolean {
  return words.includes("-segment_list") &&
    words.some((word) => word.startsWith(RECORDING_MARK));
}
