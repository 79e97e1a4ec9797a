/**
 * Which sessions an export is from, and from when to when.
 *
 * @module
 */

import { chooseOutputDir } from "../../args/command_settings.ts";
import type { ParsedOptions } from "../../args/options.ts";
import { chooseSession, whyEmpty } from "../../args/session_operand.ts";
import { extentOf, timesFor, typedTime } from "../../args/times.ts";
import { EchologError } from "../../../errors.ts";
import type { EpochMs } from "../../../events.ts";
import {
  readRecorded,
  type RecordedSession,
} from "../../../export/recorded.ts";
import { stateFolder } from "../../../platform/host.ts";
import { proposeCommand } from "../../../platform/own_command.ts";
import { byStart } from "../../../sessions/select.ts";
import {
  isIn,
  type KnownSession,
  listKnown,
} from "../../../sessions/catalog.ts";
import { parseDuration } from "../../../times/duration.ts";
import type { TimeFormat } from "../../../times/shown.ts";

/** What an export was asked for. */
export interface Chosen {
  /** The sessions by their start: at least one. */
  readonly sessions: readonly RecordedSession[];
  /** Beginning of the range, or `null` for that of the audio. */
  readonly from: EpochMs | null;
  /** End of the range, or `null` for that of the audio. */
  readonly to: EpochMs | null;
}

/**
 * Returns the sessions and the range that a command line names: one session,
 * or with `--from` all of the output folder that recorded the same device then.
 *
 * @throws {EchologError} `usage`, naming the value at fault; `inactive`, when
 * there is no session in the range.
 */
export async function chooseExport(
  options: ParsedOptions,
  now: EpochMs,
): Promise<Chosen> {
  const { values, operands } = options;
  const isOne = operands.length > 0 || !values.has("from");
  if (!isOne) return await chooseAll(options, now);
  const session = await chooseSession(options);
  const within = await extentOf(session, now);
  const from = typedTime(options, "from", "from", { now, within });
  const end = from === null
    ? null
    : endOf(options, { now, after: from, within });
  const recorded = await readRecorded(session, now, { from, to: end });
  if (recorded === null) {
    const { session_id } = session;
    throw new EchologError(
      "inactive",
      `There is no audio in session ${session_id}`,
      { hint: `see ${proposeCommand(["explain"], session_id)}` },
    );
  }
  const to = from === null
    ? endOf(options, { now, after: firstAudio(recorded), within })
    : end;
  return { sessions: [recorded], from, to };
}

function firstAudio({ chunks, start }: RecordedSession): EpochMs {
  return chunks.find(({ absent }) => absent === null)?.start ?? start;
}

interface EndBase {
  readonly now: EpochMs;
  readonly after: EpochMs;
  readonly within?: { readonly start: EpochMs; readonly end: EpochMs };
}

/** Returns the end of the range, from `--to` or `--for`, or `null` without them. */
function endOf(
  options: ParsedOptions,
  { now, after, within }: EndBase,
): EpochMs | null {
  const length = options.values.get("for");
  if (length !== undefined && options.values.has("to")) {
    throw new EchologError("usage", "Cannot use --to and --for together", {
      hint: "give the end or the length",
    });
  }
  if (length !== undefined) {
    const seconds = parseDuration(length);
    if (seconds !== null && seconds > 0) return after + seconds * 1000;
    throw new EchologError("usage", `Cannot use --for ${length}`, {
      hint: "expected a duration, such as 90s or 6m30s",
    });
  }
  const hasFrom = options.values.has("from");
  const to = typedTime(options, "to", "to", {
    now,
    ...(hasFrom
      ? { after, latest: within?.end ?? now }
      : within === undefined
      ? {}
      : { within }),
  });
  if (to === null || to > after) return to;
  throw new EchologError(
    "usage",
    `Cannot use --to ${options.values.get("to")}`,
    {
      hint: hasFrom
        ? "it is not after --from; of a time of day, say which day, as in yesterday 23:59"
        : "it is not after the first audio",
    },
  );
}

/** Chooses all sessions of the output folder that recorded one device in the range. */
async function chooseAll(
  options: ParsedOptions,
  now: EpochMs,
): Promise<Chosen> {
  const outputDir = chooseOutputDir(options);
  const times = timesFor(options);
  const from = typedTime(options, "from", "from", { now }) ?? now;
  const to = endOf(options, { now, after: from });
  const known = (await listKnown({ outputDir, stateFolder: stateFolder() }))
    .filter((session) => isIn(session, outputDir));
  if (known.length === 0) {
    const { why, hint } = whyEmpty(outputDir);
    throw new EchologError("inactive", why, { hint });
  }
  const inRange: RecordedSession[] = [];
  for (const session of known.toSorted(byStart)) {
    const { start, end } = await extentOf(session, now);
    if (end <= from || to !== null && start >= to) continue;
    const recorded = await readRecorded(session, now, { from, to });
    if (recorded !== null) inRange.push(recorded);
  }
  const wanted = options.values.get("device");
  const ofDevice = inRange.filter(({ device }) =>
    wanted === undefined || device === wanted
  );
  const devices = [
    ...new Set(ofDevice.map(({ device }) => device ?? "unknown")),
  ];
  if (devices.length > 1) {
    throw new EchologError(
      "usage",
      `${devices.length} devices were recorded then`,
      { hint: `choose one with --device: ${devices.join(", ")}` },
    );
  }
  if (ofDevice.length > 0) return { sessions: ofDevice, from, to };
  throw new EchologError(
    "inactive",
    `No session${wanted === undefined ? "" : ` of ${wanted}`} was recorded ${
      rangeText(from, to, times)
    }`,
    { hint: await nearest(known, { from, now, times }) },
  );
}

/** Formats a range for a message. */
export function rangeText(
  from: EpochMs,
  to: EpochMs | null,
  times: TimeFormat,
): string {
  const end = to === null ? "on" : `to ${times.after(from, to)}`;
  return `from ${times.dateTime(from)} ${end} (${times.zoneName})`;
}

interface NearBase {
  readonly from: EpochMs;
  readonly now: EpochMs;
  readonly times: TimeFormat;
}

/** Returns what was recorded instead, as a hint. */
async function nearest(
  known: readonly KnownSession[],
  { from, now, times }: NearBase,
): Promise<string> {
  if (from > now) {
    return "that is in the future; for the day before, type yesterday and the time";
  }
  const [near] = [...known].sort((one, other) =>
    Math.abs(one.start - from) - Math.abs(other.start - from)
  );
  if (near === undefined) return "see echolog sessions";
  const { start, end } = await extentOf(near, now);
  return `the nearest, ${near.session_id}, was recorded from ${
    times.dateTime(start)
  } to ${times.after(start, end)}`;
}
