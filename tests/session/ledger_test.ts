import { assertEquals } from "@std/assert";
import type { ChunkCreated } from "../../src/events.ts";
import { Ledger } from "../../src/session/ledger.ts";

function chunk(seq: number, start: number, duration: number): ChunkCreated {
  return {
    event: "chunk_created",
    time: start + duration * 1000,
    file: `chunk_0000${seq}.flac`,
    seq,
    run: 1,
    start,
    end: start + duration * 1000,
    duration,
    size: 1,
    peak_dbfs: null,
  };
}

Deno.test("a session without audio has no coverage", () => {
  assertEquals(new Ledger().summary(0), {
    chunks: 0,
    audio: 0,
    wall: 0,
    coverage: 0,
    gaps: 0,
    gapTotal: 0,
    retries: 0,
  });
});

Deno.test("coverage is the audio's share of the wall time, in per cent", () => {
  const ledger = new Ledger();
  ledger.record(chunk(1, 1_000, 5));
  ledger.record(chunk(2, 6_000, 2.5));
  const { chunks, audio, wall, coverage } = ledger.summary(10);
  assertEquals({ chunks, audio, wall, coverage }, {
    chunks: 2,
    audio: 7.5,
    wall: 10,
    coverage: 75,
  });
});

Deno.test("gaps and recoveries are counted", () => {
  const ledger = new Ledger();
  for (const seconds of [1, 2]) {
    ledger.record({
      event: "recovery",
      time: 0,
      attempt: 1,
      delay: 0,
      cause: "ffmpeg_exited",
      exit_code: 0,
      signal: null,
    });
    ledger.record({
      event: "gap",
      time: 0,
      start: 0,
      end: seconds * 1000,
      duration: seconds,
      cause: "ffmpeg_exited",
    });
  }
  const { gaps, gapTotal, retries } = ledger.summary(10);
  assertEquals({ gaps, gapTotal, retries }, {
    gaps: 2,
    gapTotal: 3,
    retries: 2,
  });
});
