import { assertEquals, assertThrows } from "@std/assert";
import { EchologError } from "../../../src/errors.ts";
import { Zone } from "../../../src/times/zone.ts";
import { momentOf, nextTime } from "../../../src/times/typed.ts";

/** A local time as `Date` reads it. */
const local = (text: string) => new Date(text).getTime();
const LOCAL = Zone.local();
const NOW = local("2026-11-28T14:30:00");

Deno.test("nextTime: a time of day is the next one, in local time", () => {
  assertEquals(nextTime("15:00", NOW, LOCAL), local("2026-11-28T15:00:00"));
  assertEquals(nextTime("06:00", NOW, LOCAL), local("2026-11-29T06:00:00"));
  assertEquals(nextTime("14:30", NOW, LOCAL), local("2026-11-29T14:30:00"));
  assertEquals(nextTime("14:30:01", NOW, LOCAL), local("2026-11-28T14:30:01"));
  assertEquals(nextTime("6:05", NOW, LOCAL), local("2026-11-29T06:05:00"));
});

Deno.test("nextTime: a day can be named", () => {
  assertEquals(
    nextTime("today 06:00", NOW, LOCAL),
    local("2026-11-28T06:00:00"),
  );
  assertEquals(
    nextTime("tomorrow 15:00", NOW, LOCAL),
    local("2026-11-29T15:00:00"),
  );
  assertEquals(
    nextTime("2026-12-24 18:00", NOW, LOCAL),
    local("2026-12-24T18:00:00"),
  );
});

Deno.test("nextTime: Z and an offset name the zone", () => {
  const moment = Date.UTC(2026, 11, 24, 17, 0, 30);
  assertEquals(nextTime("2026-12-24T17:00:30Z", NOW, LOCAL), moment);
  assertEquals(nextTime("2026-12-24T18:00:30+01:00", NOW, LOCAL), moment);
  assertEquals(nextTime("2026-12-24 18:00:30+0100", NOW, LOCAL), moment);
});

Deno.test("nextTime: returns null for what is no time", () => {
  const texts = ["", "6", "24:00", "12:60", "2026-02-30T06:00", "noon", "8h"];
  for (const text of texts) {
    assertEquals(nextTime(text, NOW, LOCAL), null, text);
  }
});

/** A moment in UTC. */
const utc = (text: string) => Date.parse(`${text}Z`);
const BERLIN = zone("Europe/Berlin");

function zone(name: string): Zone {
  const found = Zone.named(name);
  if (found === null) throw new Error(`There is no zone ${name}`);
  return found;
}

function typed(
  text: string,
  context: Partial<Parameters<typeof momentOf>[1]> = {},
): string {
  const moment = momentOf(text, {
    option: "--from",
    now: utc("2026-11-28T13:30:00"),
    zone: BERLIN,
    bound: "from",
    ...context,
  });
  return new Date(moment).toISOString();
}

Deno.test("momentOf: local times, dates, offsets, and times counted back", () => {
  const cases = [
    ["14:05:30", "2026-11-28T13:05:30.000Z"],
    ["9:05", "2026-11-28T08:05:00.000Z"],
    ["today 14:05", "2026-11-28T13:05:00.000Z"],
    ["yesterday 14:05", "2026-11-27T13:05:00.000Z"],
    ["2026-11-27", "2026-11-26T23:00:00.000Z"],
    ["2026-07-01T14:05:30", "2026-07-01T12:05:30.000Z"],
    ["2026-07-01 14:05:30.250", "2026-07-01T12:05:30.250Z"],
    ["2026-07-01T14:05:30Z", "2026-07-01T14:05:30.000Z"],
    ["2026-07-01T14:05:30-03:30", "2026-07-01T17:35:30.000Z"],
    ["90m", "2026-11-28T12:00:00.000Z"],
    ["12h ago", "2026-11-28T01:30:00.000Z"],
    ["now", "2026-11-28T13:30:00.000Z"],
  ] as const;
  for (const [text, moment] of cases) assertEquals(typed(text), moment, text);
});

Deno.test("momentOf: a time of day lies in the session", () => {
  // A night, from 22:00 to 06:00 in Berlin.
  const night = {
    start: utc("2026-11-20T21:00:00"),
    end: utc("2026-11-21T05:00:00"),
  };
  const cases = [
    ["02:00", "2026-11-21T01:00:00.000Z"],
    ["23:00", "2026-11-20T22:00:00.000Z"],
    // Neither is inside: the nearer one.
    ["21:50", "2026-11-20T20:50:00.000Z"],
    ["06:10", "2026-11-21T05:10:00.000Z"],
  ] as const;
  for (const [text, moment] of cases) {
    assertEquals(typed(text, { within: night }), moment, text);
  }
  const days = { start: night.start, end: utc("2026-11-28T13:00:00") };
  assertEquals(typed("14:05", { within: days }), "2026-11-27T13:05:00.000Z");
});

