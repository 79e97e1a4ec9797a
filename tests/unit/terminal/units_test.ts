import { assertEquals } from "@std/assert";
import {
  asClock,
  asLength,
  asShare,
  asSize,
  count,
} from "../../../src/terminal/units.ts";

Deno.test("asLength: shows the two largest units", () => {
  const lengths: [number, string][] = [
    [0, "0 s"],
    [0.0781, "78 ms"],
    [0.9996, "1 s"],
    [3.24, "3.2 s"],
    [59.96, "1 min"],
    [320, "5 min 20 s"],
    [3600, "1 h"],
    [7_500, "2 h 5 min"],
    [3 * 86_400 + 4 * 3_600, "3 d 4 h"],
  ];
  for (const [length, text] of lengths) assertEquals(asLength(length), text);
});

Deno.test("asClock: counts hours beyond a day", () => {
  assertEquals(asClock(7.9), "0:00:07");
  assertEquals(asClock(93_784), "26:03:04");
  assertEquals(asClock(-1), "0:00:00");
});

Deno.test("asShare: never rounds up to 100 %", () => {
  assertEquals(asShare(99.998), "99.99 %");
  assertEquals(asShare(100), "100 %");
  assertEquals(asShare(64.34), "64.34 %");
});

Deno.test("asSize and count: format sizes and plurals", () => {
  assertEquals(asSize(62_866), "62.9 kB");
  assertEquals(count(1, "gap"), "1 gap");
  assertEquals(count(0, "gap"), "0 gaps");
});
