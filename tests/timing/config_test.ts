import { assert, assertThrows } from "@std/assert";
import { parseConfig } from "../../src/config/toml/parse.ts";
import { growth } from "../support/growth.ts";

/** Texts with as many unknown names as asked for. */
const KINDS: Readonly<Record<string, (count: number) => string>> = {
  keys: (count) => repeated(count, (n) => `k${n} = 1\n`),
  "keys in one table": (count) => repeated(count, (n) => `a.k${n} = 1\n`),
  tables: (count) => repeated(count, (n) => `[t${n}]\n`),
  "tables of an array": (count) => repeated(count, () => "[[a]]\n"),
  "a key's parts": (count) => `${repeated(count, () => "a.")}a = 1\n`,
};

function repeated(count: number, text: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => text(n)).join("");
}

function refuse(text: string): void {
  assertThrows(() => parseConfig(text), SyntaxError);
}

Deno.test("parseConfig: refuses very many names in a time in proportion to them", () => {
  for (const [kind, make] of Object.entries(KINDS)) {
    const [few, many] = [make(3_000), make(30_000)];
    // A hundred times as long would be the square.
    const times = growth(() => refuse(few), () => refuse(many), 40);
    assert(times < 40, `${kind}: ${times} times`);
  }
});
