/**
 * Finds secrets in the paths of URLs: tokens, stream keys, SRT stream ids.
 *
 * @module
 */

import { decoded, isSecretName } from "./names.ts";
import { isCommonName, looksRandom } from "./random_text.ts";
import { MASK } from "./urls.ts";

/** A secret within a text. */
interface Found {
  readonly start: number;
  readonly text: string;
}

/**
 * Masks tokens and stream keys in the paths and queries of URLs, and the stream
 * ids of SRT.
 *
 * @param text Any text.
 */
export function maskPaths(text: string): string {
  let masked = "";
  let done = 0;
  for (const { start, text: secret } of allIn(text)) {
    if (start < done) continue;
    masked += text.slice(done, start) + MASK;
    done = start + secret.length;
  }
  return masked + text.slice(done);
}

/**
 * Returns the secrets in the path of a URL and in its stream id.
 *
 * @param url A URL, or any text that contains one.
 */
export function pathSecretsOf(url: string): string[] {
  const found = allIn(url).map(({ text }) => text);
  const fields = found.flatMap((text) =>
    decoded(text).startsWith("#!:")
      ? [...decoded(text).matchAll(/[:,{]\s*(\w+)=([^,}]+)/g)]
        .filter(([, name = ""]) => name === "s" || isSecretName(name))
        .map(([, , value = ""]) => value)
      : text.split(/[:,?]/)
  );
  // A word such as `live` occurs in too many other places.
  return [...found, ...fields].filter((secret) =>
    secret.length >= SHORTEST || /\d/.test(secret) && !isCommonName(secret)
  );
}

/** Fewest characters of a secret that is masked outside its URL, too. */
const SHORTEST = 8;

function allIn(text: string): readonly Found[] {
  if (!URL_OR_ID.test(text)) return [];
  return [...streamIds(text), ...inUrls(text), ...inBarePaths(text)].sort((
    a,
    b,
  ) => a.start - b.start);
}

const URL_OR_ID =
  /:\\?\/|%3A|streamid|#!:|%23!|path *[=:] *\/|(?:GET|POST|PUT|HEAD|SOURCE) \//i;
const SLASH = String.raw`(?:\\?\/|%(?:25)*2F)`;
const START = new RegExp(
  String.raw`\b([a-z][a-z\d+.-]{1,20})(?::|%(?:25)*3A)${SLASH}{2}`,
  "gi",
);
const AUTHORITY = new RegExp(String.raw`^(?:(?!${SLASH})[^?#])*`, "i");
const SEPARATOR = new RegExp(SLASH, "gi");
const END_OF_URL = /[\s"'<>|]|$/;
const END_OF_PATH = /[?#;]|%(?:25)*(?:3F|23|3B)|$/i;
const VALUE = /(?:[?&;]|%(?:25)*(?:3F|26))[^=&#;]{1,64}=([^&#;]*)/gi;
const EXTENSION = /(?:\.[a-z][a-z\d]{1,4})?[,.:;)\]}\\]*$/i;

function inUrls(text: string): Found[] {
  const found: Found[] = [];
  const heads = [...text.matchAll(START)];
  for (const [at, { index, 0: head, 1: scheme = "" }] of heads.entries()) {
    if (/^(?:file|lavfi)$/i.test(scheme)) continue;
    const start = index + head.length;
    const next = heads[at + 1]?.index ?? text.length;
    const rest = text.slice(start, Math.min(next, start + MAX_LENGTH));
    const url = rest.slice(0, rest.search(END_OF_URL));
    const authority = AUTHORITY.exec(url)?.[0].length ?? 0;
    const path = url.slice(authority);
    found.push(
      ...inPathAndQuery(scheme.toLowerCase(), path)
        .map((one) => shifted(one, start + authority)),
    );
  }
  return found;
}

/**
 * Matches a path that ffmpeg prints apart from its host: `Proto = rtmp, path =
 * /live/x`, `GET /x HTTP/1.1`.
 */
