import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type Evidence,
  judge,
} from "../../../scripts/sources_table/analysis/judge.ts";
import { holesIn } from "../../../scripts/sources_table/analysis/holes.ts";
import {
  loggedTimes,
  withoutBeginning,
} from "../../../scripts/sources_table/analysis/timeline.ts";
import { Truth } from "../../../scripts/sources_table/analysis/truth.ts";

/** A source whose samples came the moment they were made. */
const EXACT = new Truth([{ source: 0, at: 0 }, { source: 1_000, at: 1_000 }]);

/** A chunk whose audio is from some spans of the source. */
function chunk(
  [start, end]: readonly [number, number],
  ...spans: readonly (readonly [number, number])[]
) {
  let position = 0;
  const marks = spans.flatMap(([from, to]) => {
    const begun = position;
    position += to - from;
    return [
      { position: begun, source: from, isJoined: true },
      { position, source: to, isJoined: false },
    ];
  });
  return { start, end, length: position, marks };
}

/** A session from 10 to 30 with all its audio. */
function evidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    chunks: [chunk([10, 20], [10, 20]), chunk([20, 30], [20, 30])],
    gaps: [],
    session: { start: 9.8, end: 30.1 },
    coverage: 100,
    truth: EXACT,
    ...changes,
  };
}

Deno.test("sources: a session without faults is right", () => {
  const { problems, timeError, gapError, overlap } = judge(evidence());
  assertEquals(problems, []);
  assertEquals([timeError, gapError, overlap], [0, 0, 0]);
});

Deno.test("sources: a chunk at the wrong time is found", () => {
  const { problems, timeError } = judge(evidence({
    chunks: [chunk([10, 20], [10, 20]), chunk([20.2, 30.2], [20, 30])],
  }));
  assertAlmostEquals(timeError, 0.2, 1e-6);
  assertEquals(problems, ["times are wrong"]);
});

Deno.test("sources: a gap inside a chunk delays the samples after it", () => {
  const { problems, timeError, coverageError } = judge(evidence({
    chunks: [chunk([10, 30], [10, 15], [18, 30])],
    gaps: [{ start: 15.02, end: 18 }],
    coverage: 85.1,
  }));
  assertEquals(problems, []);
  assertAlmostEquals(timeError, 0.02, 1e-6);
  assertAlmostEquals(coverageError ?? 0, 0.1, 1e-6);
});

Deno.test("sources: missing audio without a gap is found", () => {
  const { problems } = judge(evidence({
    chunks: [chunk([10, 15], [10, 15]), chunk([18, 30], [18, 30])],
  }));
  assertEquals(problems, [
    "3.000 s are missing without a gap",
    "coverage is wrong",
  ]);
});

Deno.test("sources: a gap where nothing is missing is found", () => {
  const { problems } = judge(evidence({
    gaps: [{ start: 20, end: 20.5 }],
    coverage: 100 * 20 / 20.5,
  }));
  assertEquals(problems.includes("a gap of 0.500 s misses nothing"), true);
});

Deno.test("sources: a gap of the wrong length is found", () => {
  const { problems, gapError } = judge(evidence({
    chunks: [chunk([10, 15], [10, 15]), chunk([18, 30], [18, 30])],
    gaps: [{ start: 15, end: 17.8 }],
    coverage: 85,
  }));
  assertAlmostEquals(gapError, 0.2, 1e-6);
  assertEquals(problems, ["gaps are wrong"]);
});

Deno.test("sources: a late start and a late end are gaps when they are long", () => {
  const late = {
    chunks: [chunk([13, 30], [13, 30])],
    session: { start: 10, end: 30.5 },
  };
  assertEquals(
    judge(evidence({ ...late, gaps: [{ start: 10, end: 13 }], coverage: 85 }))
      .problems,
    [],
  );
  assertEquals(
    judge(evidence({ ...late, coverage: 85 })).problems,
    ["3.000 s are missing without a gap"],
  );
});

Deno.test("sources: a segment that has not come is not missing", () => {
  const open = { session: { start: 9.8, end: 33 } };
  assertEquals(judge(evidence({ ...open, segment: 3 })).problems, []);
  assertEquals(judge(evidence(open)).problems.length, 2);
});

Deno.test("sources: scattered losses count as a whole", () => {
  const { problems, gapError } = judge(evidence({
    chunks: [chunk([10, 30], [10, 15], [15.01, 20], [20.01, 30])],
    gaps: [{ start: 20, end: 20.02 }],
    coverage: 99.9,
    isScattered: true,
  }));
  assertEquals(problems, []);
  assertAlmostEquals(gapError, 0, 1e-6);
});

Deno.test("sources: chunks that overlap are found", () => {
  const { problems, overlap } = judge(evidence({
    chunks: [chunk([10, 20.01], [10, 20]), chunk([20, 30], [20, 30])],
  }));
  assertAlmostEquals(overlap, 0.01, 1e-6);
  assertEquals(problems, ["chunks overlap"]);
});

