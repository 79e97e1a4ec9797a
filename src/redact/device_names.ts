/**
 * The names within a device that can identify a person.
 *
 * @module
 */

import { decoded } from "./names.ts";
import { isCommonName } from "./random_text.ts";

/** Fewest characters of a part that is a name by itself. */
const SHORTEST = 3;

/**
 * Returns all names that identify a device: its own, and the parts that
 * libraries print alone, such as a card's name, a host, or a file.
 *
 * @param spec The device as given to `--device`.
 */
export function namesOf(spec: string): readonly string[] {
  const url = /^[a-z][\w+.-]*:\/\/(?:[^/?#]*@)?(.+)$/is.exec(spec);
  const whole = url === null ? wholeNames(spec) : wholePlaces(url[1] ?? "");
  const parts = url === null
    ? partsOf(
      spec.slice(0, spec.indexOf(":")),
      spec.slice(spec.indexOf(":") + 1),
    )
    : placeParts(url[1] ?? "");
  const names = [...whole, ...parts.filter(isTelling)].filter((name) =>
    name !== ""
  );
  return [...new Set(url === null ? names : [spec, ...names])];
}

function wholeNames(spec: string): string[] {
  const name = spec.slice(spec.indexOf(":") + 1);
  // dshow's `audio=` is not part of the name.
  return [name, name.replace(/^(?:audio|video)=/, "")];
}

function wholePlaces(place: string): string[] {
  return [place, hostIn(place)];
}

function hostIn(place: string): string {
  return /^(?:\[[^\]]*\]|[^/:?#]*)/.exec(place)?.[0] ?? "";
}

/** Returns the path of a URL, its segments, and the values of its query. */
function placeParts(place: string): string[] {
  const path = place.slice(hostIn(place).length).replace(/^:\d+/, "");
  const [before = "", ...query] = path.split(/[?#]/);
  return [
    ...(before.length > 1 ? [path, before.slice(1), before] : []),
    ...before.split("/").flatMap(fileNames),
    ...query.join("&").split("&").map((pair) => pair.replace(/^[^=]*=/, "")),
  ];
}

/** Returns the parts of a device's name that are names, too. */
function partsOf(format: string, name: string): string[] {
  // `CARD=Device,DEV=0`, `0:Ann's AirPods`, `audio=x`, a graph of filters.
  const isGraph = format === "lavfi";
  const values = unescaped(name).split(/(?==)|[,;[\]]|:(?![/\\])/)
    // The names of filters stand in what ffmpeg prints about everything.
    .filter((value) => !isGraph || value.startsWith("="))
    .map((value) => value.replace(/^=?['"]?|['"]$/g, "").trim());
  const inner = [...name.matchAll(/\(([^()]+)\)/g)].map(([, text = ""]) =>
    text
  );
  const addresses = name.match(/(?:[\da-f]{2}[:_-]){5}[\da-f]{2}/gi) ?? [];
  // PulseAudio's and PipeWire's: `alsa_input.usb-Ann_s_Mic-00.mono`.
  const pieces = isGraph || /^(?:alsa|jack|oss|sndio)$/.test(format)
    ? []
    : name.split(/\.|(?:usb|pci|bluez?)[-_]/);
  return [...values, ...inner, ...addresses, ...pieces].flatMap((part) => [
    part,
    ...(/[/\\]/.test(part) ? fileNames(part.split(/[/\\]/).at(-1) ?? "") : []),
    // Programs also write a name with spaces and an address with colons.
    ...(/_/.test(part)
      ? [part.replaceAll("_", " "), part.replaceAll("_", ":")]
      : []),
  ]);
}

function fileNames(file: string): string[] {
  return [file, decoded(file), file.replace(/\.\w{1,5}$/, "")];
}

/** Removes the quoting of a graph of filters, except in paths of Windows. */
function unescaped(name: string): string {
  return name.replace(/\\([:',;[\]])/g, "$1");
}

/** Whether a part is more than a word of the format or a number. */
function isTelling(part: string): boolean {
  return part.length >= SHORTEST && /\p{L}/u.test(part) &&
    !isCommonName(part) && !WORDS.test(part) && !/^(?:\d+[kx]?)+$/i.test(part);
}

/** Words of ALSA, sound servers, filters and addresses, which are not names of a person. */
const WORDS =
  /^(?:a?movie|a?nullsrc|aevalsrc|anoisesrc|abuffer|sine|frequency|duration|sample_rate|sample_fmt|nb_samples|samples_per_frame|channel_layout|colou?r|seed|amplitude|exprs?|loop|filename|format_name|discontinuity|dec_threads|beep_factor|white|pink|brown|a?format|aresample|volume|amerge|amix|hw|plughw|plug|sysdefault|dsnoop|dmix|dshare|front|rear|surround\d+|iec958|spdif|hdmi|pulse|pipewire|jack|bluealsa|null|card|dev|device|subdev|profile|a2dp|sco|codec|slave|pcm|file|type|rate|alsa_(?:input|output)|bluez_(?:input|output|source|sink)|usb|pci|analog|digital|headset(?:-head-unit)?|handsfree(?:-head-unit)?|(?:(?:analog|digital|iec958|hdmi|pro)-)?(?:stereo|mono|multichannel|surround|input|output)(?:-\d+|-fallback)*|fallback|true|false|none|tcp|udp|(?:u8|s16|s32|s64|flt|dbl)p?|caller|listener|rendezvous|latency|mode|stream\d*|localhost|(?:\d+\.){3}\d+|https?|rtsps?|rtmps?|\w?html?|@default_(?:source|monitor|sink)@)$/i;
