/**
 * The channels of a sound card. ffmpeg opens a card only with a number of
 * channels that it has, so `arecord` of alsa-utils lists them.
 *
 * @module
 */

import { adviceOf, whyNotRun } from "../../platform/programs/spawn.ts";
import { runFfmpeg, type RunOutput } from "../query.ts";
import { cannotCount, CHANNELS_LIMIT_MS } from "./channels.ts";

/**
 * Returns the number of channels of a card.
 *
 * @param name the device, as ALSA takes it.
 * @throws {EchologError} `failed`, when it is unknown.
 */
export async function channelsOfCard(name: string): Promise<number> {
  const spec = `alsa:${name}`;
  // Plug-ins take any number: what the card has is known by `hw`.
  const [, card] = /^(?:plug)?hw:(.+)$/.exec(name) ?? [];
  if (card === undefined) {
    throw cannotCount(
      spec,
      "ALSA takes any number for it",
      "name the card, --device alsa:hw:CARD=…",
    );
  }
  const output = await dumpParameters(spec, `hw:${card}`);
  const count = channelCount([...output.stdout, ...output.stderr]);
  if (count !== null) return count;
  throw cannotCount(
    spec,
    output.timedOut
      ? "arecord does not answer"
      : output.stderr.at(-1) ?? "arecord failed",
    "check that the card is there and free",
  );
}

/**
 * Returns the maximum in the line `CHANNELS: 2` or `CHANNELS: [1 8]` of
 * arecord, or `null` when there is none.
 */
export function channelCount(lines: readonly string[]): number | null {
  for (const line of lines) {
    const numbers = /^CHANNELS: [[({]?([\d ]+)/.exec(line)?.[1];
    if (numbers !== undefined) return Number(numbers.trim().split(" ").at(-1));
  }
  return null;
}

async function dumpParameters(spec: string, pcm: string): Promise<RunOutput> {
  try {
    return await runFfmpeg(
      "arecord",
      // It prints what the card has before it uses its own settings.
      ["--device", pcm, "--dump-hw-params", "--samples=1", "/dev/null"],
      { limit: CHANNELS_LIMIT_MS },
    );
  } catch (error) {
    const advice = adviceOf(error) ?? "install it (alsa-utils)";
    throw cannotCount(spec, `arecord: ${whyNotRun(error)}`, advice);
  }
}
