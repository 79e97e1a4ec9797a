/**
 * Checks of a recording's channels, depth and size.
 *
 * @module
 */

import { type BitDepth, bytesPerSample } from "../audio/bit_depth.ts";
import { FORMATS } from "../audio/format.ts";
import { EchologError } from "../errors.ts";
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

/**
 * Checks that a chunk's header can hold its size.
 *
 * @throws {EchologError} `usage`, when it cannot.
 */
export function assertChunkSize(
  settings: Pick<
    Settings,
    "format" | "channels" | "sampleRate" | "segmentDuration"
  >,
  depth: BitDepth,
): void {
  const { format, channels, sampleRate, segmentDuration } = settings;
  const { maxBytes } = FORMATS[format];
  const bytes = bytesPerSample(depth) * channels * sampleRate *
    segmentDuration;
  if (maxBytes !== null && bytes > maxBytes) {
    throw new EchologError(
      "usage",
      `Cannot record ${format} chunks of ${segmentDuration} s: each would be larger than 4 GiB`,
      { hint: "shorten recording.segment_duration" },
    );
  }
}
