import { assert, assertEquals } from "@std/assert";
import {
  periodOf,
  PeriodTracker,
  TIME_WHEN,
  type TimeWhen,
  utcCalendar,
} from "../../src/log/rotation.ts";
import { forAll, Random } from "./random.ts";

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

Deno.test("periods lie where they are expected, at leap day and year's end too", () => {
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

Deno.test("periods are half-open, follow one another, and hold each time once", () => {
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

Deno.test("a log is rotated once for any number of periods, and a line on the boundary is of the new one", () => {
  for (const when of TIME_WHEN) {
    const start = Date.UTC(2025, 8, 22, 10);
    const tracker = new PeriodTracker(when, utcCalendar);
    assertEquals(tracker.turn(start), "stay", "the first line never rotates");
    const { end } = periodOf(start, when, utcCalendar);
    assertEquals(tracker.turn(end - 1), "stay");
    assertEquals(tracker.turn(end), "rotate");
    assertEquals(tracker.turn(end), "stay");
    assertEquals(tracker.turn(end + 700 * DAY), "rotate");
    assertEquals(tracker.turn(end + 700 * DAY), "stay");
  }
});

Deno.test("a clock that goes back rotates nothing, and by more than a period it is told", () => {
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
    tracker.turn(start);
    const turn = tracker.turn(start - back);
    assertEquals(turn, wanted, `${when} ${back}`);
    assertEquals(tracker.turn(start - back), "stay");
    const isNew = turn === "clock_back";
    assertEquals(
      tracker.turn(start),
      isNew ? "rotate" : "stay",
      `${when} ${back}: the boundary was ${isNew ? "" : "not "}taken anew`,
    );
  }
});

const ZONES: readonly (readonly [string, readonly string[]])[] = [
  ["Europe/Berlin", ["2025-03-30", "2025-10-26"]],
  ["America/New_York", ["2025-03-09", "2025-11-02"]],
  // Half an hour of daylight saving time.
  ["Australia/Lord_Howe", ["2025-04-06", "2025-10-05"]],
  // Midnight is skipped, and there are two of them.
  ["America/Havana", ["2025-03-09", "2025-11-02"]],
  // A whole day is skipped.
  ["Pacific/Apia", ["2011-12-30", "2012-02-29"]],
];

for (const [zone, changes] of ZONES) {
  Deno.test(`days and weeks follow the calendar of ${zone} through its changes`, async () => {
    const times = timesAround(changes);
    const { periods, rotations } = await localPeriods(zone, times);
    const calendar = new ZoneCalendar(zone);
    TIME_WHEN.forEach((when, index) => {
      const wanted = times.map((time) => calendar.period(time, when));
      assertEquals(periods[index], wanted, when);
      const boundaries = times.filter((_, n) =>
        n > 0 && wanted[n]?.[0] !== wanted[n - 1]?.[0]
      );
      assertEquals(rotations[index], boundaries, `rotations of ${when}`);
    });
  });
}

/** Every half hour of four days around each change, and some of all days of that time. */
function timesAround(days: readonly string[]): number[] {
  const random = new Random(1);
  const times = new Set<number>();
  for (const day of days) {
    const change = Date.parse(day);
    for (let t = change - 2 * DAY; t < change + 2 * DAY; t += HOUR / 2) {
      times.add(t).add(t - 1).add(t + random.int(0, HOUR / 2));
    }
    for (let n = 0; n < 50; n++) {
      times.add(change + random.int(-60 * DAY, 60 * DAY));
    }
  }
  return [...times].sort((a, b) => a - b);
}

/** What our code says in a process whose time zone is `zone`. */
async function localPeriods(
  zone: string,
  times: readonly number[],
): Promise<{ periods: number[][][]; rotations: number[][] }> {
  const fixture = new URL("../fixtures/local_periods.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", "--no-check", fixture.pathname],
    env: { TZ: zone },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(times)));
  await writer.close();
  const { stdout, success } = await child.output();
  assert(success);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The calendar of a zone, found by asking for the date of one moment after the other. */
class ZoneCalendar {
  readonly #format: Intl.DateTimeFormat;
  readonly #starts = new Map<string, number>();

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat("en-CA", { timeZone });
  }

  period(time: number, when: TimeWhen): [number, number] {
    const fixed = { S: SECOND, M: MINUTE, H: HOUR }[String(when)];
    if (fixed !== undefined) {
      const start = Math.floor(time / fixed) * fixed;
      return [start, start + fixed];
    }
    const date = this.#format.format(time);
    if (!when.startsWith("W")) {
      return [this.#start(date), this.#startAfter(date, 1)];
    }
    const weekday = (new Date(`${date}T12:00Z`).getUTCDay() + 6) % 7;
    const past = (weekday - Number(when.slice(1)) + 7) % 7;
    return [this.#startAfter(date, -past), this.#startAfter(date, 7 - past)];
  }

  #startAfter(date: string, days: number): number {
    const other = Date.parse(date) + days * DAY;
    return this.#start(new Date(other).toISOString().slice(0, 10));
  }

  /** First moment of a date, or of the one after it where the date is skipped. */
  #start(date: string): number {
    const known = this.#starts.get(date);
    if (known !== undefined) return known;
    let before = Date.parse(date) - 1.5 * DAY;
    let after = Date.parse(date) + 1.5 * DAY;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.#format.format(middle) < date) before = middle;
      else after = middle;
    }
    this.#starts.set(date, after);
    return after;
  }
}
