/**
 * A label that identifies a device without its name.
 *
 * @module
 */

import { namesOf } from "./device_names.ts";
import type { Redact } from "./redact.ts";
import { replacer } from "./variants.ts";

/**
 * Returns the label of a device: always the same for the same device.
 *
 * It is an FNV-1a hash. Anyone with a list of device names can find the one for
 * eight digits, whatever the hash, so a slower one is not needed.
 *
 * @param spec The device as given to `--device`.
 * @returns `device-` and eight hexadecimal digits.
 */
export function deviceLabel(spec: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(spec)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return `device-${(hash >>> 0).toString(16).padStart(8, "0")}`;
}

/**
 * Returns a function that replaces the name of a device by its label. Names
 * that are common words, such as `default` or `0`, are replaced only where they
 * mean the device: after its format, after `-i`, in quotes, and in ffmpeg's
 * errors about it.
 *
 * @param spec The device as given to `--device`.
 * @param named The same with the whole paths of its files.
 */
export function deviceHider(spec: string, named = spec): Redact {
  const label = deviceLabel(spec);
  // A word of echolog's own, such as `test`, is not a device name.
  if (!/^[a-z][\w+.-]{0,63}:/i.test(spec)) {
    return (text) => text === spec ? label : text;
  }
  const names = [...new Set([spec, named].flatMap(namesOf))];
  const plain = names.filter((name) => !GENERIC.test(name));
  const generic = names.filter((name) => GENERIC.test(name))
    .map((name) => inPlaces(formatOf(spec), name));
  const replacePlain = replacer(plain, label) ?? ((text: string) => text);
  return (text) =>
    generic.reduce(
      (rest, places) => rest.replace(places, label),
      replacePlain(text),
    );
}

const GENERIC = /^(?:.{1,3}|default|audio|hw:\d+(?:,\d+)?)$/i;

function formatOf(spec: string): string {
  return spec.slice(0, spec.indexOf(":") + 1);
}

function inPlaces(format: string, name: string): RegExp {
  const [before, exact] = [format, name].map((text) => RegExp.escape(text));
  const places = [
    `(?<=(?:^|[\\s"'=])${before})${exact}(?![\\w])`,
    `(?<=-i\\s['"]?)${exact}(?!\\S)`,
    `(?<=['"])${exact}(?=['"])`,
    // `cannot open audio device hw:1,0 (…`, `Error opening input file hw:1,0.`,
    // `Unknown PCM hw:1,0`, `hw:1,0: Input/output error`.
    `(?<=\\b(?:device|file|PCM)\\s)${exact}(?=\\.?(?:\\s|"|$))`,
    // `Cannot get card index for Ann`, `Invalid value for card Ann`.
    `(?<=\\b(?:index for|card)\\s['"]?)${exact}(?![\\w])`,
    `(?<=^|(?<!\\bcode)[\\s"])${exact}(?=:\\s)`,
  ];
  return new RegExp(places.join("|"), "g");
}
