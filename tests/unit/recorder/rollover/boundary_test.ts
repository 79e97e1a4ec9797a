import { assertEquals } from "@std/assert";
import { nextMultiple } from "../../../../src/recorder/rollover/boundary.ts";
import { Zone } from "../../../../src/times/zone.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;

function zone(name: string): Zone {
  const found = Zone.named(name);
  if (found === null) throw new Error(`No zone ${name}`);
  return found;
}

/** Each boundary after a moment, up to another. */
function boundaries(
  from: string,
  to: string,
  length: number,
  name = "UTC",
): string[] {
  const found: string[] = [];
  const [end, place] = [Date.parse(to), zone(name)];
  for (let now = Date.parse(from);;) {
    now = nextMultiple(now, length, place);
    if (now > end) return found;
    found.push(new Date(now).toISOString().slice(0, 19));
  }
}

Deno.test("nextMultiple: returns full hours, and not the one that it is", () => {
  const at = (time: string) =>
    boundaries(time, "2026-01-01T03:00:00Z", HOUR)[0];
  assertEquals(at("2026-01-01T00:59:59.999Z"), "2026-01-01T01:00:00");
  assertEquals(at("2026-01-01T01:00:00Z"), "2026-01-01T02:00:00");
  assertEquals(at("2026-01-01T01:00:00.001Z"), "2026-01-01T02:00:00");
});

Deno.test("nextMultiple: begins again at midnight when a length does not divide a day", () => {
  assertEquals(
    boundaries("2026-01-01T14:00:00Z", "2026-01-02T07:00:00Z", 7 * HOUR),
    ["2026-01-01T21:00:00", "2026-01-02T00:00:00", "2026-01-02T07:00:00"],
  );
});

Deno.test("nextMultiple: returns local midnights of 23, 24 and 25 hours", () => {
  assertEquals(
    boundaries(
      ...["2026-03-28T12:00:00Z", "2026-03-31T00:00:00Z"] as const,
      ...[DAY, "Europe/Berlin"] as const,
    ),
    ["2026-03-28T23:00:00", "2026-03-29T22:00:00", "2026-03-30T22:00:00"],
  );
  assertEquals(
    boundaries(
      ...["2026-10-24T12:00:00Z", "2026-10-27T00:00:00Z"] as const,
      ...[DAY, "Europe/Berlin"] as const,
    ),
    ["2026-10-24T22:00:00", "2026-10-25T23:00:00", "2026-10-26T23:00:00"],
  );
});

Deno.test("nextMultiple: returns each hour of both changes of the clocks once", () => {
  const hours = (day: string, next: string) =>
    boundaries(day, next, HOUR, "Europe/Berlin").map((time) =>
      Number(time.slice(11, 13))
    );
  assertEquals(
    hours("2026-03-28T23:00:00Z", "2026-03-29T05:00:00Z"),
    [0, 1, 2, 3, 4, 5],
  );
  assertEquals(
    hours("2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z"),
    [23, 0, 1, 2, 3, 4],
  );
});

Deno.test("nextMultiple: is where the clock continues when it leaves midnight out", () => {
  // In Beirut, 00:00 was 01:00 on 31 March 2024.
  assertEquals(
    boundaries(
      ...["2024-03-30T12:00:00Z", "2024-04-01T00:00:00Z"] as const,
      ...[DAY, "Asia/Beirut"] as const,
    ),
    ["2024-03-30T22:00:00", "2024-03-31T21:00:00"],
  );
});

Deno.test("nextMultiple: counts whole days from 1970", () => {
  const weeks = boundaries(
    ...["2026-01-01T00:00:00Z", "2026-01-20T00:00:00Z"] as const,
    7 * DAY,
  );
  // 1 January 1970 was a Thursday.
  assertEquals(weeks, ["2026-01-08T00:00:00", "2026-01-15T00:00:00"]);
});

Deno.test("nextMultiple: keeps its distance over a year in zones of all kinds", () => {
  for (const name of ["UTC", "Asia/Kathmandu", "Australia/Lord_Howe"]) {
    for (const length of [60 * HOUR / 60, 2.5 * HOUR, 6 * HOUR, DAY]) {
      let now = Date.parse("2026-01-01T00:00:00Z");
      for (let count = 0; count < 800; count++) {
        const next = nextMultiple(now, length, zone(name));
        const far = (next - now) / 1000;
        const [least, most] = [length / 10, length + HOUR];
        if (count > 0 && (far <= 0 || far > most || far < least - 1)) {
          throw new Error(`${name}, ${length}: ${far} s after ${now}`);
        }
        now = next;
      }
    }
  }
});
