/**
 * The types of settings: each reads its values from a flag or from TOML, checks
 * and writes them.
 *
 * @module
 */

import { BIT_DEPTHS, type BitDepth } from "../audio/bit_depth.ts";
import type { Seconds } from "../events.ts";
import { formatAge, formatDuration, parseDuration } from "../times/duration.ts";

/** Why a value was refused, as a phrase: `expected a whole number from 1 to 32`. */
export class ValueError extends Error {
  /** Creates an error with the expected value. */
  constructor(expected: string) {
    super(expected);
    this.name = "ValueError";
  }
}

/** A type of setting. */
export interface ValueType<T> {
  /** The expected value, as in `expected …`. */
  readonly expected: string;
  /** All values, if they can be listed. */
  readonly choices?: readonly string[];
  /**
   * Parses the text of a flag.
   *
   * @throws {ValueError} when the text is not a value of this type.
   */
  fromText(text: string): T;
  /**
   * Reads a value of a TOML file.
   *
   * @throws {ValueError} when it is not a value of this type.
   */
  fromToml(value: unknown): T;
  /** Formats a value as a flag takes it. */
  toText(value: T): string;
}

const BYTE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1000,
  kb: 1000,
  kib: 1024,
  m: 1000 ** 2,
  mb: 1000 ** 2,
  mib: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1000 ** 3,
  gib: 1024 ** 3,
  t: 1000 ** 4,
  tb: 1000 ** 4,
  tib: 1024 ** 4,
};

/**
 * Parses a number of bytes: `5242880`, `5MB` (5,000,000), `5MiB` (5,242,880).
 *
 * @returns bytes, or `null` when the text is not a number of bytes.
 */
export function parseBytes(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?) ?([kmgt]?i?b?)$/i.exec(text);
  const unit = BYTE_UNITS[match?.[2]?.toLowerCase() ?? "?"];
  if (match === null || unit === undefined) return null;
  const bytes = Number(match[1]) * unit;
  return Number.isSafeInteger(bytes) ? bytes : null;
}

function checked<T>(value: T | null, ok: boolean, expected: string): T {
  if (value === null || !ok) throw new ValueError(expected);
  return value;
}

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number): ValueType<number> {
  const expected = `a whole number from ${min} to ${max}`;
  const check = (value: number) =>
    checked(
      value,
      Number.isInteger(value) && value >= min && value <= max,
      expected,
    );
  return {
    expected,
    fromText: (text) => check(/^[+-]?\d+$/.test(text) ? Number(text) : NaN),
    fromToml: (value) => check(typeof value === "number" ? value : NaN),
    toText: String,
  };
}

/** A duration from `min` to `max` seconds. */
export function duration(min: Seconds, max: Seconds): ValueType<Seconds> {
  const expected = `a duration from ${formatDuration(min)} to ${
    formatDuration(max)
  }, such as 90, 90s, 5m or 1h30m`;
  const check = (value: number | null) =>
    checked(value, value !== null && value >= min && value <= max, expected);
  return {
    expected,
    fromText: (text) => check(parseDuration(text)),
    fromToml: (value) =>
      check(
        typeof value === "number"
          ? value
          : typeof value === "string"
          ? parseDuration(value)
          : null,
      ),
    toText: formatDuration,
  };
}

/** An age from `min` to `max` seconds: a duration that is shown in days, weeks or years. */
export function age(min: Seconds, max: Seconds): ValueType<Seconds> {
  const type = duration(min, max);
  const expected = `an age from ${formatAge(min)} to ${
    formatAge(max)
  }, such as 12h, 30d, 6w or 1y`;
  const explained = <T>(read: (value: T) => Seconds) => (value: T) => {
    try {
      return read(value);
    } catch {
      throw new ValueError(expected);
    }
  };
  return {
    expected,
    fromText: explained(type.fromText),
    fromToml: explained(type.fromToml),
    toText: formatAge,
  };
}

