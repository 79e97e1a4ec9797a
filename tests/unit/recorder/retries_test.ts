import { assert, assertEquals } from "@std/assert";
import { Backoff, backoffDelay } from "../../../src/recorder/retries.ts";

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
