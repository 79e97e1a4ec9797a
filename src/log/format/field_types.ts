/**
 * The kinds of field in a line of the session log: how values are written and
 * read.
 *
 * @module
 */

import type {
  DetailValue,
  EpochMs,
  Seconds,
  UnknownWord,
} from "../../events.ts";
import type { FieldValue, LineFormat } from "./line.ts";
import { isoMilliseconds } from "./timestamps.ts";
import type { Redact } from "../../redact/redact.ts";

/** Writes and reads the values of one field. */
export interface Kind<T> {
  /** True when the field may be absent. */
  readonly optional: boolean;
  /** Writes the field as a piece of a line. */
  write(format: LineFormat, key: string, value: T, redact: Redact): string;
  /** Reads the value; `undefined` when it is not of this kind. */
  read(value: FieldValue): T | undefined;
  /** Returns the value as a JSON line would have it. */
  json(value: FieldValue): DetailValue;
}

const asText = ({ text }: FieldValue): DetailValue => text;
// Infinite numbers are words, and other versions may write anything.
const asNumber = ({ text }: FieldValue): DetailValue =>
  text !== null && NUMBER.test(text) ? Number(text) : text;
const asBoolean = ({ text }: FieldValue): DetailValue =>
  text === "true" || text === "false" ? text === "true" : text;

/** Any text; possible secrets in it are masked. */
export const text: Kind<string> = {
  optional: false,
  write: (format, key, value, redact) => format.text(key, redact(value)),
  read: (value) => value.text ?? undefined,
  json: asText,
};

/** A command that can be pasted into a shell; possible secrets in it are masked. */
export const command: Kind<string> = {
  ...text,
  write: (format, key, value, redact) => format.command(key, redact(value)),
};

/** A whole number. */
export const integer: Kind<number> = {
  optional: false,
  write: (format, key, value) => writeNumber(format, key, value, String(value)),
  read: ({ text }) =>
    text !== null && INTEGER.test(text) ? Number(text) : undefined,
  json: asNumber,
};

/** A boolean. */
export const boolean: Kind<boolean> = {
  optional: false,
  write: (format, key, value) => format.literal(key, String(value)),
  read: ({ text }) =>
    text === "true" ? true : text === "false" ? false : undefined,
  json: asBoolean,
};

/** A duration, as `300.000s`. */
export const seconds: Kind<Seconds> = {
  optional: false,
  write: (format, key, value) =>
    Number.isFinite(value)
      ? format.word(key, `${value.toFixed(3)}s`)
      : format.literal(key, "null"),
  read: ({ text }) =>
    text !== null && SECONDS.test(text) ? Number(text.slice(0, -1)) : undefined,
  json: asText,
};

/** A point in time, as ISO 8601 in UTC with milliseconds. */
export const time: Kind<EpochMs> = {
  optional: false,
  write: (format, key, value) =>
    Number.isFinite(value)
      ? format.word(key, isoMilliseconds(value))
      : format.literal(key, "null"),
  read({ text }) {
    if (text === null || !TIME.test(text)) return undefined;
    const value = Date.parse(text);
    return Number.isNaN(value) ? undefined : value;
  },
  json: asText,
};

/**
 * A number with a fixed number of digits after the point. `-Infinity`, the peak
 * level of digital silence, is `-inf`.
 *
 * @param digits Digits after the point.
 */
export function decimal(digits: number): Kind<number> {
  return {
    optional: false,
    write: (format, key, value) =>
      writeNumber(format, key, value, value.toFixed(digits)),
    read({ text }) {
      if (text === "-inf") return -Infinity;
      if (text === "inf") return Infinity;
      return text !== null && DECIMAL.test(text) ? Number(text) : undefined;
    },
    json: asNumber,
  };
}

/** One word of a list. */
export function oneOf<T extends string>(words: readonly T[]): Kind<T> {
  return {
    optional: false,
    write: (format, key, value) => format.word(key, value),
    read: (value) => words.find((word) => word === value.text),
    json: asText,
  };
}

/**
 * One word of a list. Other words are accepted, because another version may
 * have written them.
 */
export function word<T extends string>(
  words: readonly T[],
): Kind<T | UnknownWord> {
  return {
    optional: false,
    write: text.write,
    read: ({ text }) =>
      text === null
        ? undefined
        : words.find((word) => word === text) ?? text as UnknownWord,
    json: asText,
  };
}

/** Another kind or `null`. */
export function nullable<T>(kind: Kind<T>): Kind<T | null> {
  return {
    optional: kind.optional,
    write: (format, key, value, redact) =>
      value === null
        ? format.literal(key, "null")
        : kind.write(format, key, value, redact),
    read: (value) => value.text === null ? null : kind.read(value),
    json: kind.json,
  };
}

/** Another kind, omitted from the line when there is no value. */
export function optional<T>(kind: Kind<T>): Kind<T | undefined> {
  return {
    optional: true,
    write: (format, key, value, redact) =>
      value === undefined ? "" : kind.write(format, key, value, redact),
    read: (value) => kind.read(value),
    json: kind.json,
  };
}

/** A free field that keeps its type: a text `"12"` has quotes, a number 12 has none. */
export const detail: Kind<DetailValue> = {
  optional: false,
  write(format, key, value, redact) {
    if (typeof value === "number") {
      return writeNumber(format, key, value, String(value));
    }
    if (typeof value !== "string") return format.literal(key, String(value));
    const masked = redact(value);
    return TYPED.test(masked)
      ? format.quoted(key, masked)
      : format.text(key, masked);
  },
  read({ text, literal }) {
    if (text === null || !literal) return text;
    if (text === "true" || text === "false") return text === "true";
    return NUMBER.test(text) ? Number(text) : text;
  },
  json: (value) => detail.read(value) ?? null,
};

const INTEGER = /^-?\d+$/;
const DECIMAL = /^-?\d+(\.\d+)?$/;
const SECONDS = /^-?\d+\.\d{3}s$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;
const TYPED = /^(-?\d+(\.\d+)?(e[+-]?\d+)?|true|false)$/;

function writeNumber(
  format: LineFormat,
  key: string,
  value: number,
  written: string,
): string {
  if (Number.isFinite(value)) return format.literal(key, written);
  if (Number.isNaN(value)) return format.literal(key, "null");
  return format.word(key, value < 0 ? "-inf" : "inf");
}
