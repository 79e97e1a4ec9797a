/**
 * Finds user names and passwords in URLs, anywhere in a text, even in malformed
 * URLs.
 *
 * @module
 */

import { isSecretName, isStreamId } from "./names.ts";

/** Replacement of a secret. */
export const MASK = "***";

/**
 * Masks the part before the `@` in everything that looks like a URL.
 *
 * @example Usage
 * ```ts
 * import { maskUserinfo } from "./urls.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   maskUserinfo("Did you mean file:rtsp://bob:pw@cam/1?"),
 *   "Did you mean file:rtsp://***@cam/1?",
 * );
 * ```
 *
 * @param text Any text.
 */
export function maskUserinfo(text: string): string {
  if (!text.includes("@") && !text.includes("%")) return text;
  let masked = "";
  let done = 0;
  for (const { index, 0: slashes } of text.matchAll(SLASHES)) {
    const start = index + slashes.length;
    if (start < done) continue;
    const length = userinfoLength(text.slice(start, start + MAX_LENGTH));
    if (length === 0) continue;
    masked += text.slice(done, start) + MASK;
    done = start + length;
  }
  return maskBare(masked + text.slice(done));
}

/**
 * Returns the secrets in a URL: user name and password, and the values of
 * parameters such as `token`. For `user:password@host` without a scheme it
 * returns the password.
 *
 * @param url A URL, or any text that contains one.
 * @returns The secrets as written in the URL; none when there is no URL.
 */
export function secretsOf(url: string): string[] {
  const found = new Set<string>();
  for (const { index, 0: slashes } of url.matchAll(SLASHES)) {
    const rest = url.slice(index + slashes.length);
    // A password with a slash or an @ can be read in several ways: take all of
    // them, except for an @ in the value of a parameter.
    const [beforeQuery = ""] = rest.split("?", 1);
    const [beforeValues = ""] = rest.split(/(?<=\?[^@]*)=/, 1);
    const readings = [
      rest.slice(0, userinfoLength(rest)),
      rest.slice(0, Math.max(0, beforeQuery.lastIndexOf("@"))),
      rest.slice(0, Math.max(0, beforeValues.lastIndexOf("@"))),
    ];
    found.add(misreadHost(readings));
    for (const userinfo of readings) {
      const [user = "", ...words] = userinfo.split(/(:|%3A)/i);
      found.add(userinfo).add(words.slice(1).join(""));
      if (!COMMON.test(user)) found.add(user);
    }
  }
  for (const [, name = "", value = ""] of url.matchAll(PARAMETER)) {
    // A word such as `public` occurs in too many other places.
    const isTelling = value.length >= 8 || /\d/.test(value);
    if (isSecretName(name, isTelling)) found.add(value);
  }
  const [, password = ""] = BARE.exec(url) ?? [];
  found.add(password);
  found.delete("");
  return [...found];
}

/**
 * Returns what a program takes for the host when the password has an `@` and
 * then a slash: the part of the password between them. It appears alone in
 * messages such as "Failed to resolve hostname".
 */
function misreadHost([userinfo = "", ...longer]: readonly string[]): string {
  const whole = longer.find(({ length }) => length > userinfo.length) ?? "";
  const rest = whole.slice(userinfo.length + 1);
  return rest.slice(0, rest.search(END_OF_HOST));
}

/** `://`, each character literal, escaped or encoded. */
const SLASHES = /(?::|%(?:25)*3A)(?:\\?\/|%(?:25)*2F){2}/gi;
const AT = /@|%(?:25)*40/i;
const ATS = /@|%(?:25)*40/gi;
const COLON = /:|%(?:25)*3A/i;
/** Characters that no host and no port contains. */
const END_OF_AUTHORITY = /[/?#\s"'<>\\]|%(?:25)*(?:2F|3F|23)|$/i;
const END_OF_HOST = /[:/?#@]|$/;
const END_OF_TOKEN = /[\s"<>]|$/;
/** `user:password@host` at the beginning; lavfi names its filters like `sine@tone`. */
const BARE = /^(?!lavfi:)[^:/]+:(?!\/)(\S+)@[\w.-]+(?::\d+)?(?:\/|$)/i;
const PARAMETER = /[?&;]((?:[^=&;#\s]|\ufeff)+)=([^&#\s]*)/g;
/** Common names that are not secret. */
const COMMON =
  /^(?:admin|audio|camera|default|guest|live|root|stream|user|viewer)$/i;
/** Maximum length of userinfo. */
const MAX_LENGTH = 1024;
/** Maximum distance searched for the rest of a password with a space. */
const FAR = 128;

/**
 * Returns the length of the part before the `@` of a URL, given the text after
 * `://`.
 */
function userinfoLength(rest: string): number {
  const authority = rest.slice(0, rest.search(END_OF_AUTHORITY));
  const length = lastAt(authority);
  if (length > 0 || !isSuspicious(authority)) return length;
  // An invalid port is the beginning of a password with a `/`, `#`, `'` …
  const token = rest.slice(0, rest.search(END_OF_TOKEN));
  const later = lastAt(token.split("?", 1)[0] ?? "") || lastAt(token);
  if (later > 0 || isHostAndPort(authority)) return later;
  return Math.max(0, rest.slice(0, FAR).search(AT));
}

/** Whether the text up to the first slash may not be a host with a port. */
function isSuspicious(authority: string): boolean {
  if (!isHostAndPort(authority)) return true;
  // `http://studio:8080/a@b`, or the user `studio` with the password `8080/a`?
  return /^[^.:[\]]+:\d+$/.test(authority) && !/^localhost:/i.test(authority);
}

function isHostAndPort(authority: string): boolean {
  return /^(?:\[[^\]]*\]|[^:%]*)(?::\d*)?$/.test(authority);
}

/**
 * Returns the position of the last `@`; an encoded one counts if there is no
 * other.
 */
function lastAt(text: string): number {
  let last = text.lastIndexOf("@");
  if (last > 0) return last;
  last = 0;
  for (const { index } of text.matchAll(ATS)) last = index;
  return last;
}

/** Masks `user:password@host` without a scheme. */
function maskBare(text: string): string {
  let masked = "";
  let done = 0;
  for (const { index, 0: at } of text.matchAll(ATS)) {
    let start = index;
    const first = Math.max(done, index - FAR);
    while (start > first && IN_WORD.test(text.charAt(start - 1))) start--;
    const word = text.slice(start, index);
    if (word.endsWith(MASK) || word.search(COLON) < 1) continue;
    if (!/[\w[]/.test(text.charAt(index + at.length))) continue;
    masked += text.slice(done, start) + MASK;
    done = index;
  }
  return masked + text.slice(done);
}

const IN_WORD = /[^\s/"'<>(),;=?&]/;

/**
 * Finds the secrets of a list of arguments: the values of options such as
 * `-password`, and those in URLs. The redactor then masks them in any later
 * quoting.
 *
 * @param args Arguments of a command.
 */
export function secretsOfArguments(args: readonly string[]): string[] {
  return args.flatMap((word, index) => {
    const option = args[index - 1] ?? "";
    const name = option.startsWith("-") ? option.slice(1) : "";
    const isValue = isSecretName(name) ||
      isStreamId(name) && !/^[\d:]*$/.test(word);
    return isValue ? [word, ...secretsOf(word)] : secretsOf(word);
  });
}
