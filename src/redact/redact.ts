/**
 * Removes secrets from texts before they leave echolog.
 *
 * @module
 */

import { deviceHider } from "./device.ts";
import { maskHeaders, maskOptions, maskParameters } from "./fields.ts";
import { asItLooks } from "./lookalikes.ts";
import { decoded } from "./names.ts";
import { maskPaths, pathSecretsOf } from "./paths.ts";
import { maskSpoken } from "./spoken.ts";
import { MASK, maskUserinfo, secretsOf as secretsOfFields } from "./urls.ts";
import { replacer } from "./variants.ts";

/** Options for {@linkcode createRedactor}. */
export interface RedactorOptions {
  /**
   * Texts that must not appear in any encoding, such as the result of
   * `secretsOf` for the device's URL. Texts of fewer than three characters are
   * not masked; those of fewer than six only as whole words.
   */
  readonly secrets?: readonly string[];
  /** A device, as given to `--device`, whose name must not appear. */
  readonly redactDevice?: string;
  /** The same device with the whole paths of its files, as ffmpeg prints it. */
  readonly asFfmpegNamesIt?: string;
  /** Paths of this program's own, which may look like secrets and are none. */
  readonly ownPaths?: readonly string[];
}

/**
 * Returns a function that masks credentials in a text: user name and password
 * in URLs, values of parameters and options such as `token` or `-password`,
 * headers such as `Authorization`; the rest stays readable.
 *
 * @example Usage
 * ```ts
 * import { createRedactor } from "./redact.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const redact = createRedactor();
 * assertEquals(
 *   redact("rtsp://bob:pw@cam/1?token=abc: Connection refused"),
 *   "rtsp://***@cam/1?token=***: Connection refused",
 * );
 * ```
 *
 * @param options Known secrets.
 */
export function createRedactor(options: RedactorOptions = {}): Redact {
  const { secrets = [], redactDevice, asFfmpegNamesIt, ownPaths = [] } =
    options;
  const mask = maskerAround(ownPaths);
  const maskKnown = replacer([...secrets, ...basicForms(secrets)], MASK);
  const hideDevice = redactDevice === undefined
    ? null
    : deviceHider(redactDevice, asFfmpegNamesIt);
  return (text) => {
    const named = hideDevice === null ? text : hideDevice(text);
    const known = maskKnown === null ? named : maskKnown(named);
    return TRIGGER.test(known) ? mask(known) : known;
  };
}

/**
 * Matches every text that may have a secret; the words are `Bearer` and `Basic`.
 * Other signs may look like these.
 */
const TRIGGER =
  /[=@%:'"-]|[^\0-\x7f]|[eE][rR] |[iI][cC] |eyJ| (?:is|was|to|argument|value) /;

/** Returns a function that masks a text except for the paths in it. */
function maskerAround(paths: readonly string[]): Redact {
  const odd = paths.filter((path) => maskAnnounced(path) !== path);
  if (odd.length === 0) return maskAnnounced;
  const pattern = new RegExp(`(${odd.map(RegExp.escape).join("|")})`);
  return (text) =>
    text.split(pattern)
      .map((part, index) => index % 2 === 1 ? part : maskAnnounced(part))
      .join("");
}

function maskAnnounced(text: string): string {
  const masked = maskPlain(text);
  // Only where a name was disguised is a text changed to what it looks like.
  const looks = asItLooks(masked);
  if (looks === masked) return masked;
  const again = maskPlain(looks);
  return again === looks ? masked : again;
}

function maskPlain(text: string): string {
  const known = maskPaths(maskUserinfo(text));
  return maskSpoken(maskParameters(maskOptions(maskHeaders(known))));
}

/**
 * Returns the secrets in a URL: user name and password, the values of
 * parameters such as `token`, stream ids, and tokens and stream keys in its
 * path. For `user:password@host` without a scheme it returns the password.
 *
 * @param url A URL, or any text that contains one.
 * @returns The secrets as written in the URL; none when there is no URL.
 */
export function secretsOf(url: string): string[] {
  return [...new Set([...secretsOfFields(url), ...pathSecretsOf(url)])];
}

/**
 * Returns the encodings of user name and password in `Authorization: Basic`.
 */
function basicForms(secrets: readonly string[]): string[] {
  return secrets.map(decoded).filter((secret) => secret.includes(":"))
    .map((secret) =>
      btoa(String.fromCharCode(...encoder.encode(secret))).replace(/=+$/, "")
    );
}

const encoder = new TextEncoder();

/** Removes secrets from a text. */
export type Redact = (text: string) => string;
