/**
 * The errors of recording a single channel.
 *
 * @module
 */

import { EchologError } from "../../errors.ts";

/** Milliseconds after which a program that lists channels is ended. */
export const CHANNELS_LIMIT_MS = 5_000;

/**
 * Checks that a source has a channel.
 *
 * @throws {EchologError} `usage`, when it has fewer.
 */
export function assertChannel(
  spec: string,
  channel: number,
  count: number,
): void {
  if (channel <= count) return;
  throw new EchologError(
    "usage",
    `Cannot record channel ${channel} of ${spec}: it has ${count} channel${
      count === 1 ? "" : "s"
    }`,
    { hint: count === 1 ? "set --channel 1" : `set --channel 1 to ${count}` },
  );
}

/** Returns the error for a source whose channels cannot be counted. */
export function cannotCount(
  spec: string,
  why: string,
  advice: string,
): EchologError {
  return new EchologError(
    "failed",
    `Cannot count the channels of ${spec}: ${why}`,
    {
      hint:
        `${advice}, or set their number with ffmpeg.input_args = ["-channels", "N"]`,
    },
  );
}

/** Returns the number of channels that the user's arguments request, or `null`. */
export function requestedChannels(inputArgs: readonly string[]): number | null {
  const at = inputArgs.lastIndexOf("-channels");
  const text = at < 0 ? undefined : inputArgs[at + 1];
  return text !== undefined && /^[1-9]\d*$/.test(text) ? Number(text) : null;
}
