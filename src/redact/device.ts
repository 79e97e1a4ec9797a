/**
 * A name for a device that tells it from others without telling whose it is.
 *
 * @module
 */

import type { Redact } from "./redact.ts";
import { replacer } from "./variants.ts";

/**
 * The label of a device: always the same for the same device.
 *
 * It is an FNV-1a hash. Who knows all device names can find the one that
 * belongs to eight digits, however they are made, so nothing slower is needed.
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
 * Makes a function that puts the label of a device in place of its name. Names
 * that are words of their own, such as `default` or `0`, are replaced only
 * where they stand for the device: after its format, after `-i`, in quotes, and
 * where ffmpeg says what is wrong with it.
 *
 * @param spec The device as given to `--device`.
 */
export function deviceHider(spec: string): Redact {
  const label = deviceLabel(spec);
  // A word of echolog's own, such as `test`, is no name of a device.
  if (!spec.includes(":")) return (text) => text === spec ? label : text;
  const names = namesOf(spec);
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

/** Everything that tells which device it is. */
function namesOf(spec: string): string[] {
  const url = /^[a-z][\w+.-]*:\/\/(?:[^/?#]*@)?(.+)$/is.exec(spec);
  if (url !== null) {
    const [, place = ""] = url;
    const host = /^(?:\[[^\]]*\]|[^/:?#]*)/.exec(place)?.[0] ?? "";
    return [spec, place, host];
  }
  const name = spec.slice(spec.indexOf(":") + 1);
  // `audio=` of dshow is no part of the name.
  return [name, name.replace(/^(?:audio|video)=/, "")];
}

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
    `(?<=^|(?<!\\bcode)[\\s"])${exact}(?=:\\s)`,
  ];
  return new RegExp(places.join("|"), "g");
}
