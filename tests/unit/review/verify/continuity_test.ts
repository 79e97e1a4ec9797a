import { assertEquals } from "@std/assert";
import { HistoryReader } from "../../../../src/review/history_reader.ts";
import { joinFaults } from "../../../../src/review/verify/continuity.ts";
import { chunk, sessionStart } from "../../../support/account.ts";

/** What is said of two chunks of 5 s, when the second begins so many milliseconds after the first. */
function faultsOf(device: string, second: number, run: number): string[] {
  const reader = new HistoryReader();
  reader.take(sessionStart({ device }));
  reader.take(chunk(1, 0, 5));
  reader.take({ ...chunk(2, second, 5), run });
  return joinFaults(reader.history());
}

const OVERLAP = ["chunk_00002.flac begins 3 s before chunk_00001.flac ends"];

Deno.test("joinFaults: reports overlapping chunks of a device", () => {
  assertEquals(faultsOf("pulse:default", 2_000, 2), OVERLAP);
  assertEquals(faultsOf("test", 2_000, 2), OVERLAP);
});

Deno.test("joinFaults: accepts overlapping chunks of a stream", () => {
  assertEquals(faultsOf("https://host/radio", 2_000, 2), []);
});

Deno.test("joinFaults: accepts an overlap between two runs of a device whose name is hidden", () => {
  assertEquals(faultsOf("device-0123abcd", 2_000, 2), []);
  assertEquals(faultsOf("device-0123abcd", 2_000, 1), OVERLAP);
});

Deno.test("joinFaults: reports an overlap of hours even for a stream", () => {
  assertEquals(faultsOf("https://host/radio", -3_600_000, 2), [
    "chunk_00002.flac begins 1 h before chunk_00001.flac ends",
  ]);
});

Deno.test("joinFaults: reports an unnamed gap even for a stream", () => {
  assertEquals(faultsOf("https://host/radio", 8_000, 2), [
    "3 s between chunk_00001.flac and chunk_00002.flac are neither audio nor a logged gap",
  ]);
});
