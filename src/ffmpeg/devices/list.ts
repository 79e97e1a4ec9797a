/**
 * Asks ffmpeg which capture devices there are.
 *
 * @module
 */

import { runFfmpeg, type RunOutput } from "../query.ts";
import type { ListedDevice, Listing } from "./parse.ts";
import { type DeviceQuery, joinListings } from "./queries.ts";

/** The devices that were found, and what could not be asked. */
export interface FoundDevices {
  /** The devices, those that are recorded by default first. */
  readonly devices: readonly ListedDevice[];
  /** What could not be asked, in words. */
  readonly troubles: readonly string[];
}

/** A sound server that hangs keeps ffmpeg waiting, in milliseconds. */
const LIMIT = 5_000;

/**
 * Asks ffmpeg, one kind of device after the other.
 *
 * @param path ffmpeg's path.
 * @param queries What to ask, as `deviceQueries` gives it.
 * @param limit Milliseconds that each question may take.
 * @throws what `Deno.Command` throws when ffmpeg cannot be started.
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
  if (!output.timedOut) return parse(output);
  return {
    devices: [],
    trouble: `${format} does not answer: ffmpeg was ended after ${
      limit / 1000
    } s`,
  };
}
