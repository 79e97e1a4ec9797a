import { assertEquals } from "@std/assert";
import type { Span } from "../../../../../src/review/history.ts";
import { drawTimeline } from "../../../../../src/review/explain/render/timeline.ts";

const HOUR = { start: 0, end: 3_600_000 };

/** Draws audio and gaps. */
function draw(
  whole: Span,
  audio: readonly Span[],
  gaps: readonly Span[],
  cells: number,
): string {
  return drawTimeline(whole, { audio, deleted: [], gaps }, cells);
}

Deno.test("drawTimeline: draws audio that retention deleted apart from audio and gaps", () => {
  const strip = drawTimeline(HOUR, {
    audio: [{ start: 0, end: 3_600_000 }],
    deleted: [{ start: 0, end: 1_800_000 }],
    gaps: [{ start: 900_000, end: 900_001 }],
  }, 8);
  assertEquals(strip, "░░·░████");
});

Deno.test("drawTimeline: draws audio, gaps and unknown time", () => {
  assertEquals(
    draw(
      HOUR,
      [{ start: 0, end: 900_000 }, { start: 1_800_000, end: 2_700_000 }],
      [{ start: 900_000, end: 1_800_000 }],
      8,
    ),
    "██··██",
  );
});

Deno.test("drawTimeline: draws a gap of any length", () => {
  const strip = draw(
    { start: 0, end: 30 * 86_400_000 },
    [{ start: 0, end: 30 * 86_400_000 }],
    [{ start: 15 * 86_400_000, end: 15 * 86_400_000 + 60 }],
    10,
  );
  assertEquals(strip, "█████·████");
});

Deno.test("drawTimeline: excludes a span from the cell that begins where it ends", () => {
  assertEquals(draw(HOUR, [{ start: 0, end: 1_800_000 }], [], 2), "█");
});

Deno.test("drawTimeline: ignores times outside the session", () => {
  assertEquals(
    draw(HOUR, [{ start: -5, end: 4_000_000 }], [{
      start: 3_600_000,
      end: 3_600_001,
    }], 4),
    "███·",
  );
  assertEquals(draw({ start: 0, end: 0 }, [], [], 3), "");
});
