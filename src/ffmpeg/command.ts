/**
 * The ffmpeg command of a run.
 *
 * @module
 */

import { CHUNK_PREFIX, chunkPattern } from "../audio/chunk_name.ts";
import type { Device } from "../audio/device.ts";
import { type Format, FORMATS } from "../audio/format.ts";
import type { Seconds } from "../events.ts";

/** What a run is to record. */
export interface RunSpec {
  /** Where the audio comes from. */
  readonly device: Device;
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** Number of channels. */
  readonly channels: number;
  /** File format of the chunks. */
  readonly format: Format;
  /** Nominal length of a chunk. */
  readonly segmentDuration: Seconds;
  /** When to stop, or `null` to run until stopped. */
  readonly duration: Seconds | null;
  /** Folder of the chunks. */
  readonly folder: string;
  /** Number of the first chunk. */
  readonly firstChunk: number;
  /** Further arguments before `-i`. */
  readonly inputArgs: readonly string[];
  /** Further arguments before the output. */
  readonly outputArgs: readonly string[];
}

/** The arguments for ffmpeg, without its own name. */
export function buildArgs(spec: RunSpec): string[] {
  const { filters, rest } = takeFilters(spec.outputArgs);
  const format = FORMATS[spec.format];
  return [
    "-hide_banner",
    "-nostats",
    // With the leading + ffmpeg goes on collapsing repeated lines.
    ...["-loglevel", "+level+info"],
    // Since ffmpeg 7 this is how often it looks whether it is to stop.
    ...["-stats_period", "0.2"],
    ...inputArgs(spec),
    // One audio stream by name: ffmpeg cannot guess from a name that ends in .part.
    ...["-map", "0:a:0"],
    ...["-af", filterGraph(spec, filters)],
    ...encoderArgs(spec),
    ...rest,
    ...["-f", "segment"],
    ...["-segment_time", seconds(spec.segmentDuration)],
    ...["-segment_start_number", String(spec.firstChunk)],
    ...["-segment_list", "pipe:1", "-segment_list_type", "csv"],
    ...["-segment_format", format.muxer],
    ...["-segment_format_options", format.muxerOptions],
    ...format.segmentArgs,
    outputPattern(spec),
  ];
}

/**
 * What is done with the audio: times count captured samples, since those of
 * devices lie; frames of one length make chunks end exactly where they should;
 * the peak of every {@linkcode PEAK_FRAMES} frames is printed, and what there is
 * of the first one more often: until there are enough reports to compare, a
 * late one makes the run's beginning late.
 *
 * All of it is one chain. A branch that ends in `anullsink` would be simpler to
 * measure in, but with one ffmpeg 5.1 never heeds `-t`, and ffmpeg 7 writes
 * audio a second late and aborts when it is stopped.
 */
function filterGraph(spec: RunSpec, filters: readonly string[]): string {
  const { device, duration } = spec;
  return [
    // With a limit of half an hour it makes up for what it was held up.
    ...(isGenerated(device) ? ["arealtime=limit=1800"] : []),
    ...countedFilters(spec, filters),
    ...(duration === null ? [] : [`atrim=end=${seconds(duration)}`]),
    `asetnsamples=n=${frameSize(spec)}:p=0`,
    // Without any other measure this one is cheap.
    `astats=metadata=1:reset=${PEAK_FRAMES}:measure_perchannel=none:measure_overall=Peak_level`,
    `ametadata=mode=print:key=lavfi.astats.Overall.Peak_level:file=-:direct=1:enable=${REPORTED_FRAMES}`,
  ].join(",");
}

/** Frames that one peak is of: a second of audio. */
export const PEAK_FRAMES = 50;

/**
 * The last frame of each peak; in the first second every fifth, from the first
 * of all. Without a comma there is nothing to escape, and the command can be
 * copied from the log as it stands there.
 */
const REPORTED_FRAMES = `not(${modulo("(n+1)", PEAK_FRAMES)})` +
  `+not(floor(n/${PEAK_FRAMES}))*not(${modulo("n", 5)})`;

function modulo(value: string, divisor: number): string {
  return `${value}-${divisor}*floor(${value}/${divisor})`;
}

/** Whether the peak reported with a frame, counted from 0, is that of a whole second. */
export function endsPeak(frame: number): boolean {
  return (frame + 1) % PEAK_FRAMES === 0;
}

