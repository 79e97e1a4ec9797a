import { assertEquals } from "@std/assert";
import {
  type DatedChunk,
  type LoggedGap,
  partsOf,
} from "../../../../src/export/plan/timeline.ts";

/** Samples per second, so that a sample is a millisecond. */
const RATE = 1_000;

const chunk = (
  start: number,
  end: number,
  samples: number,
  run = 1,
): DatedChunk => ({
  ...{ path: `/s/${start}`, run, samples, start, end, absent: null },
  ...{ isOpen: false, isRecovered: false },
});

const lost = (start: number, end: number): LoggedGap => ({
  ...{ start, end, duration: (end - start) / 1000, cause: "audio_lost" },
});

function parts(
  chunks: readonly DatedChunk[],
  gaps: readonly LoggedGap[] = [],
  repeated: readonly (readonly [number, number])[] = [],
) {
  return partsOf({
    ...{ sampleRate: RATE, chunks, gaps, repeated: new Map(repeated) },
  }).map(({ first, samples, start, missing }) => [
    ...[first, samples, start, missing],
  ]);
}

Deno.test("partsOf: chunks of a run follow each other, those of another do not", () => {
  assertEquals(
    parts([chunk(0, 100, 100), chunk(100, 200, 100), chunk(260, 360, 100, 2)]),
    [[0, 100, 0, null], [0, 100, 100, 0], [0, 100, 260, null]],
  );
  // Times of a drifting card are redated by some milliseconds.
  assertEquals(parts([chunk(0, 100, 100), chunk(112, 212, 100)])[1]?.[3], 0);
});

Deno.test("partsOf: a short hole in a run counts when the log names it", () => {
  // A clock that is slewed puts chunks apart whose samples follow each other.
  const apart = [chunk(0, 100, 100), chunk(170, 270, 100)];
  assertEquals(parts(apart)[1]?.[3], 0);
  assertEquals(parts(apart, [lost(100, 170)])[1]?.[3], 70);
  // A gap elsewhere is not its name.
  assertEquals(parts(apart, [lost(300, 370)])[1]?.[3], 0);
});

Deno.test("partsOf: audio that was lost in a run is a hole in its place", () => {
  // In a chunk, at its beginning, and between two.
  assertEquals(parts([chunk(0, 150, 100)], [lost(40, 90)]), [
    ...[[0, 40, 0, null], [40, 60, 90, 50]],
  ]);
  assertEquals(parts([chunk(0, 100, 100), chunk(300, 400, 100)]), [
    ...[[0, 100, 0, null], [0, 100, 300, 200]],
  ]);
  // Two in one chunk.
  assertEquals(
    parts([chunk(0, 300, 100)], [lost(20, 120), lost(150, 250)]),
    [[0, 20, 0, null], [20, 30, 120, 100], [50, 50, 250, 100]],
  );
  // A gap between runs is not inside.
  assertEquals(
    parts([chunk(0, 100, 100), chunk(200, 300, 100, 2)], [lost(100, 200)]),
    [[0, 100, 0, null], [0, 100, 200, null]],
  );
});

Deno.test("partsOf: what a run repeats is left out, over several chunks", () => {
  assertEquals(
    parts(
      [
        ...[chunk(0, 100, 100), chunk(100, 100, 50, 2)],
        ...[chunk(100, 170, 100, 2), chunk(170, 270, 100, 2)],
      ],
      [],
      [[2, 0.08]],
    ),
    [[0, 100, 0, null], [30, 70, 100, null], [0, 100, 170, 0]],
  );
});

Deno.test("partsOf: a chunk of an unknown run follows when its time does", () => {
  assertEquals(
    parts([
      chunk(0, 100, 100, 0),
      chunk(100, 200, 100, 0),
      chunk(900, 950, 50, 0),
    ])
      .map(([, , , missing]) => missing),
    [null, 0, null],
  );
});
