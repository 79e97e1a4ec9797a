/**
 * Names of sound cards. Their numbers can change with each boot.
 *
 * @module
 */

import type { Device } from "../../audio/device.ts";
import { kernelFile } from "../../platform/processes.ts";

/** Returns the kernel's list of sound cards, or `null` when there is none. */
export function soundCards(): string | null {
  return Deno.build.os === "linux" ? kernelFile("/proc/asound/cards") : null;
}

/** `hw:1`, `plughw:1,0`, `hw:CARD=1,DEV=0`: a plug-in, a card's number, and the rest. */
const NUMBERED = /^([a-z0-9]+):(?:CARD=)?(\d+)(?:,(.*))?$/;

/**
 * Returns a device that is given by a card's number by the card's name, as
 * `--device` takes it.
 *
 * @param cards the text of {@linkcode soundCards}.
 * @returns `null` when the device has no number, or there is no such card.
 */
export function namedCard(device: Device, cards: string): string | null {
  const found = parts(device);
  if (found === null) return null;
  const name = cardNames(cards).get(found.number);
  if (name === undefined) return null;
  return `alsa:${found.plugin}:${[`CARD=${name}`, ...found.rest].join(",")}`;
}

/** Returns the names of cards by their numbers: ` 1 [Device         ]: USB-Audio - …`. */
export function cardNames(cards: string): ReadonlyMap<number, string> {
  return new Map(
    cards.split("\n").flatMap((line): [number, string][] => {
      const [, number, name] = /^ *(\d+) \[(\S+) *\]:/.exec(line) ?? [];
      return name === undefined ? [] : [[Number(number), name]];
    }),
  );
}

/** Names of the arguments after the card, in ALSA's order. */
const ARGUMENTS = ["DEV", "SUBDEV"];

function parts(
  device: Device,
): { plugin: string; number: number; rest: string[] } | null {
  if (device.kind !== "format" || device.format !== "alsa") return null;
  const [, plugin, number, rest = ""] = NUMBERED.exec(device.name) ?? [];
  if (plugin === undefined) return null;
  const given = rest.split(",").filter((word) => word !== "");
  return {
    plugin,
    number: Number(number),
    rest: given.map((word, index) =>
      word.includes("=") ? word : `${ARGUMENTS[index] ?? "SUBDEV"}=${word}`
    ),
  };
}