Deno.test("momentOf: the end of a range follows its beginning", () => {
  const after = utc("2026-11-20T22:30:00");
  const to = { bound: "to", after } as const;
  assertEquals(typed("23:45", to), "2026-11-20T22:45:00.000Z");
  assertEquals(typed("01:00", to), "2026-11-21T00:00:00.000Z");
  assertEquals(typed("23:30", to), "2026-11-21T22:30:00.000Z");
});

Deno.test("momentOf: an end over midnight is meant near the recording, else it is a slip", () => {
  const after = utc("2026-11-20T22:00:00");
  const ended = utc("2026-11-21T04:30:00");
  const to = { bound: "to", after, latest: ended } as const;
  // Half an hour after the recording ended, at 05:30 in Berlin.
  assertEquals(typed("06:00", to), "2026-11-21T05:00:00.000Z");
  // Half a minute before the beginning: not the next day.
  assertEquals(typed("22:59:30", to), "2026-11-20T21:59:30.000Z");
});

Deno.test("momentOf: an hour that comes twice means the wider range", () => {
  const cases = [
    ["Europe/Berlin", "2026-10-25T02:30", "00:30:00", "01:30:00"],
    ["America/New_York", "2026-11-01T01:30", "05:30:00", "06:30:00"],
    ["America/St_Johns", "2026-11-01T01:30", "04:00:00", "05:00:00"],
    // Clocks go back by half an hour there.
    ["Australia/Lord_Howe", "2026-04-05T01:45", "14:45:00", "15:15:00"],
  ] as const;
  for (const [name, text, first, second] of cases) {
    const at = (bound: "from" | "to") =>
      typed(text, { zone: zone(name), bound }).slice(11, 19);
    assertEquals([at("from"), at("to")], [first, second], name);
    const clock = text.slice(11);
    const day = {
      start: momentOf(text.slice(0, 10), {
        option: "--from",
        now: 0,
        zone: zone(name),
        bound: "from",
      }),
    };
    const within = { ...day, end: day.start + 86_400_000 };
    const bare = (bound: "from" | "to") =>
      typed(clock, { zone: zone(name), bound, within }).slice(11, 19);
    assertEquals([bare("from"), bare("to")], [first, second], name);
  }
  assertEquals(
    typed("2026-10-25T02:30", { zone: Zone.utc }).slice(11, 16),
    "02:30",
  );
});

Deno.test("momentOf: a time that the clocks leave out is refused by name", () => {
  const cases = [
    ["Europe/Berlin", "2026-03-29T02:30"],
    ["America/New_York", "2026-03-08 02:30"],
    ["America/St_Johns", "2026-03-08T02:30"],
    ["Australia/Lord_Howe", "2026-10-04T02:15"],
  ] as const;
  for (const [name, text] of cases) {
    assertThrows(
      () => typed(text, { zone: zone(name) }),
      EchologError,
      `Cannot use --from ${text}`,
    );
  }
});

Deno.test("momentOf: refuses what is no time", () => {
  const texts = [
    "",
    "noon",
    "25:00",
    "12:60",
    "2026-02-30",
    "1:2",
    "-5m",
    "14:05 ago",
    "2026-01-01T00:00+25:00",
  ];
  for (const text of texts) {
    assertThrows(() => typed(text), EchologError, "Cannot use --from", text);
  }
});

Deno.test("nextTime: over both changes of the clocks", () => {
  const at = (text: string, now: string) => {
    const time = nextTime(text, utc(now), BERLIN);
    return time === null ? null : new Date(time).toISOString();
  };
  // Clocks go from 02:00 to 03:00: 02:30 is half an hour after the change.
  assertEquals(at("02:30", "2026-03-29T00:00:00"), "2026-03-29T01:30:00.000Z");
  assertEquals(at("06:00", "2026-03-28T22:00:00"), "2026-03-29T04:00:00.000Z");
  // The first 02:30, then the second.
  assertEquals(at("02:30", "2026-10-25T00:00:00"), "2026-10-25T00:30:00.000Z");
  assertEquals(at("02:30", "2026-10-25T00:45:00"), "2026-10-25T01:30:00.000Z");
});
