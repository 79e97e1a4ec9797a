import { assertEquals, assertThrows } from "@std/assert";
import { EchologError } from "../../../../src/errors.ts";
import { ReadLine } from "../../../../src/log/read/reader.ts";
import { LineFilter } from "../../../../src/review/logs/filter.ts";

const LINES = [
  "2025-09-22T10:00:00Z INFO echolog.session: session_start session_id=x",
  "2025-09-22T10:00:01Z DEBUG echolog.ffmpeg: ffmpeg_stderr run=1",
  "2025-09-22T10:00:02Z WARNING echolog.recorder: gap cause=stall",
  "garbage that goes with the gap",
  '{"time":"2025-09-22T10:00:03Z","level":"ERROR","logger":"echolog.recorder","event":"error","code":"x"}',
].map((text) => new ReadLine(0, text, false));

function accepted(
  values: Record<string, string>,
  range: { since?: string; until?: string } = {},
): number[] {
  const filter = LineFilter.of(new Map(Object.entries(values)), {
    since: range.since === undefined ? null : Date.parse(range.since),
    until: range.until === undefined ? null : Date.parse(range.until),
  });
  return LINES.flatMap((line, index) => filter.accepts(line) ? [index] : []);
}

Deno.test("LineFilter: accepts every line without options", () => {
  assertEquals(accepted({}), [0, 1, 2, 3, 4]);
});

Deno.test("LineFilter: filters by level and keeps an unparsable line with the one before", () => {
  assertEquals(accepted({ level: "info" }), [0, 2, 3, 4]);
  assertEquals(accepted({ level: "warning" }), [2, 3, 4]);
  assertEquals(accepted({ level: "error" }), [4]);
});

Deno.test("LineFilter: filters by event", () => {
  assertEquals(accepted({ event: "gap,session_start" }), [0, 2, 3]);
});

Deno.test("LineFilter: a text before the first line is of no level and no event", () => {
  const hello = new ReadLine(0, "Hello", false);
  const accepts = (...values: [string, string][]) =>
    LineFilter.of(new Map(values)).accepts(hello);
  assertEquals(accepts(["event", "gap"]), false);
  assertEquals(accepts(["level", "error"]), false);
  assertEquals(accepts(), true);
});

Deno.test("LineFilter: filters by time, by the whole seconds of the log", () => {
  const at = (second: number) => `2025-09-22T10:00:0${second}.500Z`;
  assertEquals(accepted({}, { since: at(2) }), [2, 3, 4]);
  assertEquals(accepted({}, { until: at(1) }), [0, 1]);
  assertEquals(accepted({}, { since: at(1), until: at(2) }), [1, 2, 3]);
  assertEquals(accepted({}, { since: "2025-09-23T00:00:00Z" }), []);
  assertEquals(accepted({ level: "error" }, { until: at(2) }), []);
});

Deno.test("LineFilter: rejects an invalid value and names it", () => {
  const wrong: [Record<string, string>, string][] = [
    [{ level: "loud" }, "Cannot use --level loud"],
    [{ event: "gab" }, "Unknown event gab"],
    [{ event: "" }, "Unknown event"],
  ];
  for (const [values, message] of wrong) {
    assertThrows(() => accepted(values), EchologError, message);
  }
});
