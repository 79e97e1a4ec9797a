import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  CaptureClock,
  type Loss,
} from "../../../../src/recorder/clock/capture_clock.ts";

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

Deno.test("CaptureClock: returns null before the first report", () => {
  assertEquals(new CaptureClock().timeOf(3), null);
});

Deno.test("CaptureClock: ignores late reports and follows an earlier one", () => {
  const clock = new CaptureClock();
  clock.observe(1, 11_050);
  assertEquals(clock.timeOf(0), 10_050);
  clock.observe(2, 12_400);
  assertEquals(clock.timeOf(0), 10_050);
  clock.observe(3, 13_010);
  assertEquals(clock.timeOf(0), 10_010);
  assertEquals(clock.timeOf(2.5), 12_510);
});

Deno.test("CaptureClock: detects lost audio with its length and position", () => {
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

Deno.test("CaptureClock: moves a loss to the next chunk when its own is already closed", () => {
  const clock = new CaptureClock();
  report(clock, 1, 30, () => 5_000);
  for (let second = 31; second < 38; second++) {
    assertEquals(clock.observe(second, second * 1000 + 10_000, 30), null);
  }
  const loss = clock.observe(38, 48_000, 36);
  assertEquals(loss, { position: 36, length: 5 });
  // What was reported about closed chunks stays.
  assertEquals(clock.timeOf(36), 41_000);
  assertEquals(clock.timeOf(37), 47_000);
});

Deno.test("CaptureClock: reports no loss when delayed reports arrive all at once", () => {
  const clock = new CaptureClock();
  report(clock, 1, 30, () => 5_000);
  // They were not read for 300 s.
  const held = (second: number) => (330 - second) * 1000;
  assertEquals(report(clock, 31, 330, () => 5_000, held), []);
  assertEquals(report(clock, 331, 400, () => 5_000), []);
  assertEquals(clock.timeOf(400), 405_000);
  assertEquals(report(clock, 401, 410, () => 6_000).length, 1);
});

Deno.test("CaptureClock: reports no loss when audio catches up at three times the speed", () => {
  const clock = new CaptureClock();
  report(clock, 1, 30, () => 5_000);
  // Held up for 10 s, which the next 15 s of audio make up for.
  const held = (second: number) => 10_000 - (second - 31) * 667;
  assertEquals(report(clock, 31, 45, () => 5_000, held), []);
  assertEquals(report(clock, 46, 90, () => 5_000), []);
  assertEquals(clock.timeOf(90), 95_000);
});

Deno.test("CaptureClock: reports no loss when reports are late for a while", () => {
  const clock = new CaptureClock();
  const delay = (second: number) => second % 7 === 0 ? 3 : 900;
  assertEquals(report(clock, 1, 500, () => 5_000, delay), []);
});

for (const millionths of [-200, 200]) {
  Deno.test(`CaptureClock: follows a sound card that drifts by ${millionths} ppm within 50 ms over a week`, () => {
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
