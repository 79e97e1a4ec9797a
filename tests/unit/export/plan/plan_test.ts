import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  absentBetween,
  type AbsentTime,
  type Plan,
  planExport,
  type SessionPart,
  type Wanted,
} from "../../../../src/export/plan/plan.ts";
import {
  type DatedChunk,
  partsOf,
} from "../../../../src/export/plan/timeline.ts";

/** Samples per second, so that a sample is a millisecond. */
const RATE = 1_000;
const FOREVER = 1e15;

interface ChunkMade extends Partial<DatedChunk> {
  readonly start: number;
  readonly samples: number;
}

function chunk({ start, samples, ...rest }: ChunkMade): DatedChunk {
  return {
    ...{ path: `/s/${start}`, run: 1, samples, start, end: start + samples },
    ...{ absent: null, isOpen: false, isRecovered: false },
    ...rest,
  };
}

function partsOfSession(
  chunks: readonly ChunkMade[],
  session = 0,
): SessionPart[] {
  return partsOf({
    ...{ sampleRate: RATE, gaps: [], repeated: new Map() },
    chunks: chunks.map(chunk),
  }).map((part) => ({ ...part, session, sampleRate: RATE }));
}

function plan(
  parts: readonly SessionPart[],
  wanted: Partial<Wanted> = {},
  absences: readonly AbsentTime[] = [],
): Plan {
  return planExport(parts, absences, {
    ...{ from: null, to: null, sampleRate: RATE, fillsGaps: true },
    knownUntil: FOREVER,
    ...wanted,
  });
}

/** The pieces as `start+length` for audio, `-length` for silence. */
function shape({ pieces }: Plan): string[] {
  return pieces.map((piece) =>
    piece.kind === "silence"
      ? `-${piece.length}`
      : `${piece.part.chunk.start}@${piece.first}+${piece.length}`
  );
}

const gap = (start: number, end: number, cause = "stall"): AbsentTime => ({
  ...{ start, end, cause },
  why: "gap",
});

Deno.test("planExport: cuts a run at the sample, and drops nothing at its seams", () => {
  const parts = partsOfSession([
    { start: 0, samples: 100 },
    { start: 100, samples: 100 },
    { start: 200, samples: 100 },
  ]);
  assertEquals(shape(plan(parts)), ["0@0+100", "100@0+100", "200@0+100"]);
  assertEquals(shape(plan(parts, { from: 50, to: 210 })), [
    ...["0@50+50", "100@0+100", "200@0+10"],
  ]);
  assertEquals(shape(plan(parts, { from: 100, to: 101 })), ["100@0+1"]);
  assertEquals(shape(plan(parts, { from: 99, to: 100 })), ["0@99+1"]);
});

Deno.test("planExport: a gap is silence of its length, or left out", () => {
  const parts = partsOfSession([
    { start: 0, samples: 100 },
    { start: 250, samples: 100, run: 2 },
  ]);
  const absences = [gap(100, 250)];
  const filled = plan(parts, {}, absences);
  assertEquals(shape(filled), ["0@0+100", "-150", "250@0+100"]);
  assertEquals([filled.length, filled.audio], [350, 200]);
  assertEquals(filled.missing, [{ ...gap(100, 250), at: 0.1 }]);
  const joined = plan(parts, { fillsGaps: false }, absences);
  assertEquals(shape(joined), ["0@0+100", "250@0+100"]);
  assertEquals(joined.missing, [{ ...gap(100, 250), at: 0.1 }]);
  // A range that begins, or ends, in the gap.
  assertEquals(shape(plan(parts, { from: 200, to: 260 }, absences)), [
    ...["-50", "250@0+10"],
  ]);
  const end = plan(parts, { from: 90, to: 200 }, absences);
  assertEquals(shape(end), ["0@90+10", "-100"]);
  assertEquals(end.missing, [{ ...gap(100, 200), at: 0.01 }]);
});

