/**
 * Checks of a recording's channels, depth and size.
 *
 * @module
 */

import type { BitDepth } from "../audio/bit_depth.ts";
import { FORMATS } from "../audio/format.ts";
import { EchologError } from "../errors.ts";
import type { Seconds } from "../events.ts";
import { formatDuration } from "../times/duration.ts";
import { encodedBytes } from "../ffmpeg/command/encoded_size.ts";
import type { SettingName, Settings } from "./settings.ts";

/** Source of a value. */
export type Source = "default" | "file" | "flag";

/** Source of each given value; the others are defaults. */
export type Sources = ReadonlyMap<SettingName, Exclude<Source, "default">>;

/**
 * Returns the channels of the recording: one when a single channel is recorded,
 * whatever the file has for all recordings.
 *
 * @throws {EchologError} `usage`, when a flag asks for more.
 */
export function recordedChannels(
  { channel, channels }: Settings,
  sources: Sources,
): number {
  if (channel === null) return channels;
  if (sources.get("channels") === "flag" && channels !== 1) {
    throw new EchologError(
      "usage",
      `Cannot record channel ${channel} alone with --channels ${channels}`,
      { hint: "a single channel is recorded as mono: leave out --channels" },
    );
  }
  return 1;
}

/**
 * Checks that the format has the depth; a format without one ignores it.
 *
 * @throws {EchologError} `usage`, when it does not.
 */
export function assertDepth(
  { format, bitDepth }: Pick<Settings, "format" | "bitDepth">,
): void {
  const { bitDepths } = FORMATS[format];
  if (
    bitDepth !== "auto" && bitDepths !== null && !bitDepths.includes(bitDepth)
  ) {
    throw new EchologError(
      "usage",
      `Cannot record ${format} with ${bitDepth} bits`,
      {
        hint: `set recording.bit_depth to ${
          bitDepths.join(" or ")
        }, or record wav`,
      },
    );
  }
}

/** The settings on which the size of a chunk depends. */
type ChunkSettings = Pick<
  Settings,
  "format" | "channels" | "sampleRate" | "segmentDuration" | "outputArgs"
>;

/**
 * Checks that a chunk's header can hold its size, with the encoder in effect.
 *
 * @param bitDepth Bits per sample of the format's own encoder, or `null` for a
 * format without a depth.
 * @throws {EchologError} `usage`, when it cannot.
 */
export function assertChunkSize(
  settings: ChunkSettings,
  bitDepth: BitDepth | null,
): void {
  const { format, segmentDuration } = settings;
  const { maxBytes } = FORMATS[format];
  const bytes = encodedBytes({ ...settings, bitDepth }) * segmentDuration;
  if (maxBytes !== null && bytes > maxBytes) {
    throw new EchologError(
      "usage",
      `Cannot record ${format} chunks of ${segmentDuration} s: each would be larger than 4 GiB`,
      { hint: "shorten recording.segment_duration" },
    );
  }
}

const DAY: Seconds = 86_400;

/**
 * Checks that sessions can begin at multiples of their length on the clock:
 * those begin again at midnight, so a longer session is one of whole days.
 *
 * @throws {EchologError} `usage`, when they cannot.
 */
export function assertRollover(
  { align, sessionDuration }: Pick<Settings, "align" | "sessionDuration">,
): void {
  if (align === "off" || sessionDuration === null) return;
  if (sessionDuration <= DAY || sessionDuration % DAY === 0) return;
  throw new EchologError(
    "usage",
    `Cannot use recording.session_duration = ${
      JSON.stringify(formatDuration(sessionDuration))
    } with recording.align = "${align}"`,
    { hint: "use at most 24h, or whole days such as 7d" },
  );
}

/** Open files that a recording needs besides those of the runtime. */
const FEWEST_FILES = 64;
/** Smallest limit of a file with which the log of a session has room. */
const SMALLEST_LOG = 1_048_576;

/**
 * Checks that the limits of the process leave room for a recording. The kernel
 * ends a program that writes past the limit of a file, without a message.
 *
 * @param bitDepth Bits per sample, or `null` for a format without a depth.
 * @throws {EchologError} `usage`, when they do not.
 */
export function assertLimits(
  settings: ChunkSettings & Pick<Settings, "logMaxBytes" | "logRotation">,
  bitDepth: BitDepth | null,
  { fileBytes, openFiles }: {
    readonly fileBytes: number;
    readonly openFiles: number;
  },
): void {
  if (openFiles < FEWEST_FILES) {
    throw new EchologError(
      "usage",
      `Cannot record with at most ${openFiles} open files`,
      { hint: `raise the limit: ulimit -n ${FEWEST_FILES} or more` },
    );
  }
  // Noise is not compressed at all.
  const format = settings.format === "flac" ? "wav" : settings.format;
  const chunk = encodedBytes({ ...settings, format, bitDepth }) *
    settings.segmentDuration;
  const log = settings.logRotation === "size"
    ? Math.max(SMALLEST_LOG, settings.logMaxBytes)
    : SMALLEST_LOG;
  const needed = Math.ceil(Math.max(chunk, log) * 1.05);
  if (fileBytes >= needed) return;
  throw new EchologError(
    "usage",
    `Cannot record with files of at most ${fileBytes} bytes: ${
      chunk > log ? "a chunk" : "the log"
    } may need ${needed}`,
    {
      hint: chunk > log
        ? "raise the limit (ulimit -f unlimited), or shorten recording.segment_duration"
        : "raise the limit (ulimit -f unlimited)",
    },
  );
}