/**
 * Whether a source gives audio as fast as it is taken. `-re` would pace it as
 * well, but not from the beginning: of ffmpeg 7.1 half a second comes at once.
 */
function isGenerated(device: Device): boolean {
  return device.kind === "test" ||
    device.kind === "format" && device.format === "lavfi";
}

/** The user's filters, and behind them samples at the rate of the recording whose times count them. */
export function countedFilters(
  { sampleRate }: Pick<RunSpec, "sampleRate">,
  filters: readonly string[],
): string[] {
  return [
    ...filters,
    // Else the rate would be changed at the end, and frames be of other lengths.
    `aformat=sample_rates=${sampleRate}`,
    "asetpts=N/SR/TB",
  ];
}

/** Takes out the filters that the user gave among the output arguments: ours come after them instead of in their place. */
export function takeFilters(
  args: readonly string[],
): { readonly filters: string[]; readonly rest: string[] } {
  const filters: string[] = [];
  const rest: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? "";
    const value = args[index + 1];
    if (/^-(af|filter(:a|:a:0|:0)?)$/.test(word) && value !== undefined) {
      filters.push(value);
      index++;
    } else rest.push(word);
  }
  return { filters, rest };
}

/** What turns the audio into the format of the chunks. */
export function encoderArgs(
  spec: Pick<RunSpec, "sampleRate" | "channels" | "format">,
): string[] {
  const { codec, takesFrameSize } = FORMATS[spec.format];
  return [
    ...["-ar", String(spec.sampleRate), "-ac", String(spec.channels)],
    ...["-c:a", codec],
    ...(takesFrameSize ? ["-frame_size", String(frameSize(spec))] : []),
  ];
}

/** 20 ms: short enough to lose little, and a whole number of samples at every usual rate. */
function frameSize({ sampleRate }: Pick<RunSpec, "sampleRate">): number {
  return Math.max(16, Math.round(sampleRate / PEAK_FRAMES));
}

/** Where a frame begins in the audio of a run; they are counted from 0. */
export function frameStart(
  spec: Pick<RunSpec, "sampleRate">,
  frame: number,
): Seconds {
  return frame * frameSize(spec) / spec.sampleRate;
}

/** What opens the device. */
export function inputArgs(
  spec: Pick<RunSpec, "device" | "sampleRate" | "channels" | "inputArgs">,
): string[] {
  const { device, sampleRate, channels, inputArgs } = spec;
  const rate = String(sampleRate);
  switch (device.kind) {
    case "test":
      return [
        ...["-f", "lavfi", ...inputArgs],
        ...["-i", `sine=frequency=440:sample_rate=${rate}`],
      ];
    case "url":
      return [...inputArgs, "-i", device.url];
    case "format":
      return [
        ...formatArgs(device.format, rate, String(channels)),
        ...inputArgs,
        ...["-i", device.name],
      ];
  }
}

/** What each kind of device needs to start at once, at the wanted rate. */
function formatArgs(format: string, rate: string, channels: string): string[] {
  switch (format) {
    case "pulse":
      // By default the server's buffer is filled first: 0.29 s until the
      // first audio instead of 0.08 s with fragments of 20 ms.
      return [
        ...["-f", format, "-fragment_size", fragmentBytes(rate, channels)],
        ...["-sample_rate", rate, "-channels", channels],
      ];
    case "alsa":
      return ["-f", format, "-sample_rate", rate, "-channels", channels];
    default:
      return ["-f", format];
  }
}

function fragmentBytes(rate: string, channels: string): string {
  return String(Math.round(Number(rate) / 50) * Number(channels) * 2);
}

/** Seconds as ffmpeg reads them, never in exponents. */
function seconds(value: Seconds): string {
  return value.toFixed(6).replace(/\.?0+$/, "");
}

function outputPattern(spec: RunSpec): string {
  return `${outputFolder(spec.folder)}${chunkPattern(spec.format)}`;
}

/** What the output of every run into a folder begins with, and of no other process. */
export function outputPrefix(folder: string): string {
  return `${outputFolder(folder)}${CHUNK_PREFIX}`;
}

function outputFolder(folder: string): string {
  // ffmpeg takes % for a place holder and a colon for a protocol's end.
  return `file:${folder.replaceAll("%", "%%")}/`;
}
