import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  Elapsed,
  type WantedEnd,
} from "../../../../src/recorder/end/elapsed.ts";
import { WallClock } from "../../../../src/recorder/clock/wall_clock.ts";
import { FakeClock } from "../../../fakes/clock.ts";

/** A session that began two seconds ago. */
function begun(end: Partial<WantedEnd>, waited = 0) {
  const clock = new FakeClock();
  const wall = new WallClock(clock, () => clock.monotonic() / 1000);
  const startedAt = clock.monotonic();
  const elapsed = new Elapsed({
    ...{ clock, wall, startedAt, waited },
    ...{ duration: null, until: null, ...end },
  });
  clock.advance(2_000);
  return { clock, elapsed };
}

Deno.test("Elapsed: a duration is that of the audio when it begins at once", () => {
  const { clock, elapsed } = begun({ duration: 10 });
  assertEquals(elapsed.beginRun(), 10);
  clock.advance(900);
  elapsed.begin(clock.monotonic());
  assertAlmostEquals(elapsed.left ?? 0, 10, 0.001);
  // Later runs get what is left.
  clock.advance(4_000);
  assertAlmostEquals(elapsed.beginRun() ?? 0, 6, 0.001);
  elapsed.begin(clock.monotonic());
  assertAlmostEquals(elapsed.left ?? 0, 6, 0.001);
});

Deno.test("Elapsed: a duration counts from the start when the audio comes late", () => {
  const { clock, elapsed } = begun({ duration: 10 });
  assertEquals(elapsed.beginRun(), 10);
  clock.advance(3_000);
  elapsed.begin(clock.monotonic());
  assertAlmostEquals(elapsed.left ?? 0, 5, 0.001);
});

Deno.test("Elapsed: old audio at the start of a stream does not end it earlier", () => {
  const { clock, elapsed } = begun({ duration: 60 });
  elapsed.beginRun();
  elapsed.begin(clock.monotonic() - 20_000);
  assertAlmostEquals(elapsed.left ?? 0, 60, 0.001);
});

Deno.test("Elapsed: time spent waiting for the device counts", () => {
  const { clock, elapsed } = begun({ duration: 10 }, 4);
  assertAlmostEquals(elapsed.beginRun() ?? 0, 4, 0.001);
  elapsed.begin(clock.monotonic());
  assertAlmostEquals(elapsed.left ?? 0, 4, 0.001);
});

Deno.test("Elapsed: a point in time follows the clock when it is set", () => {
  const clock = new FakeClock();
  const until = clock.now() + 60_000;
  const wall = new WallClock(clock, () => clock.monotonic() / 1000);
  const elapsed = new Elapsed({
    ...{ clock, wall, startedAt: clock.monotonic(), waited: 0 },
    ...{ duration: null, until },
  });
  assertEquals(elapsed.left, 60);
  clock.step(20_000);
  assertEquals([elapsed.left, elapsed.endsAt], [40, until]);
  clock.advance(39_500);
  assertEquals(elapsed.isNearEnd, true);
});

Deno.test("Elapsed: without an end nothing is ever left", () => {
  const { elapsed } = begun({});
  assertEquals([elapsed.beginRun(), elapsed.left, elapsed.endsAt], [
    null,
    null,
    null,
  ]);
  assertEquals(elapsed.isNearEnd, false);
});
