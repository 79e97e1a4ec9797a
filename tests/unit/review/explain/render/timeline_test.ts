import { assertEquals } from "@std/assert";
import { drawTimeline } from "../../../../../src/review/explain/render/timeline.ts";

const HOUR = { start: 0, end: 3_600_000 };

Deno.test("drawTimeline: draws audio, gaps and unknown time", () => {
  assertEquals(
    drawTimeline(
      HOUR,
      [{ start: 0, end: 900_000 }, { start: 1_800_000, end: 2_700_000 }],
      [{ start: 900_000, end: 1_800_000 }],
      8,
    ),
    "██··██",
  );
});

Deno.test("drawTimeline: draws a gap of any length", () => {
  const strip = drawTimeline(
    { start: 0, end: 30 * 86_400_000 },
    [{ start: 0, end: 30 * 86_400_000 }],
    [{ start: 15 * 86_400_000, end: 15 * 86_400_000 + 60 }],
    10,
  );
  assertEquals(strip, "█████·████");
});

Deno.test("drawTimeline: excludes a span from the cell that begins where it ends", () => {
  assertEquals(drawTimeline(HOUR, [{ start: 0, end: 1_800_000 }], [], 2), "█");
});

Deno.test("drawTimeline: ignores times outside the session", () => {
  assertEquals(
    drawTimeline(HOUR, [{ start: -5, end: 4_000_000 }], [{
      start: 3_600_000,
      end: 3_600_001,
    }], 4),
    "███·",
  );
  assertEquals(drawTimeline({ start: 0, end: 0 }, [], [], 3), "");
});
