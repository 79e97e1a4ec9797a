import { assertEquals } from "@std/assert";
import { coverageOf, coverageWithin } from "../../../src/sessions/coverage.ts";

Deno.test("coverageOf: is null without audio and gap, and 0 with a gap alone", () => {
  const nothing = { audio: 0, overlap: 0, gaps: 0, gapTotal: 0 };
  assertEquals(coverageOf(nothing), null);
  assertEquals(coverageOf({ ...nothing, gaps: 1, gapTotal: 5 }), 0);
});

Deno.test("coverageOf: is 100 when nothing is missing, and never with a gap", () => {
  const whole = { audio: 86_400, overlap: 0, gaps: 0, gapTotal: 0 };
  assertEquals(coverageOf(whole), 100);
  assertEquals(coverageOf({ ...whole, audio: 0.007 }), 100);
  assertEquals(coverageOf({ ...whole, gaps: 1, gapTotal: 0.1 }), 99.99);
  assertEquals(coverageOf({ ...whole, gaps: 1, gapTotal: 28_800 }), 75);
});

Deno.test("coverageOf: counts audio that was recorded twice once", () => {
  const twice = { audio: 70, overlap: 40, gaps: 1, gapTotal: 20 };
  assertEquals(coverageOf(twice), 60);
});

Deno.test("coverageWithin: what no line explains is missing, too", () => {
  const dead = { audio: 30, overlap: 0, gaps: 0, gapTotal: 0 };
  assertEquals(coverageWithin(dead, 31.5), 100);
  assertEquals(coverageWithin(dead, 300), 10);
  const logged = { ...dead, gaps: 1, gapTotal: 10 };
  assertEquals(coverageWithin(logged, 40.5), 75);
  assertEquals(coverageWithin(logged, 120), 25);
  // What came twice takes the time of one.
  assertEquals(coverageWithin({ ...dead, audio: 50, overlap: 20 }, 300), 10);
});
