/**
 * Recognizes names of secrets.
 *
 * @module
 */

import { asItLooks } from "./lookalikes.ts";

const WORDS: ReadonlySet<string> = new Set([
  "auth",
  "authorization",
  "cookie",
  "cookies",
  "cred",
  "credential",
  "credentials",
  "creds",
  "hash",
  "hdnea",
  "hdnts",
  "hdntl",
  "hmac",
  "jwt",
  "md5",
  "key",
  "keys",
  "oauth",
  "otp",
  "pas",
  "pass",
  "passcode",
  "pin",
  "pincode",
  "playpath",
  "pword",
  "psd",
  "psk",
  "psw",
  "pswd",
  "pw",
  "pwd",
  "secret",
  "session",
  "sessionid",
  "sid",
  "sig",
  "sign",
  "signature",
  "ticket",
  "tk",
  "tkn",
  "tok",
]);

/**
 * Matches inside longer names, too: `accesstoken`, `mypassword`, `wmsAuthSign`.
 */
const PARTS =
  /token|passw|passphrase|secret|signature|credential|apikey|authkey|authsign|accesskey|streamkey|cryptionkey|sessionid|sessid/;
/**
 * Matches at the end of longer names, but not of a filter's: `userpass`,
 * `loginpas`, `ftppwd`.
 */
const ENDS =
  /(?<!all|band|by|com|high|low|sur|tres)pass$|(?:login|user|usr)pas$|(?:pwd|pswd|psw)$|(?:app|cam|device|enc|licen[cs]e|live|play|priv|private|pub|publish|pull|push|share|shared|sign|user)key$/;

/** Names that are secret in the query of a URL, and words elsewhere. */
const IN_QUERIES =
  /^(?:access(?:[_-]?(?:code|id))?|assertion|bearer|code|grant|jwks?|nonce|policy|saml(?:[_-]?(?:request|response))?|pat)$/;

/** A setting of echolog whose value is not secret despite its name. */
const OWN = /^(?:recording\.)?session_duration$/;

/**
 * Whether a parameter of this name has a secret value, such as `token`,
 * `api_key`, `X-Amz-Signature` or `access%5Ftoken`, however it is disguised.
 *
 * @param name Name of a parameter, a header or an option.
 * @param isQuery Whether it stands in the query of a URL.
 */
export function isSecretName(name: string, isQuery = false): boolean {
  const whole = asItLooks(decoded(name)).replace(/[[\]]+$/, "");
  // A text that looks like one long name may be an encoded URL.
  const start = whole.search(/[^?&;/:@#=[\]]*$/);
  const last = whole.slice(start);
  const small = last.toLowerCase();
  if (OWN.test(small)) return false;
  if (PARTS.test(small) || PARTS.test(withLetters(small))) return true;
  const isInQuery = isQuery || /[?&]/.test(whole.charAt(start - 1));
  if (isInQuery && IN_QUERIES.test(small)) return true;
  return last.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase()
    .split(/[^a-z0-9]+/).some((word) => WORDS.has(word) || ENDS.test(word));
}

/** Returns a name with letters instead of digits that look like them. */
function withLetters(name: string): string {
  return name.replace(/[01345$]/g, (one) => DIGITS[one] ?? one);
}

const DIGITS: Readonly<Record<string, string>> = {
  ...{ "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "$": "s" },
};

/**
 * Decodes percent-encoding, as often as it was applied.
 *
 * @param text Some text.
 * @returns The text, undecoded from where decoding fails.
 */
export function decoded(text: string): string {
  for (let times = 0; times < 4 && text.includes("%"); times++) {
    try {
      text = decodeURIComponent(text);
    } catch {
      return text; // Not encoded after all.
    }
  }
  return text;
}

/**
 * Returns whether a name announces a secret wherever it is, as `accessToken`
 * does and `key` does not.
 *
 * @param name Name of a parameter, a header or an option.
 */
export function isUnmistakable(name: string): boolean {
  const plain = asItLooks(name).toLowerCase().replaceAll(/[-_]/g, "");
  return PARTS.test(plain) || /pwd|passcode/.test(plain);
}

/**
 * Returns whether an option has the stream id of SRT, which names a user and
 * their secret.
 *
 * @param name Name of an option.
 */
export function isStreamId(name: string): boolean {
  return /^(?:srt_?)?stream_?id$/i.test(asItLooks(name));
}
