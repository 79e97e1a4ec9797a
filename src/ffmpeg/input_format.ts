/**
 * Whether ffmpeg can read from a kind of device.
 *
 * @module
 */

import type { Device } from "../audio/device.ts";
import { EchologError } from "../errors.ts";
import { runFfmpeg } from "./query.ts";

const LIMIT_MS = 5_000;

/** Names of ALSA devices that are often given without `alsa:`. */
const ALSA_NAMES = /^(?:hw|plughw|sysdefault|default|dsnoop|front|iec958)$/;

/**
 * Checks that ffmpeg knows the input format of a device; that of a URL it finds
 * itself.
 *
 * @throws {EchologError} `usage`, when it does not.
 */
export async function assertInputFormat(
  ffmpeg: string,
  device: Device,
): Promise<void> {
  if (device.kind !== "format") return;
  const { format, name } = device;
  const { stdout, stderr } = await runFfmpeg(
    ffmpeg,
    ["-hide_banner", "-h", `demuxer=${format}`],
    { limit: LIMIT_MS },
  );
  const isUnknown = [...stdout, ...stderr]
    .some((line) => line.startsWith("Unknown format "));
  if (!isUnknown) return;
  throw new EchologError(
    "usage",
    `Cannot record from ${format}:${name}: this ffmpeg has no input format ${format}`,
    {
      hint: ALSA_NAMES.test(format)
        ? `did you mean alsa:${format}:${name}?`
        : "echolog devices lists what it can record",
    },
  );
}