Deno.test("planExport: samples of a run follow each other, whatever its clock did", () => {
  // A card that is fast by 1 %: its chunks are dated closer than their samples.
  const fast = Array.from({ length: 10 }, (_, index) => ({
    start: index * 99,
    end: (index + 1) * 99,
    samples: 100,
  }));
  const parts = partsOfSession([
    ...fast,
    { start: 1_090, samples: 100, run: 2 },
  ]);
  const made = plan(parts, { from: 0, to: 1_190 });
  assertEquals(made.pieces.slice(0, 10).map(({ length }) => length), [
    ...Array(10).fill(100),
  ]);
  // The next run is where the clock has it: the gap of 100 is 90 samples.
  assertEquals(shape(made).slice(10), ["-90", "1090@0+100"]);
  const drifted = plan(partsOfSession(fast));
  assertAlmostEquals(drifted.clockAhead, -0.01);
  // One that begins in the middle is cut by the clock of its chunk.
  assertEquals(shape(plan(parts, { from: 500, to: 600 }))[0], "495@5+95");
});

Deno.test("planExport: a run is never put before the end of what is there", () => {
  const parts = partsOfSession([
    { start: 0, end: 900, samples: 1_000 },
    { start: 950, samples: 100, run: 2 },
  ]);
  assertEquals(shape(plan(parts)), ["0@0+1000", "950@0+100"]);
});

Deno.test("planExport: what is deleted or lost is silence, in its place", () => {
  const parts = partsOfSession([
    { start: 0, samples: 100, absent: "deleted" },
    { start: 100, samples: 100 },
    { start: 200, samples: 100, absent: "lost" },
    { start: 300, samples: 100 },
  ]);
  const absences: AbsentTime[] = [
    { start: 0, end: 100, why: "deleted", cause: null },
    { start: 200, end: 300, why: "lost", cause: null },
  ];
  const whole = plan(parts, {}, absences);
  assertEquals(shape(whole), ["100@0+100", "-100", "300@0+100"]);
  assertEquals(whole.start, 100);
  assertEquals(whole.missing.map(({ why, at }) => [why, at]), [
    ...[["deleted", 0], ["lost", 0.1]],
  ]);
  assertEquals(shape(plan(parts, { from: 50, to: 350 }, absences)), [
    ...["-50", "100@0+100", "-100", "300@0+50"],
  ]);
});

Deno.test("planExport: two sessions that recorded the same time give it once", () => {
  const parts = [
    ...partsOfSession([{ start: 0, samples: 100 }], 0),
    ...partsOfSession([
      { start: 60, samples: 20 },
      { start: 80, samples: 100 },
    ], 1),
  ];
  assertEquals(shape(plan(parts)), ["0@0+100", "80@20+80"]);
});

Deno.test("planExport: a session of another rate has its own number of samples", () => {
  const [other] = partsOfSession([{ start: 100, samples: 441 }], 1);
  const parts = [
    ...partsOfSession([{ start: 0, samples: 100 }], 0),
    ...(other === undefined ? [] : [{ ...other, sampleRate: 4_410, end: 200 }]),
  ];
  const made = plan(parts, { to: 150, from: 0 });
  assertEquals(shape(made), ["0@0+100", "100@0+50"]);
  const [, piece] = made.pieces;
  assertEquals(piece?.kind === "audio" && piece.samples, 221);
});

Deno.test("planExport: ends with the last audio when the rest is not recorded yet", () => {
  const parts = partsOfSession([{ start: 0, samples: 100 }]);
  const absences: AbsentTime[] = [
    { start: 100, end: Infinity, why: "not_yet", cause: null },
  ];
  const made = plan(parts, { from: 50, to: 500, knownUntil: 100 }, absences);
  assertEquals([made.length, made.audio], [50, 50]);
  assertEquals(made.missing.map(({ why, at, start }) => [why, at, start]), [
    ["not_yet", 0.05, 100],
  ]);
});

Deno.test("planExport: a range without audio has none", () => {
  const parts = partsOfSession([{ start: 0, samples: 100 }]);
  for (const [from, to] of [[-100, -50], [100, 200], [500, 600]] as const) {
    assertEquals(plan(parts, { from, to }).audio, 0, `${from}`);
  }
  assertEquals(plan([]).length, 0);
});

Deno.test("absentBetween: leaves no hole, and names what the log does not", () => {
  const found = absentBetween(
    [gap(200, 300), gap(250, 400, "device_gone")],
    0,
    600,
  );
  assertEquals(
    found.map(({ start, end, why, cause }) => [start, end, why, cause]),
    [
      [0, 200, "unknown", null],
      [200, 300, "gap", "stall"],
      [300, 400, "gap", "device_gone"],
      [400, 600, "unknown", null],
    ],
  );
  // Rounding is no absence.
  assertEquals(absentBetween([gap(0, 90)], 0, 100).length, 1);
});
