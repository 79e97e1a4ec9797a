import { assertEquals } from "@std/assert";
import { drawStrip } from "../../src/review/strip.ts";

const HOUR = { start: 0, end: 3_600_000 };

Deno.test("the strip shows audio, gaps and what nobody knows", () => {
  assertEquals(
    drawStrip(
      HOUR,
      [{ start: 0, end: 900_000 }, { start: 1_800_000, end: 2_700_000 }],
      [{ start: 900_000, end: 1_800_000 }],
      8,
    ),
    "██··██",
  );
});

Deno.test("a gap shows, however short it is", () => {
  const strip = drawStrip(
    { start: 0, end: 30 * 86_400_000 },
    [{ start: 0, end: 30 * 86_400_000 }],
    [{ start: 15 * 86_400_000, end: 15 * 86_400_000 + 60 }],
    10,
  );
  assertEquals(strip, "█████·████");
});

Deno.test("what ends where a cell begins is not in that cell", () => {
  assertEquals(drawStrip(HOUR, [{ start: 0, end: 1_800_000 }], [], 2), "█");
});

Deno.test("times outside of the session do no harm", () => {
  assertEquals(
    drawStrip(HOUR, [{ start: -5, end: 4_000_000 }], [{
      start: 3_600_000,
      end: 3_600_001,
    }], 4),
    "███·",
  );
  assertEquals(drawStrip({ start: 0, end: 0 }, [], [], 3), "");
});
