import { assertEquals } from "@std/assert";
import type { SessionEvent } from "../../../../src/events.ts";
import { HistoryReader } from "../../../../src/review/history.ts";
import { findMisplaced } from "../../../../src/review/verify/positions.ts";
import { chunk, sessionStart } from "../../../support/account.ts";

/** Two runs of one chunk of 5 s each: in both the numbers of frames begin at 0. */
function found(runs: readonly [number, number]): number {
  const events: SessionEvent[] = [
    sessionStart(),
    { ...chunk(1, 0, 5), run: runs[0] },
    { ...chunk(2, 6_000, 5), run: runs[1] },
  ];
  const reader = new HistoryReader();
  for (const event of events) reader.take(event);
  const decoded = { duration: 5, fault: null, position: 0, header: null };
  return findMisplaced(
    reader.history(),
    [],
    new Map([["chunk_00001.flac", decoded], ["chunk_00002.flac", decoded]]),
  ).size;
}

Deno.test("misplaced: reports a chunk that is not at its position in its run", () => {
  assertEquals(found([1, 2]), 0);
  assertEquals(found([1, 1]), 1);
});

Deno.test("misplaced: ignores chunks of an unknown run", () => {
  assertEquals(found([0, 0]), 0);
});
