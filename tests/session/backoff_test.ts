import { assert, assertEquals } from "@std/assert";
import { backoffDelay } from "../../src/session/backoff.ts";

Deno.test("the first attempt is at once, then the wait doubles up to its limit", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1_000]
    .map((attempt) => backoffDelay(attempt, 60, 0));
  assertEquals(waits, [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

Deno.test("chance shortens a wait by up to a fifth, and never lengthens it", () => {
  assertEquals(backoffDelay(4, 60, 1), 3.2);
  for (let chance = 0; chance < 1; chance += 0.1) {
    const wait = backoffDelay(9, 60, chance);
    assert(wait >= 48 && wait <= 60);
  }
});
