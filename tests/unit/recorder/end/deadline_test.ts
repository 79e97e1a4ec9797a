import { assert, assertEquals } from "@std/assert";
import { callAt } from "../../../../src/recorder/end/deadline.ts";
import { FakeClock } from "../../../fakes/clock.ts";

Deno.test("callAt: calls once when the time comes", () => {
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

Deno.test("callAt: reaches a time beyond the range of timers", () => {
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

Deno.test("callAt: calls at most a minute late after the machine slept", () => {
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

Deno.test("callAt: does not call after it is disposed", () => {
  const clock = new FakeClock(0);
  let calls = 0;
  callAt(clock, () => clock.now(), 10, () => calls++)[Symbol.dispose]();
  clock.advance(100);
  assertEquals(calls, 0);
});
