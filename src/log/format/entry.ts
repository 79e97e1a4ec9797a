/**
 * Makes the functions that write and read a list of fields, for the codec's
 * table.
 *
 * @module
 */

import type {
  Details,
  DetailValue,
  EventName,
  SessionEvent,
} from "../../events.ts";
import { levelOfSeverity } from "../../ffmpeg/stderr.ts";
import { detail, type Kind } from "./field_types.ts";
import type { FieldValue, LineFormat, LogLine } from "./line.ts";
import type { Redact } from "../../redact/redact.ts";

/** Writes and reads the fields of one event. */
export interface Entry {
  /**
   * Returns the fields as pieces of a line; the empty string for another event.
   */
  write(event: SessionEvent, format: LineFormat, redact: Redact): string;
  /**
   * Returns the event of a line, or `null` when a field is missing or
   * malformed. Fields that another version may lack get a default, unless the
   * line has to be `whole`.
   */
  read(line: LogLine, whole?: boolean): SessionEvent | null;
  /** Returns the value of a field as a JSON line would have it. */
  json(key: string, value: FieldValue): DetailValue;
}

/** Every event by its name. */
export type EventMap = { readonly [E in SessionEvent as E["event"]]: E };

/**
 * Fields of an event, except free ones, those elsewhere in its line, and
 * `samples`, which `chunks.jsonl` has.
 */
export type FieldName<E> =
  & Exclude<keyof E, "event" | "time" | "level" | "details" | "samples">
  & string;

/** The kind of each of those fields. */
export type Kinds<E> = { readonly [F in FieldName<E>]-?: Kind<E[F]> };

/** One field of one event. */
interface Field<E> {
  /** Whether an event without it still has a meaning. */
  readonly hasDefault: boolean;
  write(event: E, format: LineFormat, redact: Redact): string;
  /** Sets the value in the event; false when the line has no valid one. */
  read(line: LogLine, event: Partial<E>): boolean;
}

/**
 * Makes the write and read functions for an event.
 *
 * @param name The event.
 * @param kinds Its fields, in the order of the line.
 * @param defaults Values of fields that the line of another version may lack,
 * or have in another form.
 */
export function entry<K extends EventName>(
  name: K,
  kinds: Kinds<EventMap[K]>,
  defaults: Partial<EventMap[K]> = {},
): Entry {
  const fields = fieldsOf<EventMap[K]>(kinds, defaults);
  const known = new Map<string, Pick<Kind<unknown>, "json">>(
    Object.entries(kinds),
  );
  return {
    write(event, format, redact) {
      if (!isEvent(event, name)) return "";
      let line = "";
      for (const field of fields) line += field.write(event, format, redact);
      return line;
    },
    read(line, whole = false) {
      const event: Partial<EventMap[K]> = { ...defaults };
      const isRead = fields.every((field) =>
        field.read(line, event) || field.hasDefault && !whole
      );
      if (!isRead) return null;
      // Every field has been read, so this is a complete event.
      return { ...event, event: name, time: line.time } as EventMap[K];
    },
    json: (key, value) => (known.get(key) ?? detail).json(value),
  };
}

function fieldsOf<E>(kinds: Kinds<E>, defaults: Partial<E>): Field<E>[] {
  // Safe for the literals of the codec's table, which have no other keys.
  const keys = Object.keys(kinds) as FieldName<E>[];
  return keys.map((key) => fieldOf(key, kinds[key], key in defaults));
}

function fieldOf<E, F extends FieldName<E>>(
  key: F,
  kind: Kind<E[F]>,
  hasDefault: boolean,
): Field<E> {
  return {
    hasDefault,
    write: (event, format, redact) =>
      kind.write(format, key, event[key], redact),
    read(line, event) {
      const found = line.fields.get(key);
      if (found === undefined) return kind.optional;
      const value = kind.read(found);
      if (value === undefined) return false;
      event[key] = value;
      return true;
    },
  };
}

/**
 * Keeps the level of an `ffmpeg_stderr` that differs from the level of its
 * severity.
 */
export function withLevel(plain: Entry): Entry {
  return {
    ...plain,
    read(line, whole) {
      const event = plain.read(line, whole);
      if (event?.event !== "ffmpeg_stderr") return event;
      return line.level === levelOfSeverity(event.severity)
        ? event
        : { ...event, level: line.level };
    },
  };
}

/** Adds the free fields after `code` and `message`. */
export function withDetails(plain: Entry): Entry {
  return {
    ...plain,
    write(event, format, redact) {
      let line = plain.write(event, format, redact);
      if (event.event !== "warning" && event.event !== "error") return line;
      for (const [key, value] of Object.entries(event.details ?? {})) {
        line += detail.write(format, freeKey(key), value, redact);
      }
      return line;
    },
    read(line, whole) {
      const event = plain.read(line, whole);
      if (event?.event !== "warning" && event?.event !== "error") return event;
      const details: Record<string, DetailValue> = {};
      for (const [key, field] of line.fields) {
        if (key === "code" || key === "message") continue;
        details[key] = detail.read(field) ?? null;
      }
      const some: Details | undefined = Object.keys(details).length > 0
        ? details
        : undefined;
      return some === undefined ? event : { ...event, details: some };
    },
  };
}

const TAKEN = /^(time|level|logger|event|code|message)$/;

/**
 * Returns a valid key for any text, so that a wrong key cannot break the line.
 */
function freeKey(key: string): string {
  if (TAKEN.test(key)) return `${key}_`;
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key)
    ? key
    : `_${key.replace(/[^A-Za-z0-9_]/g, "_")}`;
}

function isEvent<K extends EventName>(
  event: SessionEvent,
  name: K,
): event is EventMap[K] {
  return event.event === name;
}
