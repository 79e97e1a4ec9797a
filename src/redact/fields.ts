/**
 * Masks secrets that follow a name: parameters, headers, options of a command.
 *
 * @module
 */

import { isSecretName, isStreamId, isUnmistakable } from "./names.ts";
import { MASK } from "./urls.ts";

/**
 * Masks the values of `Authorization:`, `Cookie:`, `password:` and similar
 * names, and tokens recognizable by their form.
 *
 * @param text Any text.
 */
export function maskHeaders(text: string): string {
  if (!ANNOUNCED.test(text)) return text;
  return text
    .replace(DIGEST, `$1${MASK}`)
    .replace(BASIC, `$1${MASK}`)
    .replace(
      AUTHORIZATION,
      (all, head: string, value: string) =>
        value.includes(MASK) ? all : head + MASK,
    )
    .replace(COOKIE, `$1${MASK}`)
    .replace(
      HEADER,
      (all, head: string, name: string, value: string) =>
        isSecretName(name) && !value.includes(MASK) ? head + MASK : all,
    )
    .replace(
      NAMED,
      (all, head: string, name: string, value: string) =>
        isUnmistakable(name) && !value.includes(MASK) ? head + MASK : all,
    )
    .replace(
      SCHEME,
      (all, scheme: string, value: string) =>
        // "Basic authentication" is not a secret.
        /[0-9+/=]|[a-z][A-Z]/.test(value) ? `${scheme}${MASK}` : all,
    )
    .replace(JWT, MASK);
}

/**
 * Masks the values of parameters such as `token=…`, in URLs and elsewhere.
 *
 * @param text Any text.
 */
export function maskParameters(text: string): string {
  if (!text.includes("=") && !text.includes("%")) return text;
  let masked = "";
  let done = 0;
  for (const { index, 0: equals } of text.matchAll(EQUALS)) {
    if (index < done) continue;
    let end = index;
    while (end > index - 4 && text.charAt(end - 1) === " ") end--;
    let start = end;
    const first = Math.max(done, end - MAX_NAME);
    while (start > first && IN_NAME.test(text.charAt(start - 1))) start--;
    const isQuery = /[?&]/.test(text.charAt(start - 1));
    if (!isSecretName(text.slice(start, end), isQuery)) continue;
    let from = index + equals.length;
    if (isOwn(text, start, from)) continue;
    // People write `password = x`; programs write `password=` without a value.
    while (end < index && text.charAt(from) === " ") from++;
    const value = valueAt(text, from, equals !== "=");
    if (value === "") continue;
    masked += text.slice(done, from) + MASK;
    done = from + value.length;
  }
  return masked + text.slice(done);
}

/**
 * Masks the values of options such as `-password` in a command quoted for a
 * shell or given as a list.
 *
 * @param text Any text.
 */
