/**
 * Lists capture devices with ffmpeg.
 *
 * @module
 */

import { runFfmpeg, type RunOutput } from "../query.ts";
import type { ListedDevice, Listing } from "./parse.ts";
import { type DeviceQuery, joinListings } from "./queries.ts";

/** The devices found, and the queries that failed. */
export interface FoundDevices {
  /** The devices, the kind recorded by default first. */
  readonly devices: readonly ListedDevice[];
  /** Messages about failed queries. */
  readonly troubles: readonly string[];
}

/** Maximum milliseconds for a query: a hanging sound server blocks ffmpeg. */
const LIMIT = 5_000;

/**
 * Queries ffmpeg for one kind of device after the other.
 *
 * @param path ffmpeg's path.
 * @param queries The queries, as `deviceQueries` returns them.
 * @param limit Maximum milliseconds for each query.
 * @throws {SpawnError} when ffmpeg cannot be started.
 */
export async function findDevices(
  path: string,
  queries: readonly DeviceQuery[],
  limit = LIMIT,
): Promise<FoundDevices> {
  const listings: Listing[] = [];
  for (const query of queries) {
    const output = await runFfmpeg(path, query.args, { limit });
    listings.push(readOutput(query, output, limit));
  }
  return {
    devices: joinListings(listings),
    troubles: listings.flatMap(({ trouble }) =>
      trouble === null ? [] : [trouble]
    ),
  };
}

function readOutput(
  { format, parse }: DeviceQuery,
  output: RunOutput,
  limit: number,
): Listing {
  const { exit } = output;
  // A shell reports a signal as a code of 128 and more.
  if (!output.timedOut && (exit.signal !== null || (exit.code ?? 0) >= 128)) {
    const how = exit.signal ?? `exit code ${exit.code}`;
    const words = output.stderr.at(-1);
    return {
      devices: [],
      trouble: `${format} cannot be listed: ffmpeg crashed (${how})${
        words === undefined ? "" : `: ${words}`
      }`,
    };
  }
  if (!output.timedOut) return parse(output);
  return {
    devices: [],
    trouble: `${format} does not answer: ffmpeg was stopped after ${
      limit / 1000
    } s`,
  };
}

/** Returns what to do on a system where no device is found. */
export function findingAdvice(os: string): string {
  switch (os) {
    case "darwin":
      return "allow the terminal to use the microphone in the system's privacy settings, or try --device test";
    case "windows":
      return "connect one and allow desktop apps to use the microphone, or try --device test";
    default:
      return "start the sound server, connect a sound card (this user must be in the audio group), or try --device test";
  }
}
