/**
 * Random cases that can be made again from their seed.
 *
 * @module
 */

/** A source of random numbers. */
export class Random {
  #state: number;

  /** Makes the source that belongs to a seed. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `low` up to and with `high`. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** True in one of so many cases. */
  oneIn(cases: number): boolean {
    return this.int(1, cases) === 1;
  }

  /** One of some values. */
  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.int(0, values.length - 1)] ?? values[0];
  }

  /** A text with everything that is hard to write on one line. */
  text(longest = 40): string {
    let text = "";
    for (let length = this.int(0, longest); length > 0; length--) {
      text += this.pick(CHARACTERS)(this);
    }
    return text;
  }

  /** Characters of one to four bytes, none of which ends a line. */
  words(length: number): string {
    let text = "";
    while (text.length < length) text += this.pick(WORDS);
    return text;
  }
}

/**
 * Returns a source whose seed is printed. `ECHOLOG_TEST_SEED` gives that seed
 * again.
 */
export function newRandom(): Random {
  const seed = chosenSeed();
  console.log(`seed ${seed}`);
  return new Random(seed);
}

function chosenSeed(): number {
  const given = Deno.env.get("ECHOLOG_TEST_SEED");
  return given === undefined
    ? Math.floor(Math.random() * 0x1_0000_0000)
    : Number(given);
}

/** Number of cases of a property; fewer can be asked for while looking for a fault. */
export const CASES = Number(Deno.env.get("ECHOLOG_TEST_CASES") ?? 10_000);

/**
 * Tries a property on many random cases, and says with which seed it failed.
 * `ECHOLOG_TEST_SEED` tries that seed again.
 *
 * @param property What must hold; it throws where it does not.
 * @param cases How many.
 */
export function forAll(
  property: (random: Random) => void,
  cases: number = CASES,
): void {
  const seed = chosenSeed();
  console.log(`seed ${seed}, ${cases} cases`);
  const random = new Random(seed);
  for (let n = 0; n < cases; n++) {
    try {
      property(random);
    } catch (error) {
      const message = `Failed in case ${n} of ECHOLOG_TEST_SEED=${seed}`;
      throw new Error(message, { cause: error });
    }
  }
}

type Make = (random: Random) => string;
const one = (low: number, high: number): Make => (random) =>
  String.fromCodePoint(random.int(low, high));

const CHARACTERS: readonly [Make, ...Make[]] = [
  one(0x61, 0x7a),
  one(0x20, 0x7e),
  one(0x00, 0x1f),
  one(0x7f, 0x9f),
  one(0xa0, 0x24f),
  one(0x2000, 0x206f),
  one(0xd800, 0xdfff), // Half a surrogate pair.
  one(0xe000, 0xffff),
  one(0x10000, 0x10ffff),
  (random) =>
    random.pick([
      '"',
      "\\",
      "=",
      " ",
      "\n",
      "\r\n",
      "\t",
      "null",
      "true",
      "12",
      "-1.5",
      "\\u0041",
      "\x1b[31m",
      "\u2028",
      "\u202e",
      "\ufeff",
      "\ufffd",
      "{",
      "key=value",
    ]),
];

const WORDS: readonly [string, ...string[]] = [
  "a",
  "audio ",
  "é",
  "ß",
  "漢字",
  "→",
  "🎙",
  "𝄞",
  "x".repeat(20),
];
