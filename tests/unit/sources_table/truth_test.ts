import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Truth } from "../../../scripts/sources_table/analysis/truth.ts";

/** Arrivals of which each is `late` seconds behind its source. */
const late = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([source, late]) => ({ source, at: 1_000 + source + late }));

Deno.test("sources: a sample came when the observer had it", () => {
  const truth = new Truth(late([1, 0.1], [2, 0.1], [3, 0.1]));
  assertAlmostEquals(truth.cameAt(1.5), 1_001.6, 1e-6);
  assertAlmostEquals(truth.cameAt(9), 1_009.1, 1e-6);
});

Deno.test("sources: audio that was held up has the time of that after it", () => {
  const truth = new Truth(late([1, 0.1], [2, 3], [3, 2], [4, 0.2]));
  assertAlmostEquals(truth.cameAt(2), 1_002.2, 1e-6);
  assertAlmostEquals(truth.cameAt(1), 1_001.1, 1e-6);
});

Deno.test("sources: a source that stays late came late from then on", () => {
  const truth = new Truth(late([1, 0.1], [2, 0.1], [2.1, 3], [3, 3]));
  assertAlmostEquals(truth.cameAt(2), 1_002.1, 1e-6);
  assertAlmostEquals(truth.cameAt(2.5), 1_005.5, 1e-6);
});

Deno.test("sources: a source that was started again does not date what it sent before", () => {
  const truth = new Truth(late([1, 0.5], [2, 0.5], [6, 0.1], [7, 0.1]), [3]);
  assertAlmostEquals(truth.cameAt(1.5), 1_002, 1e-6);
  assertAlmostEquals(truth.cameAt(2.5), 1_003, 1e-6);
  assertAlmostEquals(truth.cameAt(6.5), 1_006.6, 1e-6);
});

Deno.test("sources: a segment that was fetched late does not delay those after it", () => {
  const arrivals = late([10, 0.2], [20, 1], [30, 0.6], [40, 0.4], [50, 0.5]);
  const truth = new Truth(arrivals, [35], true);
  assertAlmostEquals(truth.spread, 0.8, 1e-6);
  for (const [source, delay] of [[5, 0.2], [30, 0.2], [36, 0.4], [50, 0.4]]) {
    const came = 1_000 + (source ?? 0) + (delay ?? 0);
    assertAlmostEquals(truth.cameAt(source ?? 0), came, 1e-6);
  }
});

Deno.test("sources: without arrivals no time is known", () => {
  assertEquals(new Truth([]).cameAt(1), NaN);
});
