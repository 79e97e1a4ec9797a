import { assertEquals } from "@std/assert";
import type { SessionEvent } from "../../../src/events.ts";
import { HistoryReader } from "../../../src/review/history_reader.ts";
import { measure, type Measured } from "../../../src/review/measures.ts";
import { event } from "../../support/events.ts";

function session(
  events: readonly SessionEvent[],
  change: Partial<Measured> = {},
): Measured {
  const reader = new HistoryReader();
  for (const one of events) reader.take(one);
  return {
    history: reader.history(),
    ...{ isActive: false, logBytes: 1_000, audio: 1_800, bytes: 5_000 },
    ...change,
  };
}

const START = event("session_start");
const STOP = event("session_stop");
const gap = (cause: "device_gone" | "ffmpeg_exited" | "slow_start") =>
  event("gap", {
    ...{ time: START.time + 61_000, cause, duration: 60 },
    ...{ start: START.time + 1_000, end: START.time + 61_000 },
  });

Deno.test("measure: adds up audio, sizes and coverage", () => {
  const { sessions, audio, bytes, logBytesPerHour, coverage } = measure([
    session([START, STOP]),
    session([START, gap("device_gone"), STOP], { audio: 1_740 }),
  ]);
  assertEquals([sessions, audio, bytes], [2, 3_540, 10_000]);
  assertEquals(Math.round(logBytesPerHour ?? 0), 2_034);
  assertEquals(coverage?.toFixed(2), "98.33");
});

Deno.test("measure: has no rate and no coverage without audio", () => {
  const { logBytesPerHour, coverage, complete } = measure([]);
  assertEquals([logBytesPerHour, coverage, complete], [null, null, 0]);
});

Deno.test("measure: counts a log as complete with all metadata, all lines and an end", () => {
  const isComplete = (one: Measured) => measure([one]).complete === 1;
  assertEquals(isComplete(session([START, STOP])), true);
  assertEquals(isComplete(session([START], { isActive: true })), true);
  assertEquals(isComplete(session([START])), false);
  assertEquals(isComplete(session([STOP])), false);
  assertEquals(isComplete(session([{ ...START, device: "" }, STOP])), false);
  assertEquals(
    isComplete(session([START, { ...STOP, log_lines_dropped: 1 }])),
    false,
  );
  assertEquals(isComplete(session([START, STOP], { history: null })), false);
});

Deno.test("measure: sums gaps by cause, and knows which failures are explained", () => {
  const { causes, failures, explained } = measure([
    session([START, gap("device_gone"), STOP]),
    session([START, gap("ffmpeg_exited"), STOP]),
    session([START, gap("slow_start"), STOP]),
    session([START, gap("device_gone"), STOP]),
  ]);
  assertEquals(causes, [
    { cause: "device_gone", gaps: 2, length: 120 },
    { cause: "ffmpeg_exited", gaps: 1, length: 60 },
    { cause: "slow_start", gaps: 1, length: 60 },
  ]);
  assertEquals([failures, explained], [3, 2]);
});
