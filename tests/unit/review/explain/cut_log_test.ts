import { assertEquals, assertMatch } from "@std/assert";
import type { SessionEvent } from "../../../../src/events.ts";
import { ReadLine } from "../../../../src/log/read/reader.ts";
import { explain } from "../../../../src/review/explain/explain.ts";
import { HistoryReader } from "../../../../src/review/history_reader.ts";
import { event } from "../../../support/events.ts";
import {
  accountOf,
  chunk,
  command,
  explainEvents,
  recovery,
  secondPart,
  sessionStart,
  sessionStop,
  silence,
  START,
  started,
} from "../../../support/account.ts";

/** Two minutes of a session, from its first hour's end on. */
const REST = [
  secondPart(3_600),
  chunk(12, 3_600_000, 60),
  chunk(13, 3_660_000, 60),
];

Deno.test("explain: limits the account of a live session to what its log covers", () => {
  const account = accountOf(explainEvents(REST, true, 3_780));
  assertMatch(
    account,
    /3 min of audio in the 3 min that its log covers \(100 %/,
  );
  assertMatch(account, /before 2025-09-22 11:00:00 nothing is known/);
  assertMatch(account, /In the rest, no audio is missing so far\./);
});

Deno.test("explain: limits the account of a log without an end to what it covers", () => {
  const account = accountOf(explainEvents(REST));
  assertMatch(
    account,
    /2 min of audio in the 2 min that its log covers \(100 %/,
  );
  assertMatch(account, /In the rest, no audio is missing up to 11:02:00\./);
  assertMatch(account, /Nothing is known after 2025-09-22 11:02:00\./);
});

Deno.test("explain: limits the account of a repaired session to what its log covers", () => {
  const crashed = sessionStop(3_720, {
    ...{ reason: "crashed", audio: 120, chunks: 14 },
  });
  const account = accountOf(explainEvents([...REST, crashed]));
  assertEquals(/14 chunks/.test(account), false);
  assertMatch(
    account,
    /2 min of audio in the 2 min that its log covers \(100 %/,
  );
  assertMatch(
    account,
    /In the rest, no audio is missing up to its end; nothing/,
  );
});

Deno.test("explain: makes no claim about the time before a log without a beginning", () => {
  const account = accountOf(explainEvents(REST.slice(1), true, 3_780));
  assertMatch(account, /3 min of audio in the 3 min that its log covers/);
  assertEquals(/the first audio was received/.test(account), false);
});

Deno.test("explain: takes the end of a log without a beginning from its last line", () => {
  const { start, end } = explainEvents([...REST.slice(1), sessionStop(3_720)]);
  assertEquals([start, end], [START, START + 3_720_000]);
});

Deno.test("explain: reports the recorder's own totals for the whole session", () => {
  const account = accountOf(explainEvents([...REST, sessionStop(3_720)]));
  assertMatch(account, /1 h 2 min of audio in 1 h 2 min \(100 %/);
  assertMatch(account, / No audio is missing\./);
});

Deno.test("explain: announces no list for counted gaps that have no line", () => {
  const sentence = (gaps: number, events: readonly SessionEvent[] = []) =>
    /Audio is missing [^.:]*(?:\.\d s[^.:]*)?[.:]/.exec(
      accountOf(explainEvents([
        ...REST,
        ...events,
        sessionStop(3_720, { gaps, gap_total: 1.2 }),
      ])),
    )?.[0];
  assertEquals(
    sentence(1),
    "Audio is missing in 1 place, 1.2 s in all; the log has no line for it.",
  );
  assertEquals(
    sentence(3),
    "Audio is missing in 3 places, 1.2 s in all; the log has no line for them.",
  );
  assertEquals(
    sentence(3, [silence(3_720, 3_721)]),
    "Audio is missing in 3 places, 1.2 s in all; the log has no line for 2 of them:",
  );
  assertEquals(
    sentence(1, [silence(3_720, 3_721)]),
    "Audio is missing in 1 place, 1.2 s in all:",
  );
});

Deno.test("explain: treats a gap as over in a log without a beginning and without chunks", () => {
  const events = [secondPart(3_600), recovery(3_610), silence(3_610, 3_620)];
  const live = explainEvents(events, true, 3_700);
  assertEquals([live.gaps[0]?.isOver, live.audio, live.wall], [true, 80, 90]);
  const ended = explainEvents([...events, sessionStop(7_200, { gaps: 1 })]);
  assertEquals(ended.gaps[0]?.isOver, true);
});

Deno.test("explain: does not report a dead session without audio lines as empty", () => {
  const account = accountOf(explainEvents([secondPart(3_600)]));
  assertMatch(account, /was recorded, but its log has no audio/);
});

Deno.test("explain: reports gaps as unknown for a log at level error", () => {
  const account = accountOf(
    explainEvents([sessionStart({ log_level: "error" })], true),
  );
  assertMatch(account, /it names neither chunks nor gaps\./);
  assertMatch(account, /Nothing is known about gaps\./);
});

Deno.test("explain: counts an outage that is not over when a log alone ends", () => {
  const events = [
    sessionStart(),
    started(0),
    chunk(1, 0, 48),
    recovery(48),
    command(49),
    // The log ends before its restart.
    recovery(62, { attempt: 2, delay: 2 }),
  ];
  for (const isDead of [false, true]) {
    const account = accountOf(explainEvents(events, false, 500, isDead));
    assertMatch(
      account,
      /Audio is missing in 1 place, 14 s in all up to the end of the log:/,
    );
    assertMatch(account, /14 s, not over when the log ends; 1 restart of/);
    assertEquals(/its recorder died/i.test(account), isDead);
  }
});

Deno.test("explain: claims neither restarts nor a reason for a gap whose first lines are missing", () => {
  const [gap] = explainEvents([
    recovery(52, { attempt: 2 }),
    silence(48, 60),
    chunk(2, 60_000, 10),
  ]).gaps;
  assertEquals([gap?.retries, gap?.ffmpeg], [0, null]);
});

Deno.test("explain: names the parts that are missing", () => {
  const part = (number: number, at: number) =>
    event("log_rotated", { time: START + at * 1000, part: number });
  const account = (parts: readonly number[]) =>
    accountOf(explainEvents(parts.map((number) => part(number, number))));
  assertMatch(account([2]), /The log's first part is missing: before/);
  assertMatch(account([4]), /The log's first 3 parts are missing: before/);
  assertMatch(account([2, 4]), /Part 3 of the log is missing/);
  assertMatch(account([2, 5]), /Parts 3 to 4 of the log are missing/);
  assertMatch(
    accountOf(explainEvents(REST.slice(1))),
    /does not have the beginning of the session: before/,
  );
});

Deno.test("explain: says nothing about two sessions whose lines are mixed", () => {
  const other = sessionStart({ session_id: "b" });
  const account = accountOf(explainEvents([
    sessionStart({ session_id: "a" }),
    chunk(1, 0, 5),
    other,
    chunk(2, 5_000, 5),
    chunk(1, 8_000, 5),
    sessionStop(13),
  ]));
  assertMatch(account, /^The log has lines of a and b, mixed, so nothing is/);
  assertEquals(/audio in|recorded/.test(account), false, account);
});

Deno.test("explain: explains the last of two sessions in one log", () => {
  const account = accountOf(explainEvents([
    sessionStart({ session_id: "a" }),
    chunk(1, 0, 5),
    sessionStart({ session_id: "b" }),
    chunk(1, 0, 7),
    sessionStop(7),
  ]));
  assertMatch(account, /^b was recorded: 7 s of audio in 7 s/);
  assertMatch(account, /The log also has lines of a: this is about b/);
});

Deno.test("explain: does not believe impossible values", () => {
  const absurd = accountOf(explainEvents([
    sessionStart(),
    chunk(1, 0, 5),
    chunk(2, 5_000, 1e12),
    sessionStop(10, { audio: 1e12 }),
  ]));
  assertMatch(absurd, /^night was recorded; its log does not show how much/);
  assertMatch(absurd, /\(chunk_created\) has impossible values/);
  assertMatch(
    absurd,
    /totals in its last line cannot be right: 1 chunk, 1e12|10{12}/,
  );
  assertMatch(absurd, /The lines that can be read report no gap\./);
});

Deno.test("explain: shows the day of a gap that is not on the day of the session", () => {
  const account = accountOf(explainEvents([
    sessionStart(),
    chunk(1, 0, 48),
    silence(48, 3 * 86_400),
    sessionStop(3 * 86_400, { gaps: 1, gap_total: 3 * 86_400 - 48 }),
  ]));
  assertMatch(account, /2025-09-22 10:00:48 – 2025-09-25 10:00:00, 3 d/);
});

Deno.test("explain: does not advise level debug for a part of a log that was at debug", () => {
  const reader = new HistoryReader();
  const line = (text: string) => reader.takeLine(new ReadLine(0, text, false));
  line(
    'x DEBUG echolog.ffmpeg: ffmpeg_stderr run=1 line="no line of a log"',
  );
  line(
    "2025-09-22T10:00:09Z DEBUG echolog.ffmpeg: ffmpeg_stderr run=1 severity=verbose context=null line=x",
  );
  reader.take(silence(20, 24, { cause: "ffmpeg_exited" }));
  const [gap] = explain(reader.history(), {
    folderName: "night",
    isActive: false,
    now: START,
  }).gaps;
  assertMatch(gap?.advice ?? "", /^read everything that it printed: echolog/);
});
