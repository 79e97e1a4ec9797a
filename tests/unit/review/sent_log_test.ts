import { assertEquals, assertRejects } from "@std/assert";
import { EchologError } from "../../../src/errors.ts";
import type { SessionEvent } from "../../../src/events.ts";
import { encodeEvent } from "../../../src/log/format/event_fields.ts";
import { textFormat } from "../../../src/log/format/line.ts";
import { ReadLine } from "../../../src/log/read/reader.ts";
import { readSentHistory } from "../../../src/review/sent_log.ts";
import { event, START } from "../../support/events.ts";

/** Three parts of one session, the oldest first, and the beginning of another. */
const PARTS = [
  [at(0, event("session_start", { session_id: "s" })), chunk(1)],
  [at(20, event("log_rotated", { session_id: "s", part: 2 })), chunk(2)],
  [at(40, event("log_rotated", { session_id: "s", part: 3 })), chunk(3)],
].map((events) => events.map(toLine));
const OTHER = [
  toLine(at(60, event("session_start", { session_id: "t" }))),
  toLine(chunk(4)),
];

function at(seconds: number, some: SessionEvent): SessionEvent {
  return { ...some, time: START + seconds * 1000 };
}

function chunk(seq: number): SessionEvent {
  const start = START + seq * 10_000;
  const times = { time: start + 10_000, start, end: start + 10_000 };
  return event("chunk_created", { seq, ...times });
}

function toLine(some: SessionEvent): ReadLine {
  const line = encodeEvent(some, {
    format: textFormat,
    utc: true,
    redact: (text) => text,
  });
  return new ReadLine(0, line.trimEnd(), false);
}

/** The numbers of the chunks as they were read. */
async function read(
  parts: readonly (readonly ReadLine[])[],
  maxWaiting?: number,
): Promise<readonly number[]> {
  const { chunks } = await readSentHistory(
    ReadableStream.from(parts),
    maxWaiting,
  );
  return chunks.map(({ seq }) => seq);
}

Deno.test("readSentHistory: reads parts in any order", async () => {
  const [first = [], second = [], third = []] = PARTS;
  for (const parts of [[first, second, third], [third, first, second]]) {
    assertEquals(await read(parts), [1, 2, 3]);
    // However the file is cut into blocks.
    assertEquals(await read([parts.flat()]), [1, 2, 3]);
  }
});

Deno.test("readSentHistory: of a log that is too long to wait, reads parts in order as they come", async () => {
  for (const most of [1, 200, 300, 500, 700, 900]) {
    assertEquals(await read(PARTS, most), [1, 2, 3], `${most}`);
    assertEquals(await read([PARTS.flat()], most), [1, 2, 3], `${most}`);
  }
  // The next session has its own order.
  assertEquals(await read([...PARTS, OTHER], 1), [4]);
});

Deno.test("readSentHistory: refuses a log that is too long to be sorted", async () => {
  const [first = [], second = [], third = []] = PARTS;
  for (
    const parts of [[third, second, first], [first, third, second]]
  ) {
    for (const most of [1, 500]) {
      await assertRejects(
        () => read(parts, most),
        EchologError,
        "not in order, and too long to be sorted",
      );
    }
  }
});

Deno.test("readSentHistory: keeps the last line of a log torn", async () => {
  const [first = []] = PARTS;
  const torn = new ReadLine(0, "2025-09-22T10:00:40Z INFO echolog.au", true);
  for (const most of [1, 10_000]) {
    const { faults } = await readSentHistory(
      ReadableStream.from([[...first, torn]]),
      most,
    );
    assertEquals(faults.unreadable, 0);
  }
});
