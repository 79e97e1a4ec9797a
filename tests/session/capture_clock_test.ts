import { assertEquals } from "@std/assert";
import { CaptureClock } from "../../src/session/capture_clock.ts";

Deno.test("before the first report no time is known", () => {
  const clock = new CaptureClock();
  assertEquals(clock.origin, null);
  assertEquals(clock.timeOf(3), null);
});

Deno.test("late reports do not move the origin, an earlier one does", () => {
  const clock = new CaptureClock();
  clock.observe(1, 11_050);
  assertEquals(clock.origin, 10_050);
  clock.observe(2, 12_400);
  assertEquals(clock.origin, 10_050);
  clock.observe(3, 13_010);
  assertEquals(clock.origin, 10_010);
  assertEquals(clock.timeOf(2.5), 12_510);
});
