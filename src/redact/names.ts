/**
 * Recognizes names of secrets.
 *
 * @module
 */

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

/**
 * Whether a parameter of this name has a secret value, such as `token`,
 * `api_key`, `X-Amz-Signature` or `access%5Ftoken`.
 *
 * @param name Name of a parameter, a header or an option.
 */
export function isSecretName(name: string): boolean {
  const whole = decoded(name).replace(/[[\]]+$/, "");
  // A text that looks like one long name may be an encoded URL.
  const last = whole.slice(whole.search(/[^?&;/:@#=[\]]*$/));
  if (PARTS.test(last.toLowerCase())) return true;
  return last.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase()
    .split(/[^a-z0-9]+/).some((word) => WORDS.has(word) || ENDS.test(word));
}

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
  const plain = name.toLowerCase().replaceAll(/[-_]/g, "");
  return PARTS.test(plain) || /pwd|passcode/.test(plain);
}

/**
 * Returns whether an option has the stream id of SRT, which names a user and
 * their secret.
 *
 * @param name Name of an option.
 */
export function isStreamId(name: string): boolean {
  return /^(?:srt_?)?stream_?id$/i.test(name);
}
