/**
 * Masks secrets that ffmpeg names in a sentence, such as
 * `Setting 'passphrase' to value '…'`.
 *
 * @module
 */

import { isSecretName, isStreamId, isUnmistakable } from "./names.ts";
import { MASK } from "./urls.ts";

/**
 * Masks the values of secret options in ffmpeg's sentences, and the stream keys
 * in those about RTMP.
 *
 * @param text Any text.
 */
export function maskSpoken(text: string): string {
  if (!WORD.test(text)) return text;
  for (const [pattern, isSecret] of SENTENCES) {
    text = text.replace(pattern, (...match) => {
      const [all, head, name, value] = match.map(String);
      return value?.includes(MASK) || !isSecret(name ?? "")
        ? all ?? ""
        : head + MASK;
    });
  }
  return text
    .replace(
      IS,
      (all, head: string, name: string, value: string) =>
        value.includes(MASK) || STATE.test(value) || !isUnmistakable(name)
          ? all
          : head + MASK,
    )
    .replace(
      VALUE_FIRST,
      (all, head: string, _: string, between: string, name: string) =>
        isSecretOption(name) ? head + MASK + between + name : all,
    )
    .replace(
      RTMP,
      (all, head: string, key: string) =>
        key.includes(MASK) ? all : head + MASK,
    );
}

const WORD =
  /value|argument|pass|token|secret|key|pwd|credential|playpath|stream|command for|fname/i;

/** Sentences with a head, the name of an option, and its value at the end; and which names are secret. */
const SENTENCES: readonly (readonly [RegExp, (name: string) => boolean])[] = [
  // Setting 'passphrase' to value 'x'
  [
    /('([\w.-]{1,64})' to value ')([^\r\n]{0,1024}?)(?='?\.?\s*"?$|'[\s,;.])/gim,
    isSecretOption,
  ],
  // Error setting option passphrase to value x.
  [
    /(\boption '?([\w.-]{1,64})'? to (?:value )?'?)([^\s'][^'\r\n]{0,1024}?)(?='|\.?"?$)/gim,
    isSecretOption,
  ],
  // matched as AVOption 'passphrase' with argument 'x'
  // Applying option passphrase (set the passphrase) with argument x.
  [
    /(option '?-?([\w.-]{1,64})'?(?: \([^)\r\n]{0,200}\))? with argument '?)([^\r\n]{0,1024}?)(?='|\.?"?$)/gim,
    isSecretOption,
  ],
  // Option 'passphrase' has value 'x'
  [
    /(\b([\w.-]{1,64})['"]? (?:has|with) (?:the )?value ['"]?)([^\s'"]+)/gi,
    isSecretOption,
  ],
  // password 'x'
  [/(\b([a-z][\w-]{0,63}) ["'])([^"'\r\n]+)/gi, isUnmistakable],
];

// The password is x; the passphrase was set to 'x'
const IS =
  /(\b([\w-]{1,64})["']? (?:(?:is|was) set to|is|was|set to) ["']?)([^\s"',;]+)/gi;
/** First words of a sentence about a secret that does not contain it. */
const STATE =
  /^(?:in|un|[(<]|(?:a|absent|accepted|allowed|also|always|an|at|bad|correct|denied|deprecated|disabled|empty|enabled|expected|expired|for|found|from|given|here|hidden|ignored|known|longer|lost|malformed|mandatory|masked|missing|needed|never|no|not|now|of|on|only|optional|read|refused|rejected|required|sent|set|shorter|still|supported|that|the|there|too|used|valid|what|wrong)\b[.:!?]*$)/i;

// Failed to set value 'x' for option 'passphrase'; Invalid value 'x' for token.
const VALUE_FIRST =
  /(\bvalue ["']?)((?!\*\*\*)[^\s"'][^"'\r\n]{0,1024}?)(["']? (?:for|of) (?:the )?(?:AV)?(?:option |parameter |key )?["']?)([\w.-]{1,64})/gi;
// Sending play command for 'x'; Proto = rtmp, path = /live/x, app = live, fname = x
// Of librtmp: Parsed playpath: x
const RTMP =
  /(\b(?:(?:play|publish|FCPublish|releaseStream) command for '|fname = |playpath *[=:] *))([^'\s,]+)/gi;

function isSecretOption(name: string): boolean {
  return isSecretName(name) || isStreamId(name);
}
