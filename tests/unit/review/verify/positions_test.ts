import { assertEquals } from "@std/assert";
import type { SessionEvent } from "../../../../src/events.ts";
import { HistoryReader } from "../../../../src/review/history_reader.ts";
import { findMisplaced } from "../../../../src/review/verify/positions.ts";
import {
  type Decoded,
  NOT_OPENED,
} from "../../../../src/review/verify/decode.ts";
import type { FolderFile } from "../../../../src/review/verify/verify.ts";
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
  const decoded = { ...NOT_OPENED, duration: 5, position: 0 };
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

/**
 * The misplaced ones of six chunks of 5 s, all of one run. The log names those
 * of `lines`, and the frames of each begin at its place, less `moved`.
 */
function misplacedIn(
  lines: readonly number[],
  files: readonly number[],
  moved: Readonly<Record<number, number>> = {},
): string[] {
  const reader = new HistoryReader();
  reader.take(sessionStart());
  for (const seq of lines) reader.take(chunk(seq, (seq - 1) * 5_000, 5));
  const decoded = files.map((seq): [string, Decoded] => [
    `chunk_0000${seq}.flac`,
    {
      ...NOT_OPENED,
      duration: 5,
      position: (seq - 1) * 5 - (moved[seq] ?? 0),
    },
  ]);
  return [...findMisplaced(reader.history(), [], new Map(decoded)).keys()];
}

Deno.test("misplaced: chunks that retention deleted are in the count of frames", () => {
  assertEquals(misplacedIn([1, 2, 3, 4, 5, 6], [3, 4, 5, 6]), []);
  assertEquals(misplacedIn([1, 2, 3, 4, 5, 6], [3, 4, 5, 6], { 5: 10 }), [
    "chunk_00005.flac",
  ]);
});

Deno.test("misplaced: where chunks are unknown, those after them are compared with each other", () => {
  assertEquals(misplacedIn([3, 4, 5, 6], [3, 4, 5, 6]), []);
  assertEquals(misplacedIn([1, 2, 4, 5, 6], [1, 2, 4, 5, 6]), []);
  assertEquals(misplacedIn([2, 3, 4, 5, 6], [2, 3, 4, 5, 6], { 4: 5 }), [
    "chunk_00004.flac",
  ]);
});

Deno.test("misplaced: ignores chunks of an unknown run", () => {
  assertEquals(found([0, 0]), 0);
});

/** Ten chunks of 1.5 s, written when their audio ended, less what `rounded` takes off. */
function misplacedAt(
  rounded: (time: number, index: number) => number,
): string[] {
  const reader = new HistoryReader();
  reader.take(sessionStart());
  const files: FolderFile[] = [];
  for (let index = 0; index < 10; index++) {
    const made = chunk(index + 1, index * 1_500, 1.5);
    reader.take(made);
    const written = rounded(made.end + 7, index);
    files.push({ name: made.file, size: made.size, written });
  }
  return [...findMisplaced(reader.history(), files, new Map()).keys()];
}

Deno.test("misplaced: allows for file times that are rounded down to a second or two", () => {
  for (const step of [1, 10, 1_000, 2_000]) {
    assertEquals(misplacedAt((time) => time - time % step), [], String(step));
  }
});

Deno.test("misplaced: reports a file that was written long before, whatever the resolution", () => {
  for (const step of [1, 1_000, 2_000]) {
    const found = misplacedAt((time, index) => {
      const moved = index === 8 ? time - 9_000 : time;
      return moved - moved % step;
    });
    assertEquals(found.includes("chunk_00009.flac"), true, String(step));
  }
});

Deno.test("misplaced: does not take one file with a whole second for coarse file times", () => {
  const found = misplacedAt((time, index) =>
    index === 8 ? Math.floor((time - 1_500) / 1_000) * 1_000 : time
  );
  assertEquals(found.includes("chunk_00009.flac"), true);
});

Deno.test("misplaced: a chunk that could be closed later is in its place", () => {
  const [first, second, third] = [
    chunk(1, 0, 1),
    chunk(2, 1_000, 1),
    chunk(3, 2_000, 1),
  ];
  const missing = {
    event: "gap",
    time: second.time,
    start: first.start,
    end: first.end,
    duration: 1,
    cause: "chunk_finalize_failed",
  } as const;
  const reader = new HistoryReader();
  for (const event of [sessionStart(), missing, second, third, first]) {
    reader.take(event);
  }
  const at = (position: number) => ({
    ...NOT_OPENED,
    duration: 1,
    position,
  });
  const decoded = new Map([[first.file, at(0)], [second.file, at(1)]]);
  decoded.set(third.file, at(2));
  assertEquals([...findMisplaced(reader.history(), [], decoded).keys()], []);
  // Swapped files are still found.
  decoded.set(second.file, at(2)).set(third.file, at(1));
  assertEquals(findMisplaced(reader.history(), [], decoded).size, 2);
});
