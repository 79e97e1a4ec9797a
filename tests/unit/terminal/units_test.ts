import { assertEquals } from "@std/assert";
import {
  formatBytes,
  formatDuration,
  formatPercent,
  pluralize,
} from "../../../src/terminal/units.ts";

Deno.test("formatDuration: shows the two largest units", () => {
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
  for (const [length, text] of lengths) {
    assertEquals(formatDuration(length), text);
  }
});

Deno.test("formatPercent: never rounds up to 100 %", () => {
  assertEquals(formatPercent(99.998), "99.99 %");
  assertEquals(formatPercent(100), "100 %");
  assertEquals(formatPercent(64.34), "64.34 %");
});

Deno.test("formatBytes and pluralize: format sizes and plurals", () => {
  assertEquals(formatBytes(62_866), "62.9 kB");
  assertEquals(pluralize(1, "gap"), "1 gap");
  assertEquals(pluralize(0, "gap"), "0 gaps");
});
