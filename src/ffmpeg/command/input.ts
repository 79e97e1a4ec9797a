/**
 * The arguments that open a device.
 *
 * @module
 */

import { bytesPerSample } from "../../audio/bit_depth.ts";
import { piecesOf, type PieceSpec } from "./pieces.ts";
import type { RunSpec } from "./run_spec.ts";
import { requestedDepthArgs } from "./sample_format.ts";

/** The part of a run's specification that opens its device. */
export type InputSpec =
  & PieceSpec
  & Pick<RunSpec, "sampleRate" | "inputChannels" | "bitDepth">;

/** Returns the arguments that open the device. */
export function inputArgs(
  spec: InputSpec,
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
  spec: InputSpec,
): string[] {
  const { sampleRate, inputChannels, bitDepth } = spec;
  const channels = ["-channels", String(inputChannels)];
  const rate = ["-sample_rate", String(sampleRate)];
  const depth = requestedDepthArgs(bitDepth);
  switch (format) {
    case "pulse":
      // By default the server's buffer is filled first: 0.29 s until the
      // first audio instead of 0.05 to 0.08 s.
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
  spec: InputSpec,
): string {
  const { sampleRate, inputChannels, bitDepth } = spec;
  const sample = bytesPerSample(bitDepth ?? 16);
  return String(
    Math.round(sampleRate / piecesOf(spec).perSecond) * inputChannels * sample,
  );
}
