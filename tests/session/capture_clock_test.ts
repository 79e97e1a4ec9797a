import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { CaptureClock, type Loss } from "../../src/session/capture_clock.ts";

/** Reports every second, each late by what `delay` says; `ahead` is what the clock is ahead of the samples. */
function report(
  clock: CaptureClock,
  from: number,
  to: number,
  ahead: (second: number) => number,
  delay: (second: number) => number = () => 0,
): Loss[] {
  const losses: Loss[] = [];
  for (let second = from; second <= to; second++) {
    const loss = clock.observe(
      second,
      second * 1000 + ahead(second) + delay(second),
    );
    if (loss !== null) losses.push(loss);
  }
  return losses;
}

Deno.test("before the first report no time is known", () => {
  assertEquals(new CaptureClock().timeOf(3), null);
});

Deno.test("late reports do not move the reference, an earlier one does", () => {
  const clock = new CaptureClock();
  clock.observe(1, 11_050);
  assertEquals(clock.timeOf(0), 10_050);
  clock.observe(2, 12_400);
  assertEquals(clock.timeOf(0), 10_050);
  clock.observe(3, 13_010);
  assertEquals(clock.timeOf(0), 10_010);
  assertEquals(clock.timeOf(2.5), 12_510);
});

Deno.test("audio that is lost is found with its length and its place", () => {
  const clock = new CaptureClock();
  assertEquals(report(clock, 1, 30, () => 5_000), []);
  const losses = report(clock, 31, 60, () => 5_700);
  assertEquals(losses.length, 1);
  const [loss] = losses;
  assertAlmostEquals(loss?.length ?? 0, 0.7, 0.01);
  assertAlmostEquals(loss?.position ?? 0, 31, 1);
  // Samples before the hole keep their time.
  assertAlmostEquals(clock.timeOf(10) ?? 0, 15_000, 20);
  assertAlmostEquals(clock.timeOf(50) ?? 0, 55_700, 20);
});

Deno.test("a hole that is found when its chunk is closed belongs to the next one", () => {
  const clock = new CaptureClock();
  report(clock, 1, 30, () => 5_000);
  for (let second = 31; second < 38; second++) {
    assertEquals(clock.observe(second, second * 1000 + 10_000, 30), null);
  }
  const loss = clock.observe(38, 48_000, 36);
  assertEquals(loss, { position: 36, length: 5 });
  // What was told of the closed chunks stays.
  assertEquals(clock.timeOf(36), 41_000);
  assertEquals(clock.timeOf(37), 47_000);
});

Deno.test("reports that were held up and come all at once are no loss", () => {
  const clock = new CaptureClock();
  report(clock, 1, 30, () => 5_000);
  // Nobody read them for 300 s.
  const held = (second: number) => (330 - second) * 1000;
  assertEquals(report(clock, 31, 330, () => 5_000, held), []);
  assertEquals(report(clock, 331, 400, () => 5_000), []);
  assertEquals(clock.timeOf(400), 405_000);
  assertEquals(report(clock, 401, 410, () => 6_000).length, 1);
});

Deno.test("audio that is made up for three times as fast as it comes is no loss", () => {
  const clock = new CaptureClock();
  report(clock, 1, 30, () => 5_000);
  // Held up for 10 s, which the next 15 s of audio make up for.
  const held = (second: number) => 10_000 - (second - 31) * 667;
  assertEquals(report(clock, 31, 45, () => 5_000, held), []);
  assertEquals(report(clock, 46, 90, () => 5_000), []);
  assertEquals(clock.timeOf(90), 95_000);
});

Deno.test("reports that are late for a while are no loss", () => {
  const clock = new CaptureClock();
  const delay = (second: number) => second % 7 === 0 ? 3 : 900;
  assertEquals(report(clock, 1, 500, () => 5_000, delay), []);
});

for (const millionths of [-200, 200]) {
  Deno.test(`a sound card that drifts by ${millionths} millionths stays within 100 ms of the clock over a week`, () => {
    const clock = new CaptureClock();
    const week = 7 * 86_400;
    let worst = 0;
    for (let second = 1; second <= week; second++) {
      const time = second * 1000 * (1 + millionths / 1e6);
      const loss = clock.observe(second, time + 5 + (second * 7) % 40);
      assertEquals(loss, null);
      worst = Math.max(worst, Math.abs((clock.timeOf(second) ?? 0) - time));
    }
    assert(worst < 50, `worst ${worst}`);
  });
}
