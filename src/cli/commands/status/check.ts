/**
 * `echolog status --check`: a plugin for monitoring, by the conventions of
 * Nagios, Icinga and their relatives.
 *
 * @module
 */

import { sourceKind } from "../../../audio/device.ts";
import { oneLine } from "../../../errors.ts";
import type { Seconds } from "../../../events.ts";
import { meaningOfCause } from "../../../review/explain/glossary.ts";
import type { SessionStatus } from "../../../sessions/status.ts";
import { formatBytes, formatDuration } from "../../../terminal/units.ts";

/** Names of the states; an index is the exit code. */
export const CHECK_STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;

/** One of {@linkcode CHECK_STATES}. */
export type CheckState = typeof CHECK_STATES[number];

/** A judgement of a session, or of all. */
export interface Judgement {
  /** The state. */
  readonly state: CheckState;
  /** Why, as a phrase. */
  readonly text: string;
}

/** Returns the exit code of a state. */
export function exitCodeOf(state: CheckState): number {
  return CHECK_STATES.indexOf(state);
}

/** Judges one session: no audio for more than `maxAge` seconds is critical. */
export function judge(status: SessionStatus, maxAge: Seconds): Judgement {
  const { state, details, outage } = status;
  if (state === "unknown") {
    return {
      state: "UNKNOWN",
      text: "it belongs to another machine or container",
    };
  }
  if (state === "crashed") {
    return { state: "CRITICAL", text: "its recorder died" };
  }
  const age = audioAge(status);
  if (details === null || age === null) {
    return state === "recovering"
      ? { state: "CRITICAL", text: "its folder is missing" }
      : { state: "UNKNOWN", text: "its session.json cannot be read" };
  }
  const why = outage === null
    ? ""
    : `: ${meaningOfCause(outage.cause, sourceKind(details.device)).text}`;
  const missing = `no audio for ${formatDuration(Math.floor(age))}${why}`;
  if (age > maxAge) return { state: "CRITICAL", text: missing };
  if (outage !== null) return { state: "WARNING", text: missing };
  if (state === "starting") {
    return { state: "WARNING", text: "starting, no audio yet" };
  }
  const troubles = [...silenceIn(details), ...diskIn(status)];
  return troubles.length > 0
    ? { state: "WARNING", text: troubles.join(", ") }
    : { state: "OK", text: state === "stopping" ? "stopping" : "audio now" };
}

/**
 * Returns how long ago the last audio came, in a session that this one continues
 * too, or the recording began without any.
 */
export function audioAge(
  { last_audio_ago, wall, outage, details }: SessionStatus,
): Seconds | null {
  const age = last_audio_ago ??
    (wall === null ? null : wall + silenceBefore(details));
  return outage === null || age === null ? age : Math.max(age, outage.duration);
}

/** Returns how long audio was missing when a session began that continues another. */
function silenceBefore(details: SessionStatus["details"]): Seconds {
  const before = details?.audio_before ?? null;
  if (details === null || before === null) return 0;
  return Math.max(0, Date.parse(details.start) - Date.parse(before)) / 1000;
}

function silenceIn(
  { silent_since, quiet_since, silent_channel_list }: NonNullable<
    SessionStatus["details"]
  >,
): string[] {
  if (silent_since !== null) return ["digital silence"];
  if (quiet_since !== null) return ["silence"];
  return silent_channel_list.length === 0
    ? []
    : [`silence on channel ${silent_channel_list.join(" and ")}`];
}

function diskIn({ free_bytes, details }: SessionStatus): string[] {
  const limit = details?.min_free_bytes ?? null;
  return free_bytes !== null && limit !== null && free_bytes < limit
    ? [`only ${formatBytes(free_bytes)} left on the disk`]
    : [];
}

/** Returns the worst judgement's state. */
export function worstOf(judgements: readonly Judgement[]): CheckState {
  const order: readonly CheckState[] = ["CRITICAL", "WARNING", "UNKNOWN"];
  return order.find((state) => judgements.some((one) => one.state === state)) ??
    "OK";
}

/** Longest line: plugins of older monitoring systems may print no more. */
const MAX_LINE = 4_000;
const MAX_TEXT = 1_500;

/**
 * Returns the line of the plugin, and its exit code.
 *
 * @param wanted What was looked for, as a phrase, or `null` for all.
 */
