import { assert, assertEquals } from "@std/assert";
import {
  TIME_WHEN,
  type TimeWhen,
} from "../../../../src/log/format/period_names.ts";
import { Random } from "../../../support/random.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

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
  Deno.test(`localCalendar: follows days and weeks in ${zone} through its clock changes`, async () => {
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

for (
  const [zone, change] of [
    ["America/St_Johns", "2010-11-07T02:31:00Z"],
    ["America/Goose_Bay", "2010-11-07T03:01:00Z"],
  ] as const
) {
  Deno.test(`localCalendar: begins one file a day in ${zone}, whose clocks went back over midnight at 00:01`, async () => {
    const moment = Date.parse(change);
    const times: number[] = [];
    for (let t = moment - 2 * DAY; t < moment + 2 * DAY; t += 30 * SECOND) {
      times.push(t);
    }
    const { periods, rotations } = await localPeriods(zone, times);
    for (const when of ["D", "midnight", "W6"] as const) {
      const index = TIME_WHEN.indexOf(when);
      periods[index]?.forEach(([start = 0, end = 0], n) => {
        const time = times[n] ?? 0;
        assert(start <= time && time < end, `${when} at ${time}`);
      });
      // The day began a minute before its clocks went back.
      const found = rotations[index] ?? [];
      assertEquals(found.length, when === "W6" ? 1 : 3, when);
      assert(found.includes(moment - MINUTE), when);
    }
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
  const fixture = new URL(
    "../../../fixtures/local_periods.ts",
    import.meta.url,
  );
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
