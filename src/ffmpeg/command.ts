/**
 * The ffmpeg command of a run.
 *
 * @module
 */

import { CHUNK_PREFIX, chunkPattern } from "../audio/chunk_name.ts";
import type { Device } from "../audio/device.ts";
import { type BitDepth, bytesPerSample } from "../audio/bit_depth.ts";
import { type Format, FORMATS } from "../audio/format.ts";
import type { EpochMs, Seconds } from "../events.ts";
import {
  depthArgs,
  encoderOf,
  requestedDepthArgs,
  sampleFormat,
} from "./sample_format.ts";

/** Specification of a run. */
export interface RunSpec {
  /** Where the audio comes from. */
  readonly device: Device;
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** Number of channels of the recording. */
  readonly channels: number;
  /** Number of channels to request from the device. */
  readonly inputChannels: number;
  /** The input's channel that is recorded alone, from 0, or `null` for all. */
  readonly inputChannel: number | null;
  /** Audio stream of the source, from 0, or `null` for the first. */
  readonly stream: number | null;
  /** Bits per sample, or `null` for a format without a depth. */
  readonly bitDepth: BitDepth | null;
  /** File format of the chunks. */
  readonly format: Format;
  /** Nominal length of a chunk. */
  readonly segmentDuration: Seconds;
  /** Requested duration, or `null` to run until stopped. */
  readonly duration: Seconds | null;
  /** When that begins; without it, samples alone count. */
  readonly since?: EpochMs;
  /** Folder of the chunks. */
  readonly folder: string;
  /** Number of the first chunk. */
  readonly firstChunk: number;
  /** Further arguments before `-i`. */
  readonly inputArgs: readonly string[];
  /** Further arguments before the output. */
  readonly outputArgs: readonly string[];
}

/** The part of a run that does not depend on where its chunks go. */
export type CaptureSpec = Omit<
  RunSpec,
  "segmentDuration" | "folder" | "firstChunk"
>;

