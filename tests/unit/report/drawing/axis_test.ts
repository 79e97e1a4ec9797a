import { assertEquals } from "@std/assert";
import {
  daysOf,
  offsetsOf,
  ticksOf,
} from "../../../../src/report/drawing/axis.ts";
import { TimeFormat } from "../../../../src/times/shown.ts";
import { Zone } from "../../../../src/times/zone.ts";

const berlin = Zone.named("Europe/Berlin") ?? Zone.utc;
const times = new TimeFormat(berlin);
const at = (text: string) => Date.parse(text);

Deno.test("ticksOf: are at round local times, with the border of a day", () => {
  const span = {
    start: at("2025-09-22T20:10:00Z"),
    end: at("2025-09-23T04:10:00Z"),
  };
  const ticks = ticksOf(span, times, 12);
  assertEquals(ticks.map(({ label }) => label), [
    ...["23:00", "2025-09-23", "01:00", "02:00", "03:00", "04:00", "05:00"],
    "06:00",
  ]);
  assertEquals(ticks[1]?.time, at("2025-09-22T22:00:00Z"));
  assertEquals(ticks.map(({ isDay }) => isDay).indexOf(true), 1);
});

Deno.test("ticksOf: show the repeated hour of autumn twice, and leave out that of spring", () => {
  const autumn = ticksOf(
    {
      start: at("2025-10-25T23:30:00Z"),
      end: at("2025-10-26T03:30:00Z"),
    },
    times,
    4,
  ).map(({ label }) => label);
  assertEquals(autumn, ["02:00+02:00", "02:00+01:00", "03:00", "04:00"]);
  const spring = ticksOf(
    {
      start: at("2025-03-29T23:30:00Z"),
      end: at("2025-03-30T03:30:00Z"),
    },
    times,
    4,
  ).map(({ label }) => label);
  assertEquals(spring, ["01:00", "03:00", "04:00", "05:00"]);
});

Deno.test("daysOf: are local midnights, whatever the length of the day", () => {
  assertEquals(
    daysOf({
      start: at("2025-10-25T12:00:00Z"),
      end: at("2025-10-28T12:00:00Z"),
    }, berlin),
    [
      at("2025-10-25T22:00:00Z"),
      at("2025-10-26T23:00:00Z"),
      at("2025-10-27T23:00:00Z"),
    ],
  );
});

Deno.test("offsetsOf: have the second in which the clocks change", () => {
  const start = at("2025-10-20T00:00:00Z");
  assertEquals(offsetsOf({ start, end: start + 10 * 86_400_000 }, berlin), [
    [start, 7_200_000],
    [at("2025-10-26T01:00:00Z"), 3_600_000],
  ]);
});
