/**
 * What must be known about a source before it is recorded: the depth of its
 * samples, and the channels to request.
 *
 * @module
 */

import type { BitDepth } from "../../audio/bit_depth.ts";
import { type Device, specOf } from "../../audio/device.ts";
import { FORMATS } from "../../audio/format.ts";
import { inputArgs } from "../command/input.ts";
import type { RunSpec } from "../command/run_spec.ts";
import { runFfmpeg } from "../query.ts";
import { depthOfDevice, depthOfStream } from "../command/sample_format.ts";
import { assertChannel, requestedChannels } from "./channels.ts";
import { channelsOfCard } from "./alsa.ts";
import { channelsOfPulse } from "./pulse.ts";

/** The settings that concern the source. */
export type SourceSettings =
  & Pick<RunSpec, "sampleRate" | "channels" | "stream" | "format" | "inputArgs">
  & {
    /** Channel of the source that is recorded alone, from 1, or `null`. */
    readonly channel: number | null;
    /** Bits per sample, or `auto`. */
    readonly bitDepth: BitDepth | "auto";
  };

/** The channels to request from a source, and the one that is recorded alone. */
export type InputChannels = Pick<RunSpec, "inputChannels" | "inputChannel">;

/** Milliseconds after which a source that does not answer counts as unknown. */
const LIMIT_MS = 3_000;

/**
 * Returns the depth of a recording, `null` when its format has none. Only a
 * source that several clients can open is opened for it.
 *
 * @param ffmpeg ffmpeg's path.
 */
export async function chooseDepth(
  ffmpeg: string,
  device: Device,
  settings: SourceSettings,
): Promise<BitDepth | null> {
  const { bitDepth, format, stream } = settings;
  if (FORMATS[format].bitDepths === null) return null;
  if (bitDepth !== "auto") return bitDepth;
  const known = depthOfDevice(device);
  if (known !== null) return known;
  const input = { ...settings, device, inputChannels: 1, bitDepth: null };
  const { stderr } = await runFfmpeg(
    ffmpeg,
    // Half a second of audio tells the depth; ffmpeg's default is five.
    ["-hide_banner", "-analyzeduration", "500000", ...inputArgs(input)],
    { limit: LIMIT_MS },
  );
  return depthOfStream(stderr, stream ?? 0) ?? 16;
}

/**
 * Returns the channels to request from a source.
 *
 * @throws {EchologError} when it does not have the channel, or its channels
 * cannot be counted.
 */
export async function chooseChannels(
  device: Device,
  { channel, channels, inputArgs }: Pick<
    SourceSettings,
    "channel" | "channels" | "inputArgs"
  >,
): Promise<InputChannels> {
  if (channel === null) {
    return { inputChannels: channels, inputChannel: null };
  }
  const spec = specOf(device);
  const requested = requestedChannels(inputArgs);
  const index = channel - 1;
  if (requested !== null) {
    assertChannel(spec, channel, requested);
    return { inputChannels: requested, inputChannel: index };
  }
  if (device.kind === "format" && device.format === "pulse") {
    return await channelsOfPulse(device.name, channel);
  }
  if (device.kind === "format" && device.format === "alsa") {
    const count = await channelsOfCard(device.name);
    assertChannel(spec, channel, count);
    return { inputChannels: count, inputChannel: index };
  }
  // JACK makes as many ports as are requested. Other sources give all their
  // channels, and ffmpeg reports when there are too few.
  return { inputChannels: channel, inputChannel: index };
}
