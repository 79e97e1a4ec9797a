/**
 * Whether ffmpeg can make the requested channels from those of a source.
 *
 * @module
 */

import type { Device } from "../../audio/device.ts";
import { EchologError } from "../../errors.ts";
import { inputArgs } from "../command/input.ts";
import { runFfmpeg } from "../query.ts";
import type { SourceSettings } from "./source.ts";

/** ffmpeg makes any number of up to eight channels from any source. */
const ALWAYS = 8;
/** Milliseconds after which a source that does not answer counts as unknown. */
const LIMIT_MS = 3_000;
/** ffmpeg has no name for so many channels, and so no rule to make them. */
const CANNOT_MIX =
  /not enough information|Failed to configure (?:in|out)put pad on \S*resample|Rematrix is needed/i;

/** The settings that concern the check. */
type Wanted = SourceSettings & {
  readonly outputArgs: readonly string[];
};

/**
 * Checks that ffmpeg can make the channels. Devices are opened with as many
 * channels as are recorded, and are not asked.
 *
 * @param ffmpeg ffmpeg's path.
 * @throws {EchologError} `usage`, when it cannot.
 */
export async function assertMixable(
  ffmpeg: string,
  device: Device,
  settings: Wanted,
): Promise<void> {
  const { channels, channel, outputArgs } = settings;
  const isOpenedWithAll = device.kind === "format" && device.format !== "lavfi";
  // Filters of the user may make the channels.
  const isUnknown = channel !== null || outputArgs.length > 0;
  if (channels <= ALWAYS || isOpenedWithAll || isUnknown) return;
  const input = {
    ...settings,
    device,
    inputChannels: channels,
    bitDepth: null,
  };
  const { stderr } = await runFfmpeg(
    ffmpeg,
    [
      "-hide_banner",
      ...inputArgs(input),
      ...["-t", "0.05", "-ac", String(channels), "-f", "null", "-"],
    ],
    { limit: LIMIT_MS },
  );
  if (!stderr.some((line) => CANNOT_MIX.test(line))) return;
  throw new EchologError(
    "usage",
    `Cannot record ${channels} channels: the device has another number of channels, and ffmpeg cannot convert them`,
    { hint: `set --channels to that of the device, or to at most ${ALWAYS}` },
  );
}