export function maskOptions(text: string): string {
  if (!/(?:^|[\s"'[])-/.test(text)) return text;
  let masked = "";
  let done = 0;
  for (const { index, 0: all, 1: name = "" } of text.matchAll(OPTION)) {
    if (index < done || !isSecretOption(name)) continue;
    const from = index + all.length;
    const value = /["']$/.test(all)
      ? text.slice(from).split(all.slice(-1), 1)[0] ?? ""
      : shellWordAt(text, from);
    if (value === "" || /^-[a-z]/i.test(value)) continue;
    // The muxer of MPEG-TS numbers its streams with the same option.
    if (isStreamId(name) && /^['"]?[\d:]+['"]?$/.test(value)) continue;
    masked += text.slice(done, from) + MASK;
    done = from + value.length;
  }
  return masked + text.slice(done);
}

/** Whether a match is echolog's own: a flag in `overrides`, or a measurement's name in ffmpeg's command. */
function isOwn(text: string, start: number, from: number): boolean {
  return text.startsWith("session-id=", start) &&
      /^[\w.-]{1,100}\(flag\)/.test(text.slice(from, from + 110)) ||
    text.startsWith("key=lavfi.astats.", start);
}

const ANNOUNCED =
  /auth|cookie|token|pass|secret|pwd|api|key|credential|bearer|basic|eyJ|sign|sess/i;
// A header ends at a line break, real or written as \r\n, or at a quote.
const DIGEST =
  /(authorization["']?\s{0,4}[:=]\s{0,4}["']?digest\s{1,4})[^\r\n'\\]+/gi;
const BASIC =
  /(authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:basic|bearer|negotiate|ntlm|token)\s{1,4})[^\s"'\\]+/gi;
const AUTHORIZATION =
  /(authorization["']?\s{0,4}[:=]\s{0,4}["']?)([^\s"'\\][^\r\n"'\\]*)/gi;
const COOKIE = /(cookie2?["']?\s{0,4}:\s{0,4}["']?)[^\r\n"'\\]+/gi;
/** `X-Auth-Key: …`, `Private-Token: …`. */
const HEADER =
  /(?<!\/[\w.-]{0,64}(?=[\w.-]{0,64}:\s))(\b([a-z]\w*(?:-\w+){1,8})["']?\s{0,4}:\s{0,4}["']?)([^\s"'\\][^\r\n"'\\]*)/gi;
/**
 * `token: …`, `"api_key": "…"`; not the end of a path, after which an error has
 * its reason: `/etc/passwd: permission denied`.
 */
const NAMED =
  /(?<!\/[\w.-]{0,64}(?=[\w.-]{0,64}:\s))(\b([a-z]\w*(?:-\w+){0,8})["']?\s{0,4}:\s{0,4}["']?)([^\s"'\\&,;/]+)/gi;
const SCHEME = /\b((?:basic|bearer)\s{1,4})([\w+/.~-]{6,}=*)/gi;
const JWT = /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g;

const EQUALS = /=|%(?:25)*3D/gi;
const IN_NAME = /[\w.~%+[\]-]/;
const MAX_NAME = 128;
const OPTION =
  /(?:^|[\s"'[])--?([a-z][\w-]{0,64})(?:["']?\s*,\s*["']|["']?\s+|=)/gi;

/** Options of ffmpeg and echolog whose values are not secret despite their names. */
const HARMLESS =
  /^(?:session-id|auth_type|.*key_?(?:frames?|info_file|int.*))$/i;

function isSecretOption(name: string): boolean {
  if (HARMLESS.test(name)) return false;
  return isSecretName(name) || isStreamId(name) ||
    /(?:^|_)(?:user(?:name)?|login|conn)$/i.test(name);
}

/** Returns the value at `from`, up to its closing quote or the next parameter. */
function valueAt(text: string, from: number, isEncoded: boolean): string {
  const quote = text.charAt(from);
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, from + 1);
    return end < 0 ? text.slice(from) : text.slice(from, end + 1);
  }
  const pattern = isEncoded ? END_OF_ENCODED : END_OF_VALUE;
  pattern.lastIndex = from;
  let end = pattern.exec(text)?.index ?? text.length;
  // Punctuation after a value is not part of it.
  while (end > from && ",.:)]}".includes(text.charAt(end - 1))) end--;
  return text.slice(from, end);
}

const END_OF_VALUE = /[&#\s"'<>\\]|;\s|;?$/g;
const END_OF_ENCODED = /[&#\s"'<>\\]|%(?:25)*(?:26|23|20)|;?$/gi;

/** Returns the shell word at `from`, including its quotes. */
function shellWordAt(text: string, from: number): string {
  SHELL_WORD.lastIndex = from;
  return SHELL_WORD.exec(text)?.[0] ?? "";
}

// Each character matches in only one way, so that a hostile text cannot cause
// backtracking. An unclosed quote extends to the end.
const SHELL_WORD =
  /(?:'[^']*(?:'|$)|"(?:[^"\\]|\\.)*(?:"|\\?$)|\\.|[^\s'"\\])*/sy;