const BARE_PATH =
  /(?:\bProto = (\w{1,16}), path = |\b(?:GET|POST|PUT|HEAD|SOURCE) )(\/[^\s"'<>|]{0,4096})/gi;

function inBarePaths(text: string): Found[] {
  return [...text.matchAll(BARE_PATH)].flatMap((match) => {
    const [all, scheme = "http", path = ""] = match;
    const start = match.index + all.length - path.length;
    return inPathAndQuery(scheme.toLowerCase(), path)
      .map((one) => shifted(one, start));
  });
}

function inPathAndQuery(scheme: string, path: string): Found[] {
  const length = path.search(END_OF_PATH);
  return [
    ...inPath(scheme, path.slice(0, length)),
    ...inQuery(path.slice(length)).map((one) => shifted(one, length)),
  ];
}

/** Maximum length of a URL. */
const MAX_LENGTH = 4096;

function shifted(found: Found, by: number): Found {
  return { ...found, start: found.start + by };
}

function inPath(scheme: string, path: string): Found[] {
  const found: Found[] = [];
  let before = "";
  const segments = segmentsOf(path);
  for (const [index, segment] of segments.entries()) {
    const stem = segment.text.replace(EXTENSION, "");
    const isLast = index === segments.length - 1;
    if (
      stem !== "" && stem !== MASK && !stem.includes("=") &&
      isSecretSegment(decoded(stem), {
        scheme,
        before,
        isKey: isLast && index > 0,
        isOnly: segments.length === 1,
      })
    ) found.push({ start: segment.start, text: stem });
    before = segment.text;
  }
  return found;
}

interface Place {
  readonly scheme: string;
  /** Segment before this one. */
  readonly before: string;
  /** Whether it stands where RTMP has the stream key. */
  readonly isKey: boolean;
  readonly isOnly: boolean;
}

function isSecretSegment(stem: string, place: Place): boolean {
  if (looksRandom(stem)) return true;
  if (isCommonName(stem)) return false;
  if (isSecretName(place.before) && !/[*=]/.test(place.before)) return true;
  if (place.isKey && /^rtmp/.test(place.scheme)) return true;
  // Cameras of UniFi Protect: `rtsps://host:7441/TOKEN?enableSrtp`.
  return place.isOnly && /^rtsp[sx]$/.test(place.scheme) &&
    /^[A-Za-z\d]{10,}$/.test(stem);
}

function segmentsOf(path: string): readonly Found[] {
  const found: Found[] = [];
  let start = 0;
  for (const { index, 0: slash } of path.matchAll(SEPARATOR)) {
    found.push({ start, text: path.slice(start, index) });
    start = index + slash.length;
  }
  found.push({ start, text: path.slice(start) });
  return found.filter(({ text }) => text !== "");
}

function inQuery(query: string): Found[] {
  return [...query.matchAll(VALUE)].flatMap((match) => {
    const value = (match[1] ?? "").replace(/[,.:)\]}\\]*$/, "");
    if (value.includes(MASK) || !looksRandom(decoded(value))) return [];
    return [{
      start: match.index + match[0].length - (match[1] ?? "").length,
      text: value,
    }];
  });
}

/** Finds the stream ids of SRT, wherever they are: `streamid=name`, `#!::u=user,s=secret`. */
function streamIds(text: string): Found[] {
  return [...text.matchAll(STREAM_ID)].flatMap((match) => {
    const value = match[1] ?? match[2] ?? "";
    // Cameras count their streams with the same name.
    if (/^(?:\d{1,3}|\*\*\*)?$/.test(value)) return [];
    return [{
      start: match.index + match[0].length - value.length,
      text: value,
    }];
  });
}

const STREAM_ID =
  /(?:(?<![a-z\d])|(?<=%(?:3F|26)))streamid(?:=|%(?:25)*3D)((?:(?!%(?:25)*26)[^&\s"'<>\\])*)|((?:#|%(?:25)*23)!:[^&\s"'<>\\]*)/gi;
