/**
 * Renders the table of JSON documents as JSON Schema (draft 2020-12) and as
 * Markdown.
 *
 * @module
 */

import {
  DOCUMENT_NAMES,
  type DocumentName,
  fieldsIn,
  JSON_DOCUMENTS,
} from "./documents.ts";
import type { Field, Fields, Kind } from "./kinds.ts";

/** A JSON Schema, as far as these documents use it. */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly (string | null)[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

const TIME = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$";

/** Returns the schema of a document. */
export function schemaOf(name: DocumentName): Schema {
  const { title, kind } = JSON_DOCUMENTS[name];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: `echolog: ${title}`,
    ...schemaOfKind(kind),
  };
}

/** Returns the files in `docs/schema/` with their texts. */
export function renderSchemas(): ReadonlyMap<string, string> {
  return new Map(
    DOCUMENT_NAMES.map((name) => [
      `docs/schema/${name}.json`,
      `${JSON.stringify(schemaOf(name), null, 2)}\n`,
    ]),
  );
}

function schemaOfKind(kind: Kind): Schema {
  switch (kind.form) {
    case "text":
      return { type: "string" };
    case "time":
      return { type: "string", pattern: TIME };
    case "flag":
      return { type: "boolean" };
    case "any":
      return {};
    case "count":
    case "bytes":
      return { type: "integer", minimum: 0 };
    case "integer":
      return { type: "integer" };
    case "percent":
      return { type: "number", minimum: 0, maximum: 100, multipleOf: 0.01 };
    case "seconds":
      return { type: "number", multipleOf: 1 / 10 ** kind.digits };
    case "decibels":
      return {
        anyOf: [{ type: "number", multipleOf: 0.1 }, { enum: ["-inf"] }],
      };
    case "word":
      return { enum: kind.words };
    case "list":
      return { type: "array", items: schemaOfKind(kind.item) };
    case "map":
      return {
        type: "object",
        additionalProperties: schemaOfKind(kind.value),
      };
    case "object":
      return schemaOfFields(kind.fields);
  }
}

function schemaOfFields(fields: Fields): Schema {
  const entries = Object.entries(fields);
  return {
    type: "object",
    properties: Object.fromEntries(
      entries.map(([key, field]) => [key, schemaOfField(field)]),
    ),
    required: entries.filter(([, { isOptional }]) => !isOptional)
      .map(([key]) => key),
    additionalProperties: false,
  };
}

function schemaOfField({ kind, meaning, isNullable }: Field): Schema {
  const schema = schemaOfKind(kind);
  const described = { description: meaning };
  if (!isNullable) return { ...described, ...schema };
  const { type, enum: words } = schema;
  if (typeof type === "string") {
    return { ...described, ...schema, type: [type, "null"] };
  }
  return words === undefined
    ? { ...described, anyOf: [schema, { type: "null" }] }
    : { ...described, enum: [...words, null] };
}

/** Returns the table of a document's keys. */
export function renderKeys(name: DocumentName): string {
  const rows = fieldsIn(JSON_DOCUMENTS[name].kind).map(({ path, field }) =>
    `| \`${path}\` | ${valueOf(field)} | ${field.meaning} |`
  );
  return ["| key | value | meaning |", "| --- | --- | --- |", ...rows]
    .join("\n");
}

function valueOf({ kind, isNullable }: Field): string {
  const value = kind.form === "word"
    ? kind.words.map((word) => `\`${word}\``).join(", ")
    : VALUES[kind.form];
  return isNullable ? `${value}, or \`null\`` : value;
}

const VALUES: Readonly<Record<Exclude<Kind["form"], "word">, string>> = {
  text: "text",
  time: "time",
  flag: "`true`, `false`",
  any: "any value",
  count: "number",
  bytes: "bytes",
  integer: "number",
  percent: "per cent",
  seconds: "seconds",
  decibels: 'dBFS, or `"-inf"`',
  list: "list",
  map: "object",
  object: "object",
};
