import { assertAlmostEquals, assertEquals } from "@std/assert";
import { arrivalsOf } from "../../../scripts/sources_table/observer.ts";
import { makeSignal } from "../../../scripts/sources_table/analysis/signal.ts";

const SIGNAL = { rate: 48_000, channels: 1, carries: "numbers" } as const;

/** A block of numbered samples from a second of the source on. */
const block = (source: number, seconds: number) =>
  makeSignal(SIGNAL, source * SIGNAL.rate, seconds * SIGNAL.rate);

Deno.test("sources: what begins where a block ends came with the next block", () => {
  const arrivals = arrivalsOf(
    {
      blocks: [block(10, 0.25), block(10.25, 0.25), block(20, 0.25)],
      times: [1_010.3, 1_010.6, 1_020.3],
    },
    SIGNAL,
    0,
    0,
  );
  assertEquals(arrivals.map(({ at }) => at), [1_010.3, 1_010.6, 1_020.3]);
  for (const [index, source] of [10.25, 10.5, 20.25].entries()) {
    assertAlmostEquals(arrivals[index]?.source ?? 0, source, 1e-6);
  }
});
