import { assert, assertEquals } from "@std/assert";
import {
  TIME_WHEN,
  type TimeWhen,
} from "../../../../src/log/format/period_names.ts";
import {
  periodOf,
  PeriodTracker,
  utcCalendar,
} from "../../../../src/log/rotate/period.ts";
import { forAll } from "../../../support/random.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function iso(time: number): string {
  return new Date(time).toISOString().replace(".000", "");
}

function bounds(time: string, when: TimeWhen): string {
  const { start, end } = periodOf(Date.parse(time), when, utcCalendar);
  return `${iso(start)} ${iso(end)}`;
}

Deno.test("periodOf: returns the expected period, including leap days and year ends", () => {
  const cases: readonly (readonly [TimeWhen, string, string, string])[] = [
    [
      "S",
      "2025-09-22T10:00:00.999Z",
      "2025-09-22T10:00:00Z",
      "2025-09-22T10:00:01Z",
    ],
    [
      "S",
      "2025-12-31T23:59:59.500Z",
      "2025-12-31T23:59:59Z",
      "2026-01-01T00:00:00Z",
    ],
    [
      "M",
      "2025-09-22T10:07:59.999Z",
      "2025-09-22T10:07:00Z",
      "2025-09-22T10:08:00Z",
    ],
    [
      "H",
      "2024-02-29T23:59:59Z",
      "2024-02-29T23:00:00Z",
      "2024-03-01T00:00:00Z",
    ],
    [
      "D",
      "2024-02-28T12:00:00Z",
      "2024-02-28T00:00:00Z",
      "2024-02-29T00:00:00Z",
    ],
    [
      "D",
      "2024-02-29T12:00:00Z",
      "2024-02-29T00:00:00Z",
      "2024-03-01T00:00:00Z",
    ],
    [
      "midnight",
      "2025-12-31T23:59:59.999Z",
      "2025-12-31T00:00:00Z",
      "2026-01-01T00:00:00Z",
    ],
    [
      "midnight",
      "2026-01-01T00:00:00Z",
      "2026-01-01T00:00:00Z",
      "2026-01-02T00:00:00Z",
    ],
    // 22 September 2025 is a Monday.
    [
      "W0",
      "2025-09-22T00:00:00Z",
      "2025-09-22T00:00:00Z",
      "2025-09-29T00:00:00Z",
    ],
    [
      "W0",
      "2025-09-21T23:59:59.999Z",
      "2025-09-15T00:00:00Z",
      "2025-09-22T00:00:00Z",
    ],
    [
      "W1",
      "2025-09-22T12:00:00Z",
      "2025-09-16T00:00:00Z",
      "2025-09-23T00:00:00Z",
    ],
    [
      "W2",
      "2025-09-22T12:00:00Z",
      "2025-09-17T00:00:00Z",
      "2025-09-24T00:00:00Z",
    ],
    [
      "W3",
      "2024-02-29T12:00:00Z",
      "2024-02-29T00:00:00Z",
      "2024-03-07T00:00:00Z",
    ],
    [
      "W4",
      "2025-12-31T12:00:00Z",
      "2025-12-26T00:00:00Z",
      "2026-01-02T00:00:00Z",
    ],
    [
      "W5",
      "2025-09-22T12:00:00Z",
      "2025-09-20T00:00:00Z",
      "2025-09-27T00:00:00Z",
    ],
    [
      "W6",
      "2025-09-22T12:00:00Z",
      "2025-09-21T00:00:00Z",
      "2025-09-28T00:00:00Z",
    ],
    [
      "W6",
      "1970-01-01T00:00:00Z",
      "1969-12-28T00:00:00Z",
      "1970-01-04T00:00:00Z",
    ],
  ];
  for (const [when, time, start, end] of cases) {
    assertEquals(bounds(time, when), `${start} ${end}`, `${when} ${time}`);
  }
});

Deno.test("periodOf: returns half-open, consecutive periods", () => {
  forAll((random) => {
    const when = random.pick(TIME_WHEN);
    const time = random.int(-DAY * 400, 4_102_444_800_000);
    const { start, end } = periodOf(time, when, utcCalendar);
    assert(start <= time && time < end);
    assertEquals(periodOf(start, when, utcCalendar), { start, end });
    assertEquals(periodOf(end - 1, when, utcCalendar), { start, end });
    assertEquals(periodOf(end, when, utcCalendar).start, end);
    assertEquals(periodOf(start - 1, when, utcCalendar).end, start);
  });
});

Deno.test("PeriodTracker: rotates once for any number of periods and at the boundary", () => {
  for (const when of TIME_WHEN) {
    const start = Date.UTC(2025, 8, 22, 10);
    const tracker = new PeriodTracker(when, utcCalendar);
    assertEquals(
      tracker.selectPeriod(start),
      "stay",
      "the first line never rotates",
    );
    const { end } = periodOf(start, when, utcCalendar);
    assertEquals(tracker.selectPeriod(end - 1), "stay");
    assertEquals(tracker.selectPeriod(end), "rotate");
    assertEquals(tracker.selectPeriod(end), "stay");
    assertEquals(tracker.selectPeriod(end + 700 * DAY), "rotate");
    assertEquals(tracker.selectPeriod(end + 700 * DAY), "stay");
  }
});

Deno.test("PeriodTracker: does not rotate when the clock goes back but reports more than a period", () => {
  const start = Date.UTC(2025, 8, 22, 10, 30, 30);
  const cases: readonly (readonly [TimeWhen, number, string])[] = [
    ["S", SECOND, "stay"],
    ["S", 2 * SECOND, "clock_back"],
    ["S", HOUR, "clock_back"],
    ["M", SECOND, "stay"],
    ["M", HOUR, "clock_back"],
    ["H", SECOND, "stay"],
    ["H", HOUR, "stay"],
    ["H", DAY, "clock_back"],
    ["D", HOUR, "stay"],
    ["D", DAY, "stay"],
    ["D", 2 * DAY, "clock_back"],
    ["midnight", DAY, "stay"],
    ["W0", DAY, "stay"],
    ["W0", 8 * DAY, "clock_back"],
  ];
  for (const [when, back, wanted] of cases) {
    const tracker = new PeriodTracker(when, utcCalendar);
    tracker.selectPeriod(start);
    const selectPeriod = tracker.selectPeriod(start - back);
    assertEquals(selectPeriod, wanted, `${when} ${back}`);
    assertEquals(tracker.selectPeriod(start - back), "stay");
    const isNew = selectPeriod === "clock_back";
    assertEquals(
      tracker.selectPeriod(start),
      isNew ? "rotate" : "stay",
      `${when} ${back}: the boundary was ${isNew ? "" : "not "}reset`,
    );
  }
});
