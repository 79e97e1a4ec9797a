import { assert, assertEquals } from "@std/assert";
import { encodeEvent } from "../../../../src/log/format/event_fields.ts";
import { textFormat } from "../../../../src/log/format/line.ts";
import { ReadLine } from "../../../../src/log/read/reader.ts";
import type { SessionEvent } from "../../../../src/events.ts";
import { LogCollector } from "../../../../src/report/data/log_excerpt.ts";
import { event, START } from "../../../support/events.ts";

const line = (one: SessionEvent) =>
  new ReadLine(
    0,
    encodeEvent(one, { format: textFormat, utc: true, redact: String }),
    false,
  );

Deno.test("LogCollector: keeps every line of a short log, with time, level and event", () => {
  const collector = new LogCollector();
  for (
    const one of [
      event("session_start"),
      event("chunk_created"),
      event("gap", { time: START + 5_000 }),
      event("warning", { time: START + 6_000 }),
    ]
  ) collector.take(line(one));
  collector.take(new ReadLine(0, "no line of a log \u202e", false));
  const { lines, total, chunkLines } = collector.excerpt();
  assertEquals([total, chunkLines], [5, 0]);
  assertEquals(lines.map(({ number }) => number), [1, 2, 3, 4, 5]);
  assertEquals(lines.map(({ event }) => event), [
    ...["session_start", "chunk_created", "gap", "warning", null],
  ]);
  assertEquals(lines[2]?.gap, START + 1_000);
  assertEquals(lines[3]?.code, "disk_low");
  assertEquals(lines[4]?.text, "no line of a log \\u202e");
});

Deno.test("LogCollector: keeps what matters of a long log, and the ends of the rest", () => {
  const collector = new LogCollector();
  const chatter = event("ffmpeg_stderr", { line: "x".repeat(500) });
  collector.take(line(event("session_start")));
  for (let count = 0; count < 20_000; count++) {
    collector.take(line(chatter));
    if (count % 100 === 0) collector.take(line(event("warning")));
    collector.take(line(event("chunk_created")));
  }
  collector.take(line(event("session_stop")));
  const { lines, total } = collector.excerpt();
  assertEquals(total, 40_202);
  assertEquals(lines.filter(({ event }) => event === "warning").length, 200);
  assertEquals(lines[0]?.event, "session_start");
  assertEquals(lines.at(-1)?.event, "session_stop");
  const size = lines.reduce((sum, { text }) => sum + text.length, 0);
  assert(size < 420_000, String(size));
});

Deno.test("LogCollector: places lines by the clock of the start, whatever the clock was set to", () => {
  const collector = new LogCollector();
  collector.take(line(event("warning", {
    ...{ time: START + 3_605_000, code: "clock_step" },
    details: { by: "3600.000s" },
  })));
  collector.take(line(event("session_stop", { time: START + 3_610_000 })));
  const { lines } = collector.excerpt();
  assertEquals(lines[1]?.time, START + 10_000);
});
