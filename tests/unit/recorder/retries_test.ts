import { assert, assertEquals } from "@std/assert";
import {
  Backoff,
  backoffDelay,
  Retries,
} from "../../../src/recorder/retries.ts";
import { FakeClock } from "../../fakes/clock.ts";

Deno.test("backoffDelay: starts at zero and doubles up to its limit", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1_000]
    .map((attempt) => backoffDelay(attempt, 60, 0));
  assertEquals(waits, [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

Deno.test("backoffDelay: shortens a delay by up to a fifth at random", () => {
  assertEquals(backoffDelay(4, 60, 1), 3.2);
  for (let chance = 0; chance < 1; chance += 0.1) {
    const wait = backoffDelay(9, 60, chance);
    assert(wait >= 48 && wait <= 60);
  }
});

Deno.test("Backoff: restarts its delays at most once a minute and continues the count", () => {
  const backoff = new Backoff(60);
  const next = (times: number) =>
    Array.from({ length: times }, () => backoff.next(0));
  assertEquals(next(5).map(({ delay }) => delay), [0, 1, 2, 4, 8]);
  backoff.returned(100_000);
  assertEquals(next(3), [
    { attempt: 6, delay: 0 },
    { attempt: 7, delay: 1 },
    { attempt: 8, delay: 2 },
  ]);
  backoff.returned(159_000);
  assertEquals(next(1), [{ attempt: 9, delay: 4 }]);
  backoff.returned(160_000);
  assertEquals(next(1), [{ attempt: 10, delay: 0 }]);
  backoff.reset();
  assertEquals(next(2), [{ attempt: 1, delay: 0 }, { attempt: 2, delay: 1 }]);
});

/** The waits after runs that captured this much in this many seconds. */
function waitsAfter(
  runs: readonly { readonly captured: number; readonly lasted: number }[],
): number[] {
  const clock = new FakeClock();
  const signal = new AbortController().signal;
  const retries = new Retries({
    ...{ clock, maxDelay: 60, chance: () => 0, source: null, signal },
  });
  return runs.map(({ captured, lasted }) => {
    clock.advance(lasted * 1000);
    const { delay } = retries.next(captured);
    void retries.wait(0);
    return delay;
  });
}

Deno.test("Retries: follows runs with audio at once, five times a minute", () => {
  const live = Array.from({ length: 7 }, () => ({ captured: 2, lasted: 2 }));
  assertEquals(waitsAfter(live), [0, 0, 0, 0, 0, 1, 2]);
  const slow = Array.from({ length: 7 }, () => ({ captured: 20, lasted: 20 }));
  assertEquals(waitsAfter(slow), [0, 0, 0, 0, 0, 0, 0]);
});

Deno.test("Retries: waits longer and longer for a source that gives nothing, or the same file", () => {
  const nothing = Array.from({ length: 5 }, () => ({ captured: 0, lasted: 1 }));
  assertEquals(waitsAfter(nothing), [0, 1, 2, 4, 8]);
  const file = Array.from({ length: 5 }, () => ({ captured: 60, lasted: 1 }));
  assertEquals(waitsAfter(file), [0, 1, 2, 4, 8]);
});
