import { assertEquals } from "@std/assert";
import {
  ageOf,
  ClockTrust,
  datedAt,
} from "../../../src/retention/clock_trust.ts";
import { FakeClock } from "../../fakes/clock.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Trust in a clock of a machine that is not suspended. */
function trustIn(clock: FakeClock): ClockTrust {
  return new ClockTrust(clock, () => clock.monotonic() / 1000);
}

Deno.test("ClockTrust: a clock that agrees with itself and the newest audio counts", () => {
  const clock = new FakeClock();
  const trust = trustIn(clock);
  assertEquals(trust.distrust(null), null);
  for (let hour = 0; hour < 100; hour++) {
    const newest = clock.now();
    clock.advance(HOUR);
    assertEquals(trust.distrust(newest), null);
  }
});

Deno.test("ClockTrust: a clock before the newest audio, or more than a day after it, does not count", () => {
  for (
    const [ahead, wanted] of [
      [30_000, null],
      [HOUR, "behind"],
      [365 * DAY, "behind"],
      [-DAY + HOUR, null],
      [-DAY - HOUR, "ahead"],
    ] as const
  ) {
    const clock = new FakeClock();
    const trust = trustIn(clock);
    const distrust = trust.distrust(clock.now() + ahead);
    assertEquals(distrust, wanted, `${ahead}`);
    // The next audio has the date of the same clock, which proves nothing.
    clock.advance(DAY - HOUR);
    const later = wanted === null ? null : "stepped";
    assertEquals(trust.distrust(clock.now()), later, `${ahead}`);
    clock.advance(2 * HOUR);
    assertEquals(trust.distrust(clock.now()), null, `${ahead}`);
  }
});

for (
  const [what, by] of [
    ["1970 at boot, then the time", 50 * 365 * DAY],
    ["a year forward", 365 * DAY],
    ["a year back", -365 * DAY],
    ["time that comes late from the network", 90_000],
    ["an hour back", -HOUR],
  ] as const
) {
  Deno.test(`ClockTrust: a clock that was set does not count for a day: ${what}`, () => {
    const clock = new FakeClock();
    const trust = trustIn(clock);
    clock.advance(HOUR);
    assertEquals(trust.distrust(clock.now()), null);
    clock.step(by);
    for (let hour = 0; hour < 24; hour++) {
      assertEquals(trust.distrust(clock.now()), "stepped", `${hour}`);
      clock.advance(HOUR);
    }
    assertEquals(trust.distrust(clock.now()), null);
  });
}

Deno.test("ClockTrust: a clock that is adjusted slowly counts", () => {
  const clock = new FakeClock();
  const trust = trustIn(clock);
  for (let hour = 0; hour < 50; hour++) {
    clock.advance(HOUR);
    clock.step(500);
    assertEquals(trust.distrust(clock.now()), null);
  }
});

Deno.test("ageOf: without a clock that counts, audio is as old as it has been known", () => {
  const clock = new FakeClock();
  const seenAt = clock.monotonic();
  const chunk = { dated: clock.now() - 10 * DAY, seenAt };
  clock.advance(HOUR);
  assertEquals(ageOf(chunk, clock, true), (10 * DAY + HOUR) / 1000);
  assertEquals(ageOf(chunk, clock, false), HOUR / 1000);
  // It is never younger than that, whatever its date.
  const ahead = { dated: clock.now() + 365 * DAY, seenAt };
  assertEquals(ageOf(ahead, clock, true), HOUR / 1000);
});

Deno.test("datedAt: a date that a clock gave before it was set is not believed", () => {
  const now = Date.UTC(2026, 0);
  assertEquals(datedAt(Date.UTC(1970, 0, 1, 0, 5), now), now);
  assertEquals(datedAt(Date.UTC(2025, 0), now), Date.UTC(2025, 0));
});

Deno.test("ClockTrust: a machine that was suspended did not set its clock", () => {
  const clock = new FakeClock();
  let slept = 0;
  const trust = new ClockTrust(clock, () => clock.monotonic() / 1000 + slept);
  for (let night = 0; night < 3; night++) {
    slept += 8 * 3_600;
    clock.step(8 * HOUR);
    assertEquals(trust.distrust(clock.now() - 8 * HOUR), null);
    clock.advance(16 * HOUR);
    assertEquals(trust.distrust(clock.now()), null);
  }
  // A clock that is set does not count, whether or not the machine slept.
  slept += 3_600;
  clock.step(9 * HOUR);
  assertEquals(trust.distrust(clock.now()), "stepped");
});

Deno.test("ageOf: a date that a clock gave before it was set never counts", () => {
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  const seen = { dated: 60_000, seenAt: clock.monotonic() };
  clock.advance(DAY);
  assertEquals(ageOf(seen, clock, true), DAY / 1000);
});
