/**
 * The channels of a source of PulseAudio or PipeWire. ffmpeg does not report
 * them, so `pactl` does.
 *
 * @module
 */

import { EchologError } from "../../errors.ts";
import { runFfmpeg } from "../query.ts";
import { assertChannel, cannotCount, CHANNELS_LIMIT_MS } from "./channels.ts";

/** The channels to request, and the one of them that is recorded. */
export interface PulseChannels {
  /** Number of channels to request. */
  readonly inputChannels: number;
  /** The recorded one, from 0, in ffmpeg's order. */
  readonly inputChannel: number;
}

/**
 * Returns how to record one channel of a source.
 *
 * @param name the source, as ffmpeg takes it.
 * @param channel the channel, from 1, in the source's own order.
 * @throws {EchologError} when that cannot be done.
 */
export async function channelsOfPulse(
  name: string,
  channel: number,
): Promise<PulseChannels> {
  const spec = `pulse:${name}`;
  const source = name === "default"
    ? defaultSource(await pactl(spec, ["info"]))
    : name;
  const map = channelMap(await pactl(spec, ["list", "sources"]), source);
  if (map === null) {
    throw cannotCount(
      spec,
      "the sound server has no source of that name",
      "run echolog devices to list the sources",
    );
  }
  assertChannel(spec, channel, map.length);
  const index = indexInRequest(map, channel);
  if (index === null) {
    throw new EchologError(
      "usage",
      `Cannot record channel ${channel} of ${spec} alone: the sound server mixes or drops its channels (${
        map.join(",")
      })`,
      { hint: "record the card itself, --device alsa:hw:CARD=…" },
    );
  }
  return { inputChannels: map.length, inputChannel: index };
}

/** Returns the name of the default source in the output of `pactl info`. */
export function defaultSource(lines: readonly string[]): string | null {
  for (const line of lines) {
    const name = /^Default Source: (.+)$/.exec(line)?.[1];
    if (name !== undefined) return name;
  }
  return null;
}

/**
 * Returns the positions of a source's channels in the output of
 * `pactl list sources`, or `null` when there is no such source.
 *
 * @param source its name or its number.
 */
export function channelMap(
  lines: readonly string[],
  source: string | null,
): string[] | null {
  let isSource = false;
  for (const line of lines) {
    const number = /^Source #(\d+)$/.exec(line)?.[1];
    if (number !== undefined) isSource = number === source;
    const name = /^\tName: (.+)$/.exec(line)?.[1];
    if (name !== undefined) isSource ||= name === source;
    const map = /^\tChannel Map: (.+)$/.exec(line)?.[1];
    if (isSource && map !== undefined) return map.split(",");
  }
  return null;
}

/**
 * Positions that ffmpeg requests, in its order: the map `WAVEEX` of
 * {@link https://gitlab.freedesktop.org/pulseaudio/pulseaudio/-/blob/master/src/pulse/channelmap.c | PulseAudio}.
 */
const WAVEEX = [
  ...["front-left", "front-right", "front-center", "lfe"],
  ...["rear-left", "rear-right"],
  ...["front-left-of-center", "front-right-of-center", "rear-center"],
  ...["side-left", "side-right", "top-center"],
  ...["top-front-left", "top-front-center", "top-front-right"],
  ...["top-rear-left", "top-rear-center", "top-rear-right"],
];
/** Numbers of channels that have such a map; others are not requested. */
const WAVEEX_COUNTS: ReadonlySet<number> = new Set(
  [2, 3, 4, 6, 8, 9, 11, 12, 15, 18],
);

/**
 * Returns where a channel of the source is among those that ffmpeg requests, or
 * `null` when the positions differ: then the server mixes some and drops others.
 */
export function indexInRequest(
  map: readonly string[],
  channel: number,
): number | null {
  if (map.length === 1) return 0;
  if (!WAVEEX_COUNTS.has(map.length)) return null;
  const requested = WAVEEX.slice(0, map.length);
  if (!map.every((position) => requested.includes(position))) return null;
  return requested.indexOf(map[channel - 1] ?? "");
}

/** Runs `pactl`, in English, and returns its lines. */
async function pactl(
  spec: string,
  args: readonly string[],
): Promise<readonly string[]> {
  const { exit, timedOut, stdout, stderr } = await runFfmpeg(
    "env",
    ["LC_ALL=C", "pactl", ...args],
    { limit: CHANNELS_LIMIT_MS },
  );
  if (exit.code === 0) return stdout;
  if (exit.code === 127) {
    const advice = "install it (pulseaudio-utils)";
    throw cannotCount(spec, "pactl is not installed", advice);
  }
  const why = timedOut
    ? "the sound server does not answer"
    : stderr.at(-1) ?? "pactl failed";
  throw cannotCount(spec, why, "start the sound server");
}
