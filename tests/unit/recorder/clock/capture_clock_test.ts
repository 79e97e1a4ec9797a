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
    const at = second * 1000 + ahead(second) + delay(second);
    losses.push(...clock.observe({ captured: second, at, resumed: null }));
  }
  return losses;
}

Deno.test("CaptureClock: returns null before the first report", () => {
  assertEquals(new CaptureClock().timeOf(3), null);
});

Deno.test("CaptureClock: ignores late reports and follows an earlier one", () => {
  const clock = new CaptureClock();
  const see = (captured: number, at: number) =>
    clock.observe({ captured, at, resumed: null });
  see(1, 11_050);
  assertEquals(clock.timeOf(0), 10_050);
  see(2, 12_400);
  assertEquals(clock.timeOf(0), 10_050);
  see(3, 13_010);
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

Deno.test("CaptureClock: moves a loss to the next chunk when its own is already dated", () => {
  const clock = new CaptureClock();
  report(clock, 1, 30, () => 5_000);
  const losses: Loss[] = [];
  for (let second = 31; second < 40; second++) {
    const at = second * 1000 + 10_000;
    losses.push(...clock.observe({ captured: second, at, resumed: null }, 36));
  }
  assertEquals(losses.map(({ position }) => position), [36]);
  assertAlmostEquals(losses[0]?.length ?? 0, 5, 0.001);
  // What was reported about dated chunks stays.
  assertAlmostEquals(clock.timeOf(36) ?? 0, 41_000, 4);
  assertAlmostEquals(clock.timeOf(37) ?? 0, 47_000, 4);
});

Deno.test("CaptureClock: puts each of several holes in its own place", () => {
  const clock = new CaptureClock();
  report(clock, 1, 30, () => 5_000);
  const late = (second: number) =>
    second > 34 ? 9_000 : second > 31 ? 7_000 : 6_000;
  const losses = report(clock, 31, 60, late);
  assertEquals(losses.map(({ position }) => position), [30, 31, 34]);
  assertEquals(losses.map(({ length }) => Math.round(length)), [1, 1, 2]);
  assertAlmostEquals(clock.timeOf(33) ?? 0, 40_000, 20);
});

Deno.test("CaptureClock: puts the hole after a pause where the audio resumed", () => {
  const clock = new CaptureClock();
  report(clock, 1, 30, () => 5_000);
  // 5 s are missing from 30.34 s on.
  clock.observe({ captured: 30.36, at: 40_360, resumed: 30.34 });
  const losses = report(clock, 31, 60, () => 10_000);
  assertEquals(losses.length, 1);
  assertAlmostEquals(losses[0]?.position ?? 0, 30.36, 0.021);
  assertAlmostEquals(clock.timeOf(30.3) ?? 0, 35_300, 20);
  assertAlmostEquals(clock.timeOf(30.5) ?? 0, 40_500, 20);
});

Deno.test("CaptureClock: knows that audio is late from the first seconds on", () => {
  const clock = new CaptureClock();
  report(clock, 1, 3, () => 0);
  assertEquals(clock.isLate, false);
  clock.observe({ captured: 3.52, at: 6_020, resumed: 3.5 });
  assertEquals(clock.isLate, true);
  report(clock, 4, 13, () => 2_500);
  assertEquals(clock.isLate, false);
  assertAlmostEquals(clock.timeOf(3.4) ?? 0, 3_400, 20);
});

Deno.test("CaptureClock: puts the hole after what was buffered during the pause", () => {
  const clock = new CaptureClock();
  report(clock, 1, 3, () => 0);
  // No reader for 40 s; the sound server kept the first 22 s of them.
  clock.observe({ captured: 3.08, at: 43_000, resumed: 3.06 });
  const losses = report(
    clock,
    4,
    25,
    (second) => 40_000 - second * 990 + 2_970,
  );
  losses.push(...report(clock, 26, 50, () => 17_930));
  assertEquals(losses.length, 1);
  assertAlmostEquals(losses[0]?.position ?? 0, 25.07, 0.1);
  assertAlmostEquals(losses[0]?.length ?? 0, 17.93, 0.05);
  assertAlmostEquals(clock.timeOf(20) ?? 0, 20_000, 20);
  assertAlmostEquals(clock.timeOf(30) ?? 0, 47_930, 20);
});

Deno.test("CaptureClock: counts what is late at the end of a run, and no late report", () => {
  const late = new CaptureClock();
  report(late, 1, 30, () => 5_000);
  assertEquals(report(late, 31, 31, () => 5_300), []);
  assertEquals(late.finish(), []);
  const lost = new CaptureClock();
  report(lost, 1, 30, () => 5_000);
  assertEquals(report(lost, 31, 34, () => 8_000), []);
  assertEquals(lost.finish(), [{ position: 30, length: 2.9995 }]);
});

Deno.test("CaptureClock: what ffmpeg held back until a lost connection ended it is no resumption", () => {
  const clock = new CaptureClock();
  report(clock, 1, 30, () => 0);
  clock.observe({ captured: 30.22, at: 35_200, resumed: 30.2 });
  clock.observe({ captured: 30.36, at: 35_210, resumed: null });
  assertEquals(clock.finish(), []);
  assertAlmostEquals(clock.timeOf(30.36) ?? 0, 30_360, 20);

  const resumed = new CaptureClock();
  report(resumed, 1, 30, () => 0);
  resumed.observe({ captured: 30.22, at: 35_220, resumed: 30.2 });
  resumed.observe({ captured: 31, at: 36_000, resumed: null });
  assertEquals(resumed.finish().map(({ length }) => Math.round(length)), [5]);
});

Deno.test("CaptureClock: reports no loss in segments of ten seconds that arrive at once", () => {
  const clock = new CaptureClock("reliable");
  const losses: Loss[] = [];
  for (let segment = 1; segment <= 30; segment++) {
    for (let second = 0.02; second <= 10; second += 0.98) {
      losses.push(...clock.observe({
        captured: (segment - 1) * 10 + second,
        at: segment * 10_000 + second * 5,
        resumed: second === 0.02 ? (segment - 1) * 10 : null,
      }));
    }
  }
  assertEquals(losses, []);
  assertAlmostEquals(clock.timeOf(155) ?? 0, 155_000, 300);
});

Deno.test("CaptureClock: reports no loss when a paused stream catches up at twice the speed", () => {
  const clock = new CaptureClock("reliable");
  report(clock, 1, 21, () => 0);
  clock.observe({ captured: 21.02, at: 28_500, resumed: 21 });
  const behind = (second: number) => Math.max(0, 7_500 - (second - 21) * 500);
  const losses = report(clock, 22, 90, () => 0, behind);
  assertEquals(losses, []);
  assertEquals(clock.isLate, false);
});

Deno.test("CaptureClock: gives a source two minutes to catch up", () => {
  const clock = new CaptureClock("reliable");
  report(clock, 1, 10, () => 0);
  clock.observe({ captured: 10.02, at: 20_020, resumed: 10 });
  // It catches up, but by 40 ms a second only.
  const behind = (second: number) => 10_000 - (second - 10) * 40;
  assertEquals(report(clock, 11, 110, behind), []);
  assertEquals(report(clock, 111, 140, behind).length, 1);
});

Deno.test("CaptureClock: a segment that comes late is not lost, one that is missing is", () => {
  const segments = (late: (segment: number) => number) => {
    const clock = new CaptureClock("reliable");
    const losses: Loss[] = [];
    for (let segment = 0; segment < 12; segment++) {
      for (let second = 0; second < 10; second++) {
        const captured = segment * 10 + second + 0.02;
        const at = segment * 10_000 + second * 4 + late(segment);
        const resumed = second === 0 ? segment * 10 : null;
        losses.push(...clock.observe({ captured, at, resumed }));
      }
    }
    return [...losses, ...clock.finish()].map(({ length }) =>
      Math.round(length)
    );
  };
  assertEquals(segments((segment) => segment < 5 ? 0 : 7_000), []);
  assertEquals(segments((segment) => segment < 11 ? 0 : 9_500), []);
  assertEquals(segments((segment) => segment < 5 ? 0 : 10_000), [10]);
});

Deno.test("CaptureClock: the last segments have the times of those before them", () => {
  const clock = new CaptureClock("reliable");
  const losses: Loss[] = [];
  // The last frame of a segment of two seconds often comes with the next one.
  for (
    const [captured = 0, at = 0, resumed = null] of [
      ...[[1, 40], [2, 60], [3, 70], [4, 110], [5, 160]],
      ...[[6, 1_920, 5.98], [7, 2_090], [8, 2_100]],
      ...[[8.02, 3_930, 8], [9, 3_950], [10, 5_940, 9.98], [11, 5_950]],
      ...[[12, 7_950, 11.98], [13, 7_970], [14, 9_960, 13.98], [15, 10_020]],
      ...[[16, 10_030], [16.02, 11_980, 16], [17, 11_990]],
      ...[[18, 13_980, 17.98], [19, 14_000], [20, 16_000, 19.98]],
    ]
  ) losses.push(...clock.observe({ captured, at, resumed }));
  losses.push(...clock.finish());
  assertEquals(losses, []);
  assertAlmostEquals(clock.timeOf(11) ?? 0, 5_100, 100);
  assertAlmostEquals(clock.timeOf(20) ?? 0, 14_100, 100);
});

Deno.test("CaptureClock: a slow stream loses nothing, a slow device does", () => {
  const slow = (second: number) => second * 1000;
  const stream = new CaptureClock("reliable");
  report(stream, 1, 10, () => 0);
  assertEquals(report(stream, 11, 40, (second) => slow(second - 10)), []);
  // What came at half the speed has the times at which it came.
  assertAlmostEquals(stream.timeOf(25) ?? 0, 40_000, 20);
  const device = new CaptureClock("local");
  report(device, 1, 10, () => 0);
  const losses = report(device, 11, 40, (second) => slow(second - 10));
  assert(losses.length > 20);
});

Deno.test("CaptureClock: a stream that is slow in small pieces loses nothing", () => {
  const clock = new CaptureClock("reliable");
  const losses: Loss[] = [];
  for (let piece = 1; piece < 100; piece++) {
    const begin = piece * 0.16;
    const at = piece * 320;
    const resumed = begin;
    losses.push(...clock.observe({ captured: begin + 0.02, at, resumed }));
    const captured = begin + 0.16;
    losses.push(...clock.observe({ captured, at: at + 1, resumed: null }));
  }
  assertEquals([...losses, ...clock.finish()], []);
  assertAlmostEquals(clock.timeOf(10) ?? 0, 20_000, 320);
});

Deno.test("CaptureClock: a slow stream was slow between two reports too", () => {
  const clock = new CaptureClock("reliable");
  report(clock, 1, 40, (second) => second * 1000);
  assertAlmostEquals(clock.timeOf(20.5) ?? 0, 41_000, 1);
});

Deno.test("CaptureClock: what a slow stream gives out at once was sent before", () => {
  const clock = new CaptureClock("reliable");
  // Half the speed; 80 ms of audio at a time, which took 160 ms to come.
  for (let frame = 1; frame <= 2_000; frame++) {
    const captured = frame * 0.02;
    const at = Math.ceil(frame / 4) * 160;
    const resumed = frame % 4 === 1 ? captured - 0.02 : null;
    if (frame % 2 === 1) clock.observe({ captured, at, resumed });
  }
  for (let position = 15; position < 30; position += 0.37) {
    assertAlmostEquals(clock.timeOf(position) ?? 0, 2_000 * position, 100);
  }
  assertAlmostEquals(clock.lag, 36.5, 0.5);
});

Deno.test("CaptureClock: a stream with short pauses alone is judged while it runs", () => {
  const clock = new CaptureClock("reliable");
  const losses: Loss[] = [];
  // Pieces of 160 ms in the speed of time; once, five seconds are missing.
  for (let piece = 1; piece <= 200; piece++) {
    const captured = piece * 0.16;
    const at = piece * 160 + (piece > 100 ? 5_000 : 0);
    const resumed = captured - 0.16;
    losses.push(...clock.observe({ captured, at, resumed }));
  }
  assertEquals(losses.map(({ length }) => Math.round(length)), [5]);
  assertAlmostEquals(losses[0]?.position ?? 0, 16, 0.17);
});

Deno.test("CaptureClock: a stream that was held up twice is as late as it is", () => {
  const clock = new CaptureClock("reliable");
  const ahead = (second: number) =>
    second < 20 ? 0 : second < 24 ? 2_000 : 2_300;
  assertEquals(report(clock, 1, 60, ahead), []);
  assertAlmostEquals(clock.timeOf(19) ?? 0, 19_000, 1);
  assertAlmostEquals(clock.timeOf(22) ?? 0, 24_000, 1);
  assertAlmostEquals(clock.timeOf(26) ?? 0, 28_300, 1);
});

Deno.test("CaptureClock: the last audio of a slow stream came as slowly as that before it", () => {
  const clock = new CaptureClock("reliable");
  report(clock, 1, 20, (second) => second * 1000);
  // ffmpeg ends 0.2 s after it got the last of it.
  clock.observe({ captured: 20.4, at: 41_000, resumed: null });
  assertEquals(clock.finish(), []);
  assertAlmostEquals(clock.timeOf(20) ?? 0, 40_000, 1);
  assertAlmostEquals(clock.timeOf(20.4) ?? 0, 40_800, 1);
});

Deno.test("CaptureClock: the last audio of a stream in the speed of time is not late when ffmpeg is", () => {
  const clock = new CaptureClock("reliable");
  report(clock, 1, 20, () => 0);
  clock.observe({ captured: 20.4, at: 21_000, resumed: null });
  assertEquals(clock.finish(), []);
  assertAlmostEquals(clock.timeOf(20.4) ?? 0, 20_400, 1);
});

Deno.test("CaptureClock: a slow stream that is held up and catches up loses nothing", () => {
  const clock = new CaptureClock("reliable");
  const losses: Loss[] = [];
  const see = (captured: number, at: number, resumed: number | null) =>
    losses.push(...clock.observe({ captured, at, resumed }));
  see(0.02, 40, 0);
  for (let second = 1; second < 60; second++) {
    const at = second * 1000;
    // A pause ends what could not be read for 1.4 seconds.
    const isHeldUp = second === 20;
    if (second === 19) continue;
    see(at / 2000, at, isHeldUp ? 9.3 : null);
  }
  assertEquals([...losses, ...clock.finish()], []);
  assertAlmostEquals(clock.timeOf(20) ?? 0, 40_000, 40);
});

Deno.test("CaptureClock: a slow stream that loses audio has a loss", () => {
  const clock = new CaptureClock("reliable");
  const losses: Loss[] = [];
  const see = (captured: number, at: number, resumed: number | null) =>
    losses.push(...clock.observe({ captured, at, resumed }));
  for (let second = 1; second < 60; second++) {
    // Half the speed of time, and nothing for five seconds.
    const late = second < 20 ? 0 : 5_000;
    see(second / 2, second * 1000 + late, second === 20 ? 9.5 : null);
  }
  assertEquals(losses.length, 1);
  assertAlmostEquals(losses[0]?.length ?? 0, 5.5, 0.1);
});

Deno.test("CaptureClock: adds up the packets that a network loses", () => {
  const clock = new CaptureClock("lossy");
  report(clock, 1, 10, () => 0);
  const losses = report(clock, 11, 110, (second) => (second - 10) * 50);
  const total = losses.reduce((sum, { length }) => sum + length, 0);
  assertAlmostEquals(total, 4.65, 0.35);
  assert(losses.every(({ length }) => length < 0.2));
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
      const at = time + 5 + (second * 7) % 40;
      assertEquals(clock.observe({ captured: second, at, resumed: null }), []);
      worst = Math.max(worst, Math.abs((clock.timeOf(second) ?? 0) - time));
    }
    assert(worst < 50, `worst ${worst}`);
  });
}

for (const transport of ["reliable", "lossy", "local"] as const) {
  Deno.test(`CaptureClock: what ffmpeg held back takes no time when it stops, ${transport}`, () => {
    const clock = new CaptureClock(transport);
    report(clock, 1, 20, () => 5_000);
    clock.observe({ captured: 20.02, at: 35_000, resumed: 20 });
    assertEquals(clock.finish(), []);
    assertAlmostEquals(clock.timeOf(20.02) ?? 0, 25_020, 20);
  });
}

for (
  const [transport, position] of [["lossy", 20], ["local", 20.24]] as const
) {
  Deno.test(
    `CaptureClock: a pause with ${
      position - 20
    } s in a buffer, ${transport}, is where ${
      transport === "lossy" ? "the packets ended" : "the buffer was full"
    }`,
    () => {
      const clock = new CaptureClock(transport);
      report(clock, 1, 20, () => 5_000);
      // 0.24 s come at once after 4 s.
      clock.observe({ captured: 20.24, at: 29_240, resumed: 20 });
      const losses = report(clock, 21, 40, () => 9_000);
      assertEquals(losses.length, 1);
      assertAlmostEquals(losses[0]?.position ?? 0, position, 0.02);
    },
  );
}