/** A number of bytes from `min` to `max`. */
export function bytes(min: number, max: number): ValueType<number> {
  const expected =
    `a number of bytes from ${min} to ${max}, such as 5242880, 5MB or 5MiB`;
  const check = (value: number | null) =>
    checked(
      value,
      value !== null && Number.isInteger(value) && value >= min && value <= max,
      expected,
    );
  return {
    expected,
    fromText: (text) => check(parseBytes(text)),
    fromToml: (value) =>
      check(
        typeof value === "number"
          ? value
          : typeof value === "string"
          ? parseBytes(value)
          : null,
      ),
    toText: String,
  };
}

/** One of a few words. */
export function choice<T extends string>(
  choices: readonly T[],
): ValueType<T> {
  const expected = `one of ${choices.join(", ")}`;
  const read = (value: unknown) => {
    const found = choices.find((one) => one === value);
    return checked(found ?? null, true, expected);
  };
  return { expected, choices, fromText: read, fromToml: read, toText: String };
}

/** `auto`, or a number of bits per sample. */
export function bitDepth(): ValueType<BitDepth | "auto"> {
  const choices = ["auto", ...BIT_DEPTHS.map(String)];
  const expected = `one of ${choices.join(", ")}`;
  const read = (text: string) => {
    const depth = BIT_DEPTHS.find((depth) => String(depth) === text);
    return checked(text === "auto" ? text : depth ?? null, true, expected);
  };
  return {
    expected,
    choices,
    fromText: read,
    fromToml: (value) =>
      read(
        typeof value === "number" || typeof value === "string"
          ? String(value)
          : "",
      ),
    toText: String,
  };
}

/** `true` or `false`. */
export function boolean(): ValueType<boolean> {
  const expected = "true or false";
  return {
    expected,
    choices: ["true", "false"],
    fromText: (text) =>
      checked(
        text === "true" ? true : text === "false" ? false : null,
        true,
        expected,
      ),
    fromToml: (value) =>
      checked(typeof value === "boolean" ? value : null, true, expected),
    toText: String,
  };
}

/** A text that passes `accepts`; it may not be empty or hold a NUL byte. */
export function text(
  expected: string,
  accepts: (text: string) => boolean = () => true,
): ValueType<string> {
  const read = (value: unknown) =>
    checked(
      typeof value === "string" ? value : null,
      typeof value === "string" && value !== "" && !value.includes("\0") &&
        accepts(value),
      expected,
    );
  return { expected, fromText: read, fromToml: read, toText: (text) => text };
}

/** A list of texts; a TOML array, and on the command line a JSON array. */
export function textList(): ValueType<readonly string[]> {
  const expected = 'a list of texts, such as ["-ac", "1"]';
  const read = (value: unknown) => {
    if (!Array.isArray(value)) throw new ValueError(expected);
    const list = value.filter((one) =>
      typeof one === "string" && !one.includes("\0")
    );
    return checked(list, list.length === value.length, expected);
  };
  return {
    expected,
    fromText: (json) => {
      try {
        return read(JSON.parse(json));
      } catch {
        throw new ValueError(expected);
      }
    },
    fromToml: read,
    toText: (list) => JSON.stringify(list),
  };
}

/** Some of a few words; `all` and an empty list are all of them. */
export function choiceList<T extends string>(
  choices: readonly T[],
): ValueType<readonly T[]> {
  const expected = `all, or a list of ${choices.join(", ")}`;
  const list = textList();
  const read = (value: unknown) => {
    if (value === "all") return choices;
    if (!Array.isArray(value)) throw new ValueError(expected);
    const chosen = choices.filter((one) => value.includes(one));
    return checked(
      chosen.length === 0 ? choices : chosen,
      value.every((one) => choices.some((choice) => choice === one)),
      expected,
    );
  };
  return {
    expected,
    fromText: (text) => {
      if (text === "all") return choices;
      try {
        return read(list.fromText(text));
      } catch {
        throw new ValueError(expected);
      }
    },
    fromToml: read,
    toText: (chosen) => JSON.stringify(chosen),
  };
}

/** A value of `type`, or `null`. */
export function optional<T>(type: ValueType<T>): ValueType<T | null> {
  return {
    ...type,
    toText: (value) => value === null ? "" : type.toText(value),
  };
}
