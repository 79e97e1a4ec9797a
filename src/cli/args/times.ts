/**
 * Times on a command line: how they are shown, and what typed ones mean.
 *
 * @module
 */

import type { KnownSession } from "../../sessions/catalog.ts";
import { summarize } from "../../sessions/list_entry.ts";
import { TimeFormat } from "../../times/shown.ts";
import { type Extent, momentOf } from "../../times/typed.ts";
import { Zone } from "../../times/zone.ts";
import type { EpochMs } from "../../events.ts";
import type { Option, ParsedOptions } from "./options.ts";

/** `--utc`, for every command that shows times. */
export const UTC_OPTION: Option = {
  name: "utc",
  help: "show and read times in UTC instead of local time",
};

/**
 * Returns how a command shows times: in local time, unless `--utc` is given.
 *
 * @param named The zone of a log from elsewhere, instead of this machine's.
 */
export function timesFor(
  { switches }: Pick<ParsedOptions, "switches">,
  named?: string,
): TimeFormat {
  if (switches.has("utc")) return TimeFormat.utc;
  const zone = named === undefined ? Zone.local() : Zone.named(named);
  return new TimeFormat(zone ?? Zone.utc);
}

/** What a typed time is relative to. */
export interface TypedBase {
  /** The current time. */
  readonly now: EpochMs;
  /** The session that a time of day lies in, if there is one. */
  readonly within?: Extent;
  /** The beginning of the range, after which a time of day lies. */
  readonly after?: EpochMs;
  /** When the recording ended, or now. */
  readonly latest?: EpochMs;
}

/**
 * Returns the moment that an option's value means, or `null` without it.
 *
 * @throws {EchologError} `usage`, when the value is no time.
 */
export function typedTime(
  options: Pick<ParsedOptions, "values" | "switches">,
  name: string,
  bound: "from" | "to",
  base: TypedBase,
): EpochMs | null {
  const text = options.values.get(name);
  if (text === undefined) return null;
  const { zone } = timesFor(options);
  return momentOf(text, { ...base, option: `--${name}`, zone, bound });
}

/** Returns from when to when a session was recorded, as far as is known. */
export async function extentOf(
  session: KnownSession,
  now: EpochMs,
): Promise<Extent> {
  const { start, liveness, state } = session;
  if (liveness === "alive") return { start, end: now };
  if (state?.state === "ended" && state.wall !== null) {
    // The clock may have been set forward since the start.
    const audio = Date.parse(state.last_audio ?? "") || 0;
    return { start, end: Math.max(start + state.wall * 1000, audio) };
  }
  const { start: begun, wall } = await summarize(session);
  const from = Date.parse(begun);
  return { start: from, end: wall === null ? now : from + wall * 1000 };
}
