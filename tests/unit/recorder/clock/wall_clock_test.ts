import { assertEquals } from "@std/assert";
import type { Clock } from "../../../../src/platform/clock.ts";
import { WallClock } from "../../../../src/recorder/clock/wall_clock.ts";

/** A machine whose clocks a test moves one by one. */
class Machine implements Clock {
  wall = 1_000_000;
  passed = 0;
  up = 500;

  /** Lets time pass on all clocks. */
  pass(ms: number): void {
    this.wall += ms;
    this.passed += ms;
    this.up += ms / 1000;
  }

  now(): number {
    return this.wall;
  }

  monotonic(): number {
    return this.passed;
  }

  setTimeout(): number {
    throw new Error("No timer is expected");
  }

  clearTimeout(): void {}

  unref(): void {}
}

function watch() {
  const machine = new Machine();
  return {
    machine,
    clock: new WallClock(machine, () => Math.floor(machine.up)),
  };
}

Deno.test("WallClock: reports nothing while the clocks agree", () => {
  const { machine, clock } = watch();
  for (let second = 0; second < 100; second++) {
    machine.pass(1_000);
    machine.wall += second % 2;
    assertEquals(clock.check(), []);
  }
  assertEquals(clock.slept, 0);
});

for (const hours of [-1, 1]) {
  Deno.test(`WallClock: reports a clock step when the clock is set by ${hours} h`, () => {
    const { machine, clock } = watch();
    machine.pass(10_000);
    machine.wall += hours * 3_600_000;
    const seconds = hours * 3600;
    assertEquals(clock.check(), [
      { kind: "clock_step", seconds, moment: 10_000 },
    ]);
    assertEquals(clock.check(), []);
    assertEquals(clock.slept, 0);
    assertEquals(clock.at(10_000), machine.wall);
  });
}

Deno.test("WallClock: distinguishes a suspend from a clock step", () => {
  const { machine, clock } = watch();
  machine.pass(10_000);
  const before = machine.wall;
  machine.wall += 600_000;
  machine.up += 600;
  assertEquals(clock.check(), [
    { kind: "suspend", seconds: 600, moment: 10_000 },
  ]);
  assertEquals(clock.slept, 600);
  machine.pass(5_000);
  clock.check();
  // Moments before the sleep keep their time, the sleep's own is its beginning.
  assertEquals(clock.at(9_000), before - 1_000);
  assertEquals(clock.at(10_000), before);
  assertEquals(clock.at(15_000), machine.wall);
  assertEquals(clock.sleptBetween(9_000, 15_000), 600);
  assertEquals(clock.sleptBetween(11_000, 15_000), 0);
});

Deno.test("WallClock: dates a suspend during silence from the last look", () => {
  const { machine, clock } = watch();
  machine.pass(10_000);
  clock.check();
  const before = machine.wall;
  machine.pass(3_000);
  machine.wall += 600_000;
  machine.up += 600;
  machine.pass(7_000);
  const [sleep] = clock.check({ wasInOutage: true });
  assertEquals(sleep?.moment, 10_000);
  assertEquals(clock.at(10_000), before);
  // What was captured from then on came after the sleep.
  assertEquals(clock.at(14_000), machine.wall - 6_000);
});

for (const [step, seconds] of [[3_000, 3], [-1_000_000, -1000]] as const) {
  Deno.test(`WallClock: reports a clock step of ${seconds} s in addition to a suspend`, () => {
    const { machine, clock } = watch();
    machine.pass(10_000);
    const before = machine.wall;
    machine.wall += 600_000 + step;
    machine.up += 600;
    assertEquals(clock.check(), [
      { kind: "suspend", seconds: 600, moment: 10_000 },
      { kind: "clock_step", seconds, moment: 10_000 },
    ]);
    assertEquals(clock.slept, 600);
    // By the clock as it was set: all later times are.
    assertEquals(clock.at(10_000), before + step);
  });
}
