import { assertEquals } from "@std/assert";
import { formatDuration, parseDuration } from "../../../src/times/duration.ts";

Deno.test("parseDuration: accepts all forms of a duration", () => {
  assertEquals(parseDuration("90"), 90);
  assertEquals(parseDuration("90s"), 90);
  assertEquals(parseDuration("5m"), 300);
  assertEquals(parseDuration("1h30m"), 5400);
  assertEquals(parseDuration("1d2h3m4s"), 93_784);
  assertEquals(parseDuration("1.5h"), 5400);
});

Deno.test("parseDuration: returns null for an invalid duration", () => {
  for (const text of ["", "s", "5x", "-5", "m5", "1m1h", "5 m", "1e3", "∞"]) {
    assertEquals(parseDuration(text), null, text);
  }
});

Deno.test("formatDuration: writes a form that parses back to the same duration", () => {
  for (const seconds of [0, 1, 59, 60, 90, 300, 3600, 5400, 86_399, 2.5]) {
    assertEquals(parseDuration(formatDuration(seconds)), seconds);
  }
  assertEquals(formatDuration(5400), "1h30m");
});
