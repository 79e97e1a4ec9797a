import { assert, assertEquals } from "@std/assert";
import { callAt } from "../../src/session/deadline.ts";
import { FakeClock } from "../fakes/clock.ts";

Deno.test("the call comes when the clock shows the time, once", () => {
  const clock = new FakeClock(0);
  let calls = 0;
  using _deadline = callAt(clock, () => clock.now(), 10_000, () => calls++);
  clock.advance(9_999);
  assertEquals(calls, 0);
  clock.advance(1);
  assertEquals(calls, 1);
  clock.advance(100_000);
  assertEquals(calls, 1);
});

Deno.test("a time that is farther away than timers reach is kept", () => {
  const clock = new FakeClock(0);
  const year = 365 * 86_400_000;
  let calledAt = 0;
  using _deadline = callAt(
    clock,
    () => clock.now(),
    year,
    () => calledAt = clock.now(),
  );
  for (let day = 0; day < 366; day++) clock.advance(86_400_000);
  assertEquals(calledAt, year);
});

Deno.test("a time that comes sooner because the machine slept is missed by a minute at most", () => {
  const clock = new FakeClock(0);
  const hour = 3_600_000;
  let slept = 0;
  let calledAt = 0;
  const now = () => clock.monotonic() + slept;
  const start = now();
  using _deadline = callAt(
    clock,
    now,
    start + 8 * hour,
    () => calledAt = now(),
  );
  clock.advance(7.5 * hour);
  slept = hour / 4;
  clock.advance(hour);
  assert(calledAt - start - 8 * hour <= 60_000, `${calledAt - start}`);
});

Deno.test("a call that was taken back does not come", () => {
  const clock = new FakeClock(0);
  let calls = 0;
  callAt(clock, () => clock.now(), 10, () => calls++)[Symbol.dispose]();
  clock.advance(100);
  assertEquals(calls, 0);
});
