/**
 * Checks JSON against the schemas of docs/schema.
 *
 * @module
 */

import type { DocumentName } from "../../scripts/json/documents.ts";
import { type Schema, schemaOf } from "../../scripts/json/schema.ts";

/** The schemas of what commands print. */
const COMMANDS: Readonly<Record<string, DocumentName>> = {
  config: "config",
  devices: "devices",
  doctor: "doctor",
  explain: "explain",
  export: "export",
  report: "report",
  sessions: "sessions",
  status: "status",
  verify: "verify",
  prune: "prune",
};

/** Returns what is wrong with a value, a line each; empty when it matches. */
export function faultsIn(value: unknown, name: DocumentName): string[] {
  return check(value, schemaOf(name), name);
}

/**
 * Checks what a command with `--json` has printed; all commands that tests run
 * pass here.
 *
 * @throws {Error} when it does not match its schema.
 */
export function checkPrinted(args: readonly string[], stdout: string): void {
  const [command = ""] = args;
  if (!args.includes("--json") || stdout === "") return;
  // It prints the fields of the log.
  if (command === "logs") return;
  const name = args.includes("--summary") ? "summary" : COMMANDS[command];
  if (name === undefined) {
    throw new Error(`The JSON of ${command} has no schema in scripts/json`);
  }
  const documents = args.includes("--watch")
    ? stdout.trimEnd().split("\n")
    : [stdout];
  const faults = documents.flatMap((text) => faultsIn(JSON.parse(text), name));
  if (faults.length === 0) return;
  throw new Error(
    `echolog ${args.join(" ")} does not match docs/schema/${name}.json:\n${
      faults.join("\n")
    }\n${stdout}`,
  );
}

function check(value: unknown, schema: Schema, path: string): string[] {
  const { anyOf, type, enum: words } = schema;
  if (anyOf !== undefined) {
    const tried = anyOf.map((one) => check(value, one, path));
    return tried.some((faults) => faults.length === 0)
      ? []
      : tried.flat().slice(0, 1);
  }
  if (words !== undefined && !words.some((word) => word === value)) {
    return [`${path} is ${JSON.stringify(value)}, none of ${words.join(", ")}`];
  }
  if (type === undefined) return [];
  const types = typeof type === "string" ? [type] : type;
  if (!types.some((type) => isOf(value, type))) {
    return [`${path} is ${JSON.stringify(value)}, not ${types.join(" or ")}`];
  }
  if (typeof value === "number") return checkNumber(value, schema, path);
  if (typeof value === "string") return checkText(value, schema, path);
  if (Array.isArray(value)) {
    const { items = {} } = schema;
    return value.flatMap((item, at) => check(item, items, `${path}[${at}]`));
  }
  return typeof value === "object" && value !== null
    ? checkObject({ ...value }, schema, path)
    : [];
}

function isOf(value: unknown, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isSafeInteger(value);
    case "object":
      return typeof value === "object" && value !== null &&
        !Array.isArray(value);
    default:
      return type === nameOfType(value);
  }
}

function nameOfType(value: unknown): string {
  return typeof value;
}

function checkNumber(value: number, schema: Schema, path: string): string[] {
  const { minimum = -Infinity, maximum = Infinity, multipleOf } = schema;
  const isRough = multipleOf === undefined ||
    Number(value.toFixed(-Math.log10(multipleOf))) === value;
  return [
    ...(value < minimum ? [`${path} is ${value}, below ${minimum}`] : []),
    ...(value > maximum ? [`${path} is ${value}, above ${maximum}`] : []),
    ...(isRough ? [] : [`${path} is ${value}, finer than ${multipleOf}`]),
  ];
}

function checkText(text: string, { pattern }: Schema, path: string): string[] {
  return pattern === undefined || new RegExp(pattern).test(text)
    ? []
    : [`${path} is ${JSON.stringify(text)}, not like ${pattern}`];
}

function checkObject(
  value: Readonly<Record<string, unknown>>,
  { properties = {}, required = [], additionalProperties }: Schema,
  path: string,
): string[] {
  const other = typeof additionalProperties === "object"
    ? additionalProperties
    : null;
  const absent = required.filter((key) => !(key in value))
    .map((key) => `${path} lacks ${key}`);
  const present = Object.entries(value).flatMap(([key, item]) => {
    const schema = properties[key] ?? other;
    return schema === null
      ? [`${path} has the unknown key ${key}`]
      : check(item, schema, `${path}.${key}`);
  });
  return [...absent, ...present];
}
