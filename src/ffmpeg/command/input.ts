/**
 * The arguments that open a device.
 *
 * @module
 */

import { bytesPerSample } from "../../audio/bit_depth.ts";
import type { RunSpec } from "./run_spec.ts";
import { requestedDepthArgs } from "./sample_format.ts";

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
