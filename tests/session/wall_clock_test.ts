import { assertEquals } from "@std/assert";
import type { Clock } from "../../src/platform/clock.ts";
import { WallClock } from "../../src/session/wall_clock.ts";

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

Deno.test("as long as the clocks agree nothing is told", () => {
  const { machine, clock } = watch();
  for (let second = 0; second < 100; second++) {
    machine.pass(1_000);
    machine.wall += second % 2;
    assertEquals(clock.look(), null);
  }
  assertEquals(clock.slept, 0);
});

for (const hours of [-1, 1]) {
  Deno.test(`a clock that is set by ${hours} h is a clock step`, () => {
    const { machine, clock } = watch();
    machine.pass(10_000);
    machine.wall += hours * 3_600_000;
    assertEquals(clock.look(), { kind: "clock_step", seconds: hours * 3600 });
    assertEquals(clock.look(), null);
    assertEquals(clock.slept, 0);
    assertEquals(clock.at(10_000), machine.wall);
  });
}

Deno.test("a machine that slept is told from a clock that was set", () => {
  const { machine, clock } = watch();
  machine.pass(10_000);
  const before = machine.wall;
  machine.wall += 600_000;
  machine.up += 600;
  assertEquals(clock.look(), { kind: "suspend", seconds: 600 });
  assertEquals(clock.slept, 600);
  machine.pass(5_000);
  clock.look();
  // Moments before the sleep keep their time.
  assertEquals(clock.at(9_000), before - 1_000);
  assertEquals(clock.at(15_000), machine.wall);
});
