/**
 * Kinds of values in the JSON of echolog.
 *
 * @module
 */

/** A kind of value. */
export type Kind =
  | { readonly form: "text" | "time" | "flag" | "percent" | "any" }
  | { readonly form: "count" | "integer" | "bytes" }
  | { readonly form: "seconds"; readonly digits: number }
  | { readonly form: "decibels" }
  | { readonly form: "word"; readonly words: readonly string[] }
  | { readonly form: "list"; readonly item: Kind }
  | { readonly form: "map"; readonly value: Kind }
  | { readonly form: "object"; readonly fields: Fields };

/** The fields of an object, in their order. */
export type Fields = Readonly<Record<string, Field>>;

/** A field of an object. */
export interface Field {
  /** Kind of its value. */
  readonly kind: Kind;
  /** What it means, a phrase without a period. */
  readonly meaning: string;
  /** Whether it can be `null`: unknown, or not applicable. */
  readonly isNullable: boolean;
  /** Whether it can be absent. */
  readonly isOptional: boolean;
}

function field(kind: Kind, meaning: string): Field {
  return { kind, meaning, isNullable: false, isOptional: false };
}

/** Text in any form. */
export const text = (meaning: string) => field({ form: "text" }, meaning);
/** A point in time: ISO 8601 in UTC, with milliseconds. */
export const time = (meaning: string) => field({ form: "time" }, meaning);
/** `true` or `false`. */
export const flag = (meaning: string) => field({ form: "flag" }, meaning);
/** A share in per cent, with at most two decimals. */
export const percent = (meaning: string) => field({ form: "percent" }, meaning);
/** Any JSON value. */
export const any = (meaning: string) => field({ form: "any" }, meaning);
/** How many there are. */
export const count = (meaning: string) => field({ form: "count" }, meaning);
/** A whole number that counts nothing. */
export const integer = (meaning: string) => field({ form: "integer" }, meaning);
/** A size in bytes. */
export const bytes = (meaning: string) => field({ form: "bytes" }, meaning);
/** A level in dBFS with one decimal, `"-inf"` for silence. */
export const decibels = (meaning: string) =>
  field({ form: "decibels" }, meaning);

/** A duration in seconds. */
export function seconds(meaning: string, digits = 3): Field {
  return field({ form: "seconds", digits }, meaning);
}

/** One of some words. */
export function word(words: readonly string[], meaning: string): Field {
  return field({ form: "word", words }, meaning);
}

/** A list of objects. */
export function listOf(fields: Fields, meaning: string): Field {
  return field({ form: "list", item: { form: "object", fields } }, meaning);
}

/** A list of texts. */
export function texts(meaning: string): Field {
  return field({ form: "list", item: { form: "text" } }, meaning);
}

/** A list of whole numbers. */
export function integers(meaning: string): Field {
  return field({ form: "list", item: { form: "integer" } }, meaning);
}

/** Objects of one kind by their names. */
export function mapOf(fields: Fields, meaning: string): Field {
  return field({ form: "map", value: { form: "object", fields } }, meaning);
}

/** An object. */
export function object(fields: Fields, meaning: string): Field {
  return field({ form: "object", fields }, meaning);
}

/** The field, which can be `null`. */
export function orNull(field: Field): Field {
  return { ...field, isNullable: true };
}

/** The field, which can be absent. */
export function optional(field: Field): Field {
  return { ...field, isOptional: true };
}
