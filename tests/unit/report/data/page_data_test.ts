import { assertEquals } from "@std/assert";
import type { SessionEvent } from "../../../../src/events.ts";
import { NO_AUDIO_MEASURED } from "../../../../src/report/data/page.ts";
import { pageData } from "../../../../src/report/data/page_data.ts";
import { explain } from "../../../../src/review/explain/explain.ts";
import { HistoryReader } from "../../../../src/review/history_reader.ts";
import { event, START } from "../../../support/events.ts";

/** The page of a log alone. */
function pageOf(events: readonly SessionEvent[]) {
  const reader = new HistoryReader();
  for (const one of events) reader.take(one);
  const history = reader.history();
  return pageData({
    before: null,
    history,
    explanation: explain(history, {
      ...{ folderName: "night", isActive: false, now: START },
    }),
    ...{ audio: null, measured: NO_AUDIO_MEASURED },
    excerpt: { lines: [], total: 0, chunkLines: 0 },
  });
}

const chunk = (seq: number, from: number, to: number) =>
  event("chunk_created", {
    ...{ seq, file: `chunk_0000${seq}.flac`, time: START + to * 1000 },
    ...{ start: START + from * 1000, end: START + to * 1000 },
    duration: to - from,
  });
const gap = (from: number, to: number) =>
  event("gap", {
    ...{ time: START + to * 1000, start: START + from * 1000 },
    ...{ end: START + to * 1000, duration: to - from },
  });

Deno.test("pageData: has the chunks and gaps of a log alone at their times", () => {
  const { chunks, gaps, parts } = pageOf([
    ...[event("session_start"), chunk(1, 0, 10), gap(10, 12)],
    ...[chunk(2, 12, 20), event("session_stop", { time: START + 20_000 })],
  ]);
  assertEquals(
    chunks.map(({ seq, state, span }) => [seq, state, span.start - START]),
    [[1, "unknown", 0], [2, "unknown", 12_000]],
  );
  assertEquals(gaps.map(({ span }) => span.end - span.start), [2_000]);
  assertEquals(parts.map(({ chunk, at }) => [chunk, at]), [[0, 0], [1, 0]]);
});

Deno.test("pageData: places all by the clock of the start when the clock was set", () => {
  const { chunks, gaps } = pageOf([
    ...[event("session_start"), chunk(1, 0, 10)],
    event("warning", {
      ...{ time: START + 3_610_000, code: "clock_step" },
      details: { by: "3600.000s" },
    }),
    ...[gap(3_610, 3_612), chunk(2, 3_612, 3_620)],
    event("session_stop", { time: START + 3_620_000, wall: 20 }),
  ]);
  assertEquals(
    chunks.map(({ span }) => span.start - START),
    [0, 12_000],
  );
  assertEquals(chunks[1]?.logged, START + 3_612_000);
  assertEquals(gaps.map(({ span }) => span.start - START), [10_000]);
});

Deno.test("pageData: shows the longest thousand of many gaps, in order", () => {
  const events: SessionEvent[] = [event("session_start")];
  for (let count = 0; count < 1_200; count++) {
    events.push(gap(count * 10, count * 10 + (count < 200 ? 1 : 2)));
  }
  const { gaps } = pageOf(events);
  assertEquals(gaps.length, 1_000);
  assertEquals(gaps[0]?.span.start, START + 2_000_000);
  assertEquals(gaps.at(-1)?.span.start, START + 11_990_000);
});
