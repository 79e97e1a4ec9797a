/**
 * Compares the headers of chunks with the log.
 *
 * @module
 */

import { oneLine } from "../../errors.ts";
import type { SessionStart } from "../../events.ts";
import type { Decoded } from "./decode.ts";

/** What the log says of the audio of every chunk. */
type Logged = Pick<
  SessionStart,
  "sample_rate" | "channels" | "bit_depth" | "codec" | "overrides"
>;

/**
 * Returns the faults of a chunk's header.
 *
 * @param start The first line of the log, or `null` when it is missing.
 */
export function headerFaults(
  decoded: Decoded | null,
  start: Logged | null,
): string[] {
  const header = decoded?.header ?? null;
  if (header === null) return [];
  if (header.fault !== null) return [`its header is damaged: ${header.fault}`];
  // The user's own arguments may change what ffmpeg writes.
  if (start === null || start.overrides.includes("ffmpeg.output_args")) {
    return [];
  }
  const pairs = [
    ["sample rate", header.sampleRate, start.sample_rate],
    ["number of channels", header.channels, start.channels],
    ["bit depth", header.bitDepth, start.bit_depth ?? null],
    ["encoding", header.codec, start.codec],
  ] as const;
  return pairs.flatMap(([what, found, logged]) =>
    found === null || logged === null || found === logged
      ? []
      : [`the ${what} in its header is ${found}, but the log has ${logged}`]
  );
}

/** Characters shown of a name that a file has, which may be damaged. */
const MAX_NAME = 80;

/** Returns why a file is not the chunk that its name says, by its tags, or `null`. */
export function strangerFault(
  decoded: Decoded | null,
  seq: number,
  session: string | null,
): string | null {
  const identity = decoded?.identity ?? null;
  if (identity === null) return null;
  const isOwn = session === null || identity.session === session;
  return isOwn && identity.seq === seq
    ? null
    : `by its tags it is chunk ${identity.seq} of session ${
      oneLine(identity.session).slice(0, MAX_NAME)
    }`;
}
