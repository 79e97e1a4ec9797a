import { assertEquals } from "@std/assert";
import { nextTime } from "../../../src/config/typed_time.ts";

/** A local time as `Date` reads it. */
const local = (text: string) => new Date(text).getTime();
const NOW = local("2026-11-28T14:30:00");

Deno.test("nextTime: a time of day is the next one, in local time", () => {
  assertEquals(nextTime("15:00", NOW), local("2026-11-28T15:00:00"));
  assertEquals(nextTime("06:00", NOW), local("2026-11-29T06:00:00"));
  assertEquals(nextTime("14:30", NOW), local("2026-11-29T14:30:00"));
  assertEquals(nextTime("14:30:01", NOW), local("2026-11-28T14:30:01"));
  assertEquals(nextTime("6:05", NOW), local("2026-11-29T06:05:00"));
});

Deno.test("nextTime: a day can be named", () => {
  assertEquals(nextTime("today 06:00", NOW), local("2026-11-28T06:00:00"));
  assertEquals(nextTime("tomorrow 15:00", NOW), local("2026-11-29T15:00:00"));
  assertEquals(
    nextTime("2026-12-24 18:00", NOW),
    local("2026-12-24T18:00:00"),
  );
});

Deno.test("nextTime: Z and an offset name the zone", () => {
  const moment = Date.UTC(2026, 11, 24, 17, 0, 30);
  assertEquals(nextTime("2026-12-24T17:00:30Z", NOW), moment);
  assertEquals(nextTime("2026-12-24T18:00:30+01:00", NOW), moment);
  assertEquals(nextTime("2026-12-24 18:00:30+0100", NOW), moment);
});

Deno.test("nextTime: returns null for what is no time", () => {
  const texts = ["", "6", "24:00", "12:60", "2026-02-30T06:00", "noon", "8h"];
  for (const text of texts) assertEquals(nextTime(text, NOW), null, text);
});
