/**
 * Damages real files, by bytes and by structure.
 *
 * @module
 */

import type { Random } from "../support/random.ts";

const encoder = new TextEncoder();

/** Values that programs stumble over. */
const NASTY: readonly [string, ...string[]] = [
  "",
  ...[
    "null",
    "NaN",
    "-1",
    "0",
    "1e999",
    "9007199254740993",
    "-inf",
    "true",
  ],
  ...["[]", "{}", "__proto__", "constructor", "../../../etc/passwd", "/", "."],
  ...[
    "\x1b[31m",
    "\x07",
    "\x00",
    "\u202e",
    "\u2028",
    "\r",
    "\n",
    '"',
    "\\",
    "=",
  ],
  ...[
    "99999-99-99T99:99:99Z",
    "+275760-09-13T00:00:00.001Z",
    "1970-01-01T00:00:00Z",
  ],
  ...["chunk_99999999999999999999.flac", "-rf", "$(touch X)", "; touch X #"],
  "x".repeat(70_000),
  "[".repeat(20_000),
  "a.".repeat(20_000),
];

type Change = (bytes: Uint8Array, random: Random) => Uint8Array;

/**
 * Returns a damaged copy of a file.
 *
 * @param bytes A real file.
 * @param isText Whether it has lines and fields.
 */
export function mutate(
  bytes: Uint8Array,
  isText: boolean,
  random: Random,
): Uint8Array<ArrayBuffer> {
  let changed = bytes;
  const changes: readonly [Change, ...Change[]] = isText
    ? [changeLines, changeLines, changeValue, changeValue, ...BYTE_CHANGES]
    : BYTE_CHANGES;
  for (let count = random.int(1, 4); count > 0; count--) {
    changed = random.pick(changes)(changed, random);
  }
  return changed.slice();
}

const BYTE_CHANGES: readonly [Change, ...Change[]] = [
  // Some bytes of the beginning, which has the header, or of anywhere.
  (bytes, random) => {
    const copy = bytes.slice();
    const last = random.oneIn(2) ? Math.min(200, copy.length) : copy.length;
    for (let count = random.int(1, 8); count > 0 && last > 0; count--) {
      copy[random.int(0, last - 1)] = random.pick([
        0,
        1,
        0x7f,
        0x80,
        0xff,
        random.int(0, 255),
      ]);
    }
    return copy;
  },
  (bytes, random) => bytes.slice(0, random.int(0, bytes.length)),
  (bytes, random) => bytes.slice(random.int(0, Math.min(bytes.length, 4_000))),
  (bytes, random) => {
    const at = random.int(0, bytes.length);
    const end = random.int(at, Math.min(bytes.length, at + 4_000));
    return joined(bytes.subarray(0, end), bytes.subarray(at));
  },
  (bytes, random) => {
    const at = random.int(0, bytes.length);
    return joined(
      bytes.subarray(0, at),
      encoder.encode(random.oneIn(2) ? random.pick(NASTY) : random.text(60)),
      bytes.subarray(at),
    );
  },
];

/** Swaps, repeats, removes or cuts lines. */
function changeLines(bytes: Uint8Array, random: Random): Uint8Array {
  const lines = textOf(bytes).split("\n");
  const at = random.int(0, lines.length - 1);
  const other = random.int(0, lines.length - 1);
  const [one = "", two = ""] = [lines[at], lines[other]];
  random.pick([
    () => lines.splice(at, 1),
    () => lines.splice(other, 0, one),
    () => lines.splice(at, 1, two),
    () => lines.splice(at, 1, one.slice(0, random.int(0, one.length))),
    () => lines.splice(at, 1, one + two),
    () => lines.splice(at, 0, ...Array.from({ length: 300 }, () => one)),
  ])();
  return encoder.encode(lines.join("\n"));
}

/** Replaces the value of a field, a name, or a word. */
function changeValue(bytes: Uint8Array, random: Random): Uint8Array {
  const text = textOf(bytes);
  const fields = [
    ...text.matchAll(
      /(?<=[=:,]\s?)(?:"[^"\n]*"|[^\s,=}]+)|\b\w{1,100}(?=[=:])/g,
    ),
  ];
  const field = fields[random.int(0, Math.max(0, fields.length - 1))];
  if (field === undefined) return bytes;
  const value = random.oneIn(3) ? random.text(30) : random.pick(NASTY);
  const quoted = random.oneIn(2) ? value : JSON.stringify(value);
  return encoder.encode(
    text.slice(0, field.index) + quoted +
      text.slice(field.index + field[0].length),
  );
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
