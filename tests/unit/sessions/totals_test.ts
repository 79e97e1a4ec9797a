import { assertEquals } from "@std/assert";
import type { ChunkCreated } from "../../../src/events.ts";
import { SessionTotals } from "../../../src/sessions/totals.ts";
import { event } from "../../support/events.ts";

function chunk(seq: number, start: number, duration: number): ChunkCreated {
  const end = start + duration * 1000;
  return event("chunk_created", { time: end, seq, start, end, duration });
}

Deno.test("SessionTotals: returns zeros for a session without audio", () => {
  assertEquals(new SessionTotals().summary(0), {
    chunks: 0,
    audio: 0,
    wall: 0,
    coverage: null,
    gaps: 0,
    gapTotal: 0,
    retries: 0,
  });
});

Deno.test("SessionTotals: returns coverage as the share of audio and gaps that is audio", () => {
  const totals = new SessionTotals();
  totals.record(chunk(1, 1_000, 5));
  totals.record(chunk(2, 6_000, 2.5));
  assertEquals(totals.summary(10).coverage, 100);
  totals.record(event("gap", { duration: 2.5 }));
  const { chunks, audio, wall, coverage } = totals.summary(10);
  assertEquals({ chunks, audio, wall, coverage }, {
    chunks: 2,
    audio: 7.5,
    wall: 10,
    coverage: 75,
  });
});

Deno.test("SessionTotals: takes audio that came twice once", () => {
  const totals = new SessionTotals();
  const details = { run: 1, overlap: "6.000s" };
  totals.record(chunk(1, 1_000, 10));
  totals.record(event("gap", { duration: 4 }));
  totals.record(event("warning", { code: "audio_repeated", details }));
  const { audio, coverage } = totals.summary(10);
  assertEquals([audio, totals.overlap, coverage], [10, 6, 50]);
});

Deno.test("SessionTotals: counts gaps and recoveries", () => {
  const totals = new SessionTotals();
  for (const seconds of [1, 2]) {
    totals.record(event("recovery"));
    totals.record(event("gap", { duration: seconds }));
  }
  const { gaps, gapTotal, retries } = totals.summary(10);
  assertEquals({ gaps, gapTotal, retries }, {
    gaps: 2,
    gapTotal: 3,
    retries: 2,
  });
});