/** Returns ffmpeg's arguments, without its name. */
export function buildArgs(spec: RunSpec): string[] {
  const format = FORMATS[spec.format];
  return [
    ...captureArgs(spec),
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

/** Returns the arguments that open, filter and encode the audio. */
export function captureArgs(spec: CaptureSpec): string[] {
  const { filters, rest } = takeFilters(spec.outputArgs);
  return [
    "-hide_banner",
    "-nostats",
    // With the leading + ffmpeg keeps collapsing repeated lines.
    ...["-loglevel", "+level+info"],
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

/**
 * Returns the filter graph. Times count captured samples, since device
 * timestamps are wrong. Frames of one length make chunks end exactly where they
 * should. The peak of every {@linkcode PEAK_FRAMES} frames is printed. Within
 * the first one, partial peaks are printed more often: until there are enough
 * reports to compare, a late one makes the run's start late.
 *
 * The graph is one chain. Measuring in a branch that ends in `anullsink` would
 * be simpler, but with one ffmpeg 5.1 ignores `-t`, and ffmpeg 7 writes audio a
 * second late and aborts when it is stopped.
 */
function filterGraph(spec: CaptureSpec, filters: readonly string[]): string {
  const { device, duration, since } = spec;
  return [
    // With a limit of half an hour it catches up after a delay.
    ...(isGenerated(device) ? ["arealtime=limit=1800"] : []),
    ...countedFilters(spec, filters),
    ...(duration === null ? [] : endFilters(duration, since)),
    `asetnsamples=n=${frameSize(spec)}:p=0`,
    // Without other measures this one is cheap.
    `astats=metadata=1:reset=${PEAK_FRAMES}:measure_perchannel=none:measure_overall=Peak_level`,
    `asetpts=${CLOCK_PTS}`,
    `ametadata=mode=print:key=lavfi.astats.Overall.Peak_level:file=-:direct=1:enable=${REPORTED_FRAMES}`,
    COUNTED_PTS,
  ].join(",");
}

/** Makes times count samples. */
const COUNTED_PTS = "asetpts=N/SR/TB";

/** The wall clock since 1970, as a timestamp. */
const WALL = "RTCTIME/1000000/TB";

/** A frame that comes this many seconds after the one before it ends a pause. */
const PAUSE: Seconds = 0.15;

/**
 * The time at which ffmpeg has a frame, negative when it ends a pause: a report
 * may be read much later. The first one is 0.
 */
const CLOCK_PTS = `-${WALL}*sgn(${WALL}-abs(PREV_OUTPTS)-${PAUSE}/TB)`;

/**
 * Returns the filters that end the audio after a time. Samples count, unless
 * they are more than a second ahead of the clock: a source that sends old audio
 * at once is recorded up to the end, too.
 */
function endFilters(duration: Seconds, since: EpochMs | undefined): string[] {
  const end = `atrim=end=${seconds(duration)}`;
  if (since === undefined) return [end];
  const ahead = `(N/SR-RTCTIME/1000000+${seconds(since / 1000)})`;
  return [
    `asetpts=(N/SR-(1+sgn(${ahead}-1))/2*${ahead})/TB`,
    end,
    COUNTED_PTS,
  ];
}

/** Number of frames per peak: one second of audio. */
export const PEAK_FRAMES = 50;

/**
 * Selects the last frame of each peak, in the first second every fifth frame
 * from the first on, and every frame that ends a pause. It has no comma to
 * escape, so the command can be copied from the log.
 */
const REPORTED_FRAMES = `not(${modulo("(n+1)", PEAK_FRAMES)})` +
  `+not(floor(n/${PEAK_FRAMES}))*not(${modulo("n", 5)})+(1-sgn(t))/2`;

function modulo(value: string, divisor: number): string {
  return `${value}-${divisor}*floor(${value}/${divisor})`;
}

/** Whether the peak reported with a frame, counted from 0, is that of a whole second. */
export function endsPeak(frame: number): boolean {
  return (frame + 1) % PEAK_FRAMES === 0;
}

/**
 * Whether a source produces audio as fast as it is read. `-re` would pace it,
 * too, but not from the start: ffmpeg 7.1 sends the first half second at once.
 */
function isGenerated(device: Device): boolean {
  return device.kind === "test" ||
    device.kind === "format" && device.format === "lavfi";
}

/** Returns the source's audio stream as ffmpeg's `-map` takes it. */
export function streamOf({ stream }: Pick<RunSpec, "stream">): string {
  return `0:a:${stream ?? 0}`;
}

/**
 * Returns the user's filters, between one that takes a single channel and
 * filters that set the recording's rate and depth and make times count samples.
 */
function countedFilters(
  spec: Pick<
    RunSpec,
    "sampleRate" | "inputChannel" | "format" | "bitDepth" | "outputArgs"
  >,
  filters: readonly string[],
): string[] {
  const { sampleRate, inputChannel } = spec;
  const sample = sampleFormat(spec);
  return [
    // `pan` would give silence for a channel that the input does not have.
    ...(inputChannel === null
      ? []
      : [`channelmap=map=${inputChannel}:channel_layout=mono`]),
    ...filters,
    // Otherwise the rate would be changed at the end, and frames would differ
    // in length.
    `aformat=sample_rates=${sampleRate}${
      sample === null ? "" : `:sample_fmts=${sample}`
    }`,
    COUNTED_PTS,
  ];
}

/**
 * Removes and returns the user's filters among the output arguments: echolog's
 * filters are added after them instead of replacing them.
 */
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

/** Returns the arguments that encode the audio in the format of the chunks. */
export function encoderArgs(
  spec: Pick<
    RunSpec,
    "sampleRate" | "channels" | "format" | "bitDepth" | "outputArgs"
  >,
): string[] {
  const { takesFrameSize } = FORMATS[spec.format];
  return [
    ...["-ar", String(spec.sampleRate), "-ac", String(spec.channels)],
    ...["-c:a", encoderOf({ ...spec, outputArgs: [] }), ...depthArgs(spec)],
    ...(takesFrameSize ? ["-frame_size", String(frameSize(spec))] : []),
  ];
}

/**
 * Returns the samples in 20 ms: short enough to lose little, and a whole number
 * at every usual rate.
 */
function frameSize({ sampleRate }: Pick<RunSpec, "sampleRate">): number {
  return Math.max(16, Math.round(sampleRate / PEAK_FRAMES));
}

/** Returns where a frame begins in the audio of a run; frames count from 0. */
export function frameStart(
  spec: Pick<RunSpec, "sampleRate">,
  frame: number,
): Seconds {
  return frame * frameSize(spec) / spec.sampleRate;
}

/** Returns the arguments that open the device. */
export function inputArgs(
  spec: Pick<
    RunSpec,
    "device" | "sampleRate" | "inputChannels" | "bitDepth" | "inputArgs"
  >,
): string[] {
  const { device, sampleRate, inputArgs } = spec;
  const rate = String(sampleRate);
  switch (device.kind) {
    case "test":
      return [
        ...["-f", "lavfi", ...inputArgs],
        ...["-i", `sine=frequency=440:sample_rate=${rate}`],
      ];
    case "url":
      return [
        ...urlArgs(device.url, inputArgs),
        ...inputArgs,
        "-i",
        device.url,
      ];
    case "format":
      return [
        ...formatArgs(device.format, spec),
        ...inputArgs,
        ...["-i", device.name],
      ];
  }
}

/** Keeps a camera from sending its video, which would be discarded. */
function urlArgs(url: string, inputArgs: readonly string[]): string[] {
  const isRtsp = /^rtsps?:/i.test(url);
  return isRtsp && !inputArgs.includes(MEDIA_TYPES)
    ? [MEDIA_TYPES, "audio"]
    : [];
}

const MEDIA_TYPES = "-allowed_media_types";

/**
 * Returns the arguments with which a kind of device starts at once, with the
 * requested rate, channels and depth.
 */
function formatArgs(
  format: string,
  spec: Pick<RunSpec, "sampleRate" | "inputChannels" | "bitDepth">,
): string[] {
  const { sampleRate, inputChannels, bitDepth } = spec;
  const channels = ["-channels", String(inputChannels)];
  const rate = ["-sample_rate", String(sampleRate)];
  const depth = requestedDepthArgs(bitDepth);
  switch (format) {
    case "pulse":
      // By default the server's buffer is filled first: 0.29 s until the
      // first audio instead of 0.08 s with fragments of 20 ms.
      return [
        ...[...depth, "-f", format, "-fragment_size", fragmentBytes(spec)],
        ...[...rate, ...channels],
      ];
    case "alsa":
      return [...depth, "-f", format, ...rate, ...channels];
    case "jack":
      return ["-f", format, ...channels];
    default:
      return ["-f", format];
  }
}

function fragmentBytes(
  { sampleRate, inputChannels, bitDepth }: Pick<
    RunSpec,
    "sampleRate" | "inputChannels" | "bitDepth"
  >,
): string {
  const sample = bytesPerSample(bitDepth ?? 16);
  return String(Math.round(sampleRate / 50) * inputChannels * sample);
}

/** Formats seconds for ffmpeg, never with an exponent. */
function seconds(value: Seconds): string {
  return value.toFixed(6).replace(/\.?0+$/, "");
}

function outputPattern(spec: RunSpec): string {
  return `${outputFolder(spec.folder)}${chunkPattern(spec.format)}`;
}

/** Returns the prefix of the output path, which only runs into this folder have. */
export function outputPrefix(folder: string): string {
  return `${outputFolder(folder)}${CHUNK_PREFIX}`;
}

function outputFolder(folder: string): string {
  // ffmpeg reads % as a placeholder and a colon as the end of a protocol.
  return `file:${folder.replaceAll("%", "%%")}/`;
}
