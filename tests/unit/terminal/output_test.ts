import { assertEquals } from "@std/assert";
import { escapeJson, toJson } from "../../../src/terminal/output.ts";

const CONTROLS =
  "\x1b\x7f\x80\x9b31m\x9f\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff";

Deno.test("toJson: escapes everything that a terminal may obey, and keeps the value", () => {
  const value = { [CONTROLS]: ["Zoë 录音 🎤", CONTROLS] };
  for (const indent of [undefined, 2]) {
    const json = toJson(value, indent);
    assertEquals(JSON.parse(json), value);
    assertEquals(
      /[^\n\x20-\x7e\u00a0-\u1fff\u3000-\ud7ff\ud800-\udfff]/.test(json),
      false,
      json,
    );
    assertEquals(json.includes("Zoë 录音 🎤"), true);
  }
});

Deno.test("escapeJson: escapes JSON that another program wrote", () => {
  assertEquals(escapeJson('{"a":"\x9b2J"}'), '{"a":"\\u009b2J"}');
});
