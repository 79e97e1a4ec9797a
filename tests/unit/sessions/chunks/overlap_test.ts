import { assertEquals } from "@std/assert";
import { Overlap, overlapIn } from "../../../../src/sessions/chunks/overlap.ts";
import { event } from "../../../support/events.ts";

const repeated = (run: number, seconds: number) =>
  event("warning", {
    code: "audio_repeated",
    details: { run, overlap: `${seconds.toFixed(3)}s` },
  });
const chunk = (run: number, duration: number) =>
  event("chunk_created", { run, duration });

Deno.test("overlapIn: reads the length that a warning reports", () => {
  const details = { overlap: "4.250s" };
  const warning = event("warning", { code: "audio_overlap", details });
  assertEquals(overlapIn(warning), 4.25);
  assertEquals(overlapIn(event("warning", { code: "stall", details })), 0);
});

Deno.test("Overlap: counts what came twice as its chunks are finished", () => {
  const overlap = new Overlap();
  overlap.record(chunk(1, 60));
  overlap.record(repeated(2, 30));
  assertEquals(overlap.length, 0);
  overlap.record(chunk(2, 20));
  assertEquals(overlap.length, 20);
  overlap.record(chunk(2, 20));
  assertEquals(overlap.length, 30);
  // A chunk may be finished before the repetition is known.
  overlap.record(chunk(3, 7));
  overlap.record(repeated(3, 5));
  assertEquals(overlap.length, 35);
});

Deno.test("Overlap: counts a warning without its run at once", () => {
  const overlap = new Overlap();
  const details = { overlap: "4.000s" };
  overlap.record(event("warning", { code: "audio_overlap", details }));
  assertEquals(overlap.length, 4);
});

Deno.test("Overlap: keeps what many runs repeated, also when chunks come late", () => {
  const overlap = new Overlap();
  for (let run = 1; run <= 1_000; run++) {
    overlap.record(repeated(run, 2));
    if (run !== 500) overlap.record(chunk(run, 3));
  }
  assertEquals(overlap.length, 1_998);
  overlap.record(chunk(500, 3));
  assertEquals(overlap.length, 2_000);
});
