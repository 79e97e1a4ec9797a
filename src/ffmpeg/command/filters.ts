/**
 * The filters of a run: they count samples, report them, and end the audio.
 *
 * @module
 */

import { type Device, transportOf } from "../../audio/device.ts";
import type { EpochMs, Seconds } from "../../events.ts";
import { piecesOf, type PieceSpec } from "./pieces.ts";
import type { CaptureSpec, RunSpec } from "./run_spec.ts";
import { sampleFormat } from "./sample_format.ts";

/**
 * Returns the filter graph. Times count captured samples, since device
 * timestamps are wrong. Frames of one length make chunks end exactly where they
 * should. The peak of every second is printed. Within the first one, partial peaks are printed more often: until there are enough
 * reports to compare, a late one makes the run's start late.
 *
 * The graph is one chain. Measuring in a branch that ends in `anullsink` would
 * be simpler, but with one ffmpeg 5.1 ignores `-t`, and ffmpeg 7 writes audio a
 * second late and aborts when it is stopped.
 */
export function filterGraph(
  spec: CaptureSpec,
  filters: readonly string[],
): string {
  const { device, duration, since, inputArgs } = spec;
  const pieces = piecesOf(spec);
  const isLocal = transportOf(device, inputArgs) === "local";
  return [
    // With a limit of half an hour it catches up after a delay.
    ...(isGenerated(device) ? ["arealtime=limit=1800"] : []),
    ...countedFilters(spec, filters),
    ...(duration === null ? [] : endFilters(duration, since)),
    `asetnsamples=n=${frameSize(spec)}:p=0`,
    // All metadata is printed: that of a stream could look like a report.
    ...(isLocal ? [] : ["ametadata=mode=delete"]),
    // Without other measures this one is cheap.
    `astats=metadata=1:reset=${pieces.perSecond}:measure_perchannel=Peak_level:measure_overall=Peak_level`,
    `asetpts=${clockPts(pieces.pause)}`,
    `ametadata=mode=print:file=-:direct=1:enable=${reportedFrames(spec)}`,
    COUNTED_PTS,
  ].join(",");
}

/** Makes times count samples. */
const COUNTED_PTS = "asetpts=N/SR/TB";

/** The wall clock since 1970, as a timestamp. */
const WALL = "RTCTIME/1000000/TB";

/** A frame that comes this soon after the one before it came with it, at once. */
const AT_ONCE: Seconds = 0.004;

/** Time since the frame before, as a timestamp. */
const SINCE = `${WALL}-abs(PREV_OUTPTS)`;

/**
 * Returns the time at which ffmpeg has a frame, negative when it ends a pause: a report
 * may be read much later. It is odd when the frame came at once with the one
 * before it. The first one is 0.
 */
function clockPts(pause: Seconds): string {
  return `-(2*floor(${WALL}/2)+(1-sgn(${SINCE}-${AT_ONCE}/TB))/2)*sgn(${SINCE}-${pause}/TB)`;
}

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

/**
 * Selects the last frame of each peak, in the first second a frame every 100 ms
 * from the first on, and every frame that ends a pause. Of a stream also every
 * third frame of those that came at once: the last ones of a segment or a page
 * are the least late. It has no comma to escape, so the command can be copied
 * from the log.
 */
function reportedFrames(spec: CaptureSpec): string {
  const { device, inputArgs, sampleRate } = spec;
  const { perSecond } = piecesOf(spec);
  const reported = `not(${modulo("(n+1)", perSecond)})` +
    `+not(floor(n/${perSecond}))*not(${modulo("n", perSecond / 10)})` +
    `+(1-sgn(t))/2`;
  if (transportOf(device, inputArgs) === "local") return reported;
  const isAtOnce = modulo(`floor(abs(t)*${sampleRate}+1/2)`, 2);
  return `${reported}+(${isAtOnce})*not(${modulo("n", 3)})`;
}

function modulo(value: string, divisor: number): string {
  return `${value}-${divisor}*floor(${value}/${divisor})`;
}

/** Whether the peak reported with a frame, counted from 0, is that of a whole second. */
export function endsPeak(spec: PieceSpec, frame: number): boolean {
  return (frame + 1) % piecesOf(spec).perSecond === 0;
}

/**
 * Whether a source produces audio as fast as it is read. `-re` would pace it,
 * too, but not from the start: ffmpeg 7.1 sends the first half second at once.
 */
function isGenerated(device: Device): boolean {
  return device.kind === "test" ||
    device.kind === "format" && device.format === "lavfi";
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

/** The part of a run's specification that decides the length of its frames. */
export type FrameSpec = PieceSpec & Pick<RunSpec, "sampleRate">;

/** Returns the samples of a frame, a whole number at every usual rate. */
export function frameSize(spec: FrameSpec): number {
  return Math.max(16, Math.round(spec.sampleRate / piecesOf(spec).perSecond));
}

/**
 * Returns the samples of an encoder's frame: those of a frame, or half of it
 * where FLAC's streamable subset has a limit (RFC 9639, section 7).
 */
export function encoderFrameSize(spec: FrameSpec): number {
  const limit = spec.sampleRate <= 48_000 ? 4_608 : 16_384;
  const whole = frameSize(spec);
  return Math.ceil(whole / Math.ceil(whole / limit));
}

/** Returns where a frame begins in the audio of a run; frames count from 0. */
export function frameStart(
  spec: FrameSpec,
  frame: number,
): Seconds {
  return frame * frameSize(spec) / spec.sampleRate;
}

/** Formats seconds for ffmpeg, never with an exponent. */
export function seconds(value: Seconds): string {
  return value.toFixed(6).replace(/\.?0+$/, "");
}