Deno.test("sources: audio that came twice may be reported in the log", () => {
  const { problems } = judge(evidence({
    chunks: [chunk([10, 22], [10, 22]), chunk([20, 30], [20, 30])],
    repeats: [2.03],
  }));
  assertEquals(problems, ["2.0 s came twice, as logged"]);
});

Deno.test("sources: audio that is not the source's is found", () => {
  const { problems, timeError } = judge(evidence({
    chunks: [{ start: 10, end: 30, length: 20, marks: [] }],
  }));
  assertEquals(timeError, Infinity);
  assertEquals(problems[0], "no sample was recognized");
});

Deno.test("sources: a hole in audio that came twice counts once", () => {
  const first = chunk([10, 20], [10, 14], [14.5, 20]);
  const again = {
    ...chunk([25, 30], [10, 14], [14.5, 20], [25, 30]),
    repeated: { begin: 10.5, length: 9.5, offset: 0 },
  };
  const holes = holesIn(evidence({ chunks: [first, again] }))
    .filter(({ allowance }) => allowance === null);
  assertEquals(
    holes.map(({ start, end }) => [start, end]),
    [[14, 14.5], [20, 25]],
  );
});

Deno.test("sources: the audio of a slow source fills its chunk", () => {
  const slow = { ...chunk([10, 14], [10, 12]) };
  assertEquals(loggedTimes(slow, 1, []), [12]);
});

Deno.test("sources: close to a gap a sample has two times", () => {
  const one = chunk([10, 18], [10, 15]);
  const gaps = [{ start: 15, end: 18 }];
  assertEquals(loggedTimes(one, 4, gaps), [14]);
  assertEquals(loggedTimes(one, 4.9, gaps), [14.9, 17.9]);
});

Deno.test("sources: with a tolerance, times and gaps are right to it", () => {
  const late = evidence({
    chunks: [chunk([10, 20], [10, 20]), chunk([20.2, 30.2], [20, 30])],
    tolerance: 0.3,
  });
  assertEquals(judge(late).problems, []);
  assertEquals(judge({ ...late, tolerance: 0.15 }).problems, [
    "times are wrong",
  ]);
  const short = evidence({
    chunks: [chunk([10, 15], [10, 15]), chunk([18, 30], [18, 30])],
    gaps: [{ start: 15, end: 17.8 }],
    coverage: 100 * 17 / 19.8,
  });
  assertEquals(judge({ ...short, tolerance: 0.3 }).problems, []);
  assertEquals(judge({ ...short, tolerance: 0.15 }).problems, [
    "gaps are wrong",
    "coverage is wrong",
  ]);
});

Deno.test("sources: with a tolerance, a hole up to it needs no gap", () => {
  const hole = evidence({
    chunks: [chunk([10, 15], [10, 15]), chunk([15.2, 30], [15.2, 30])],
  });
  assertEquals(judge({ ...hole, tolerance: 0.3 }).problems, []);
  assertEquals(judge(hole).problems, [
    "0.200 s are missing without a gap",
    "coverage is wrong",
  ]);
});

Deno.test("sources: with scattered losses, a gap at the start counts once", () => {
  const late = evidence({
    chunks: [chunk([10, 20], [10, 20]), chunk([20, 30], [20, 30])],
    gaps: [{ start: 8.95, end: 10 }],
    session: { start: 8.95, end: 30.1 },
    coverage: 100 * 20 / 21.05,
    isScattered: true,
  });
  assertEquals(judge(late).problems, []);
});

Deno.test("sources: audio that came at once when the source was opened may fill more than one chunk", () => {
  const chunks = [
    chunk([10, 13], [8, 11]),
    chunk([13, 16], [11, 12], [14, 16]),
    chunk([16, 19], [16, 19]),
  ];
  const errorOf = (left: Evidence["chunks"]) =>
    judge(evidence({ chunks: left })).timeError;
  assertEquals(errorOf(chunks), 2);
  assertEquals(errorOf(withoutBeginning(chunks, 4.1, false)), 0);
});

Deno.test("sources: the chunk in which a slow source was opened has no single speed", () => {
  const slow = new Truth(
    Array.from({ length: 61 }, (_, index) => ({
      source: index / 10,
      at: index / 5,
    })),
  );
  const chunks = [
    // Two seconds that came at once, and one that took two.
    chunk([2, 6], [0, 2], [2, 2.4], [2.4, 3]),
    chunk([6, 12], [3, 6]),
  ];
  const errorOf = (left: Evidence["chunks"]) =>
    judge(evidence({ chunks: left, isSlow: true, truth: slow })).timeError;
  assert(errorOf(withoutBeginning(chunks, 2.3, false)) > 0.3);
  assertAlmostEquals(errorOf(withoutBeginning(chunks, 2.3, true)), 0, 1e-6);
});
