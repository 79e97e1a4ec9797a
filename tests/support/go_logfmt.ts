/**
 * A decoder of logfmt written from the rules of go-logfmt's, not from ours, to
 * check ours against.
 *
 * @module
 */

/** A pair; the value is `null` for a key that stands alone or has an empty value. */
export type Pair = readonly [key: string, value: string | null];

/**
 * Reads the pairs of a record.
 *
 * The rules: bytes up to and with the blank separate pairs. A key ends at `=`
 * or at a separator, and has no `"`. A value ends at a separator; it has no
 * `"` and no `=`, unless it begins with `"`, and then it ends at the next `"`
 * that has no `\` before it and is unquoted as Go's JSON strings are.
 *
 * @param record One line, as bytes.
 * @throws {SyntaxError} Where go-logfmt reports a syntax error.
 */
export function decodePairs(record: Uint8Array): Pair[] {
  const pairs: Pair[] = [];
  let at = 0;
  while (at < record.length) {
    if (byte(at) <= SPACE) {
      at++;
      continue;
    }
    const keyStart = at;
    while (at < record.length && byte(at) !== EQUALS && byte(at) > SPACE) {
      if (byte(at) === QUOTE) throw new SyntaxError(`quote in key at ${at}`);
      at++;
    }
    if (at === keyStart) throw new SyntaxError(`no key at ${at}`);
    const key = decode(record.subarray(keyStart, at));
    if (at === record.length || byte(at) !== EQUALS) {
      pairs.push([key, null]);
      continue;
    }
    at++;
    if (at < record.length && byte(at) === QUOTE) {
      const start = at++;
      while (at < record.length && byte(at) !== QUOTE) {
        at += byte(at) === BACKSLASH ? 2 : 1;
      }
      if (at >= record.length) throw new SyntaxError("unterminated quotes");
      at++;
      pairs.push([key, unquote(record.subarray(start + 1, at - 1))]);
      continue;
    }
    const start = at;
    while (at < record.length && byte(at) > SPACE) {
      if (byte(at) === EQUALS || byte(at) === QUOTE) {
        throw new SyntaxError(`unexpected byte in value at ${at}`);
      }
      at++;
    }
    pairs.push([key, start === at ? null : decode(record.subarray(start, at))]);
  }
  return pairs;

  function byte(index: number): number {
    return record[index] ?? 0;
  }
}

const SPACE = 0x20;
const QUOTE = 0x22;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

/** Go's rules: no bare control characters, these escapes only, halves of surrogate pairs are U+FFFD. */
function unquote(bytes: Uint8Array): string {
  const text = decode(bytes);
  let value = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character < " ") throw new SyntaxError("control character in quotes");
    if (character !== "\\") {
      value += character;
      continue;
    }
    at++;
    const escape = text.charAt(at);
    const simple = ESCAPES.get(escape);
    if (simple !== undefined) value += simple;
    else if (escape === "u") {
      const digits = text.slice(at + 1, at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new SyntaxError("bad \\u");
      value += String.fromCharCode(parseInt(digits, 16));
      at += 4;
    } else throw new SyntaxError(`invalid escape \\${escape}`);
  }
  return value.toWellFormed();
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["'", "'"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
    .decode(bytes);
}