export function renderCheck(
  found: readonly SessionStatus[],
  maxAge: Seconds,
  wanted: string | null = null,
): { readonly line: string; readonly exitCode: number } {
  if (found.length === 0) {
    const what = wanted === null ? "" : ` by ${wanted}`;
    return checkLine("CRITICAL", `nothing is being recorded${what}`);
  }
  const judged = onePerRecorder(
    found.map((status) => ({ status, ...judge(status, maxAge) })),
  );
  const state = worstOf(judged);
  // The worst come first: the line may be cut.
  const sorted = judged.toSorted((one, other) =>
    rankOf(one.state) - rankOf(other.state)
  );
  const text = sorted.map(({ status, state: own, text }) => {
    const mark = judged.length > 1 && own !== "OK" ? ` ${own}` : "";
    return `${nameOf(status)}:${mark} ${text}`;
  }).join("; ");
  const shown = judged.map(({ status }) => status);
  return checkLine(state, text, figures(shown, maxAge));
}

/** A session with its judgement. */
type Judged = Judgement & { readonly status: SessionStatus };

/**
 * At a rollover, a recorder has two sessions: returns the one that receives
 * audio, or without one the worse.
 */
function onePerRecorder(judged: readonly Judged[]): Judged[] {
  const chosen = new Map<string, Judged>();
  for (const one of judged) {
    const { state, pid, folder } = one.status;
    const isKnown = pid !== null && state !== "unknown";
    const key = isKnown ? `${pid} ${state === "crashed"}` : folder;
    const older = chosen.get(key);
    if (older === undefined || isBetter(one, older)) chosen.set(key, one);
  }
  return [...chosen.values()];
}

/** Whether a session says more about its recorder than an older one. */
function isBetter(one: Judged, older: Judged): boolean {
  if (one.state === "OK") return true;
  return older.state !== "OK" && rankOf(one.state) <= rankOf(older.state);
}

/** Returns a line of the plugin, with its exit code. */
export function checkLine(
  state: CheckState,
  text: string,
  data: readonly string[] = [],
): { readonly line: string; readonly exitCode: number } {
  // The bar separates the text from the figures.
  const plain = oneLine(text).replaceAll("|", "/");
  const shown = plain.length > MAX_TEXT
    ? `${plain.slice(0, MAX_TEXT)}…`
    : plain;
  let line = `${state} - ${shown}`;
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  data.forEach((one, index) => {
    const longer = `${line}${index === 0 ? "|" : " "}${one}`;
    if (bytes(longer) <= MAX_LINE) line = longer;
  });
  return { line, exitCode: exitCodeOf(state) };
}

function rankOf(state: CheckState): number {
  return ["CRITICAL", "WARNING", "UNKNOWN", "OK"].indexOf(state);
}

function nameOf({ details, session_id }: SessionStatus): string {
  return details?.device ?? session_id;
}

/** Returns a name that no other session of these has. */
function labelOf(
  status: SessionStatus,
  found: readonly SessionStatus[],
): string {
  const name = nameOf(status);
  const isUnique = found.every((one) => one === status || nameOf(one) !== name);
  return isUnique ? name : `${name} ${status.session_id}`;
}

/** Returns the figures of all sessions, `label=value[unit];warn;crit;min;max`. */
function figures(found: readonly SessionStatus[], maxAge: Seconds): string[] {
  return found.flatMap((status) => {
    const prefix = found.length === 1 ? "" : `${labelOf(status, found)} `;
    const label = (name: string) => {
      const plain = `${prefix}${name}`.replaceAll(/['=|]/g, "_");
      return /^\w+$/.test(plain) ? plain : `'${oneLine(plain)}'`;
    };
    const { coverage, gaps, free_bytes, details } = status;
    const age = audioAge(status);
    const limit = details?.min_free_bytes ?? null;
    return [
      ...(age === null
        ? []
        : [`${label("last_audio")}=${age.toFixed(1)}s;;${maxAge};0`]),
      ...(coverage === null
        ? []
        : [`${label("coverage")}=${coverage}%;;;0;100`]),
      ...(gaps === null ? [] : [`${label("gaps")}=${gaps};;;0`]),
      ...(free_bytes === null ? [] : [
        `${label("free")}=${free_bytes}B;${
          limit === null ? "" : `${limit}:`
        };;0`,
      ]),
    ];
  });
}
