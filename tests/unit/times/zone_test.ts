import { assertEquals } from "@std/assert";
import { offsetText, TimeFormat } from "../../../src/times/shown.ts";
import { Zone } from "../../../src/times/zone.ts";

const utc = (text: string) => Date.parse(`${text}Z`);

function format(name: string): TimeFormat {
  const zone = Zone.named(name);
  if (zone === null) throw new Error(`There is no zone ${name}`);
  return new TimeFormat(zone);
}

Deno.test("TimeFormat: shows each hour of both changes without doubt", () => {
  const shown = (name: string, times: readonly string[]) =>
    times.map((time) => format(name).time(utc(time)));
  assertEquals(
    shown("Europe/Berlin", [
      ...["2026-10-24T23:59:59", "2026-10-25T00:30:00", "2026-10-25T01:30:00"],
      ...["2026-10-25T02:00:00", "2026-03-29T00:59:59", "2026-03-29T01:00:00"],
    ]),
    [
      ...["01:59:59", "02:30:00+02:00", "02:30:00+01:00"],
      ...["03:00:00", "01:59:59", "03:00:00"],
    ],
  );
  assertEquals(
    shown("America/New_York", ["2026-11-01T05:30:00", "2026-11-01T06:30:00"]),
    ["01:30:00-04:00", "01:30:00-05:00"],
  );
  assertEquals(
    shown("America/St_Johns", ["2026-11-01T04:00:00", "2026-11-01T05:00:00"]),
    ["01:30:00-02:30", "01:30:00-03:30"],
  );
  assertEquals(
    shown("Australia/Lord_Howe", [
      "2026-04-04T14:45:00",
      "2026-04-04T15:15:00",
    ]),
    ["01:45:00+11:00", "01:45:00+10:30"],
  );
});

Deno.test("TimeFormat: shows dates, and leaves out one that is known", () => {
  const berlin = format("Europe/Berlin");
  assertEquals(berlin.zoneName, "Europe/Berlin");
  assertEquals(
    berlin.dateTime(utc("2026-11-28T23:30:00")),
    "2026-11-29 00:30:00",
  );
  const evening = utc("2026-11-28T22:00:00");
  assertEquals(berlin.after(evening, utc("2026-11-28T22:30:00")), "23:30:00");
  assertEquals(
    berlin.after(evening, utc("2026-11-28T23:30:00")),
    "2026-11-29 00:30:00",
  );
  assertEquals(
    TimeFormat.utc.dateTime(utc("1969-12-31T23:59:59")),
    "1969-12-31 23:59:59",
  );
});

Deno.test("Zone: a name of UTC is UTC, and a wrong one none", () => {
  for (const name of ["UTC", "Etc/UTC", "GMT", "Zulu"]) {
    assertEquals(Zone.named(name), Zone.utc, name);
  }
  for (const name of ["", "Mars/Base", "undefined", "../etc/passwd"]) {
    assertEquals(Zone.named(name), null, name);
  }
});

Deno.test("Zone: keeps milliseconds, also before 1970", () => {
  const { zone } = format("America/St_Johns");
  for (
    const time of [
      utc("2026-07-01T12:00:00.123"),
      utc("1969-07-01T12:00:00.987"),
    ]
  ) {
    assertEquals(zone.timesOf(zone.wallAt(time)), [time]);
  }
});

Deno.test("offsetText: names hours and minutes", () => {
  assertEquals(offsetText(0), "+00:00");
  assertEquals(offsetText(-12_600_000), "-03:30");
  assertEquals(offsetText(20_700_000), "+05:45");
});
