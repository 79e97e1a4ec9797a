import { assert, assertEquals } from "@std/assert";
import { pause, systemClock } from "../../../src/platform/clock.ts";
import { FakeClock } from "../../fakes/clock.ts";

Deno.test("systemClock: returns the time and runs and clears timers", async () => {
  const now = systemClock.now();
  assert(Math.abs(now - Date.now()) < 1_000);
  const before = systemClock.monotonic();
  await new Promise<void>((resolve) => {
    const never = systemClock.setTimeout(() => {
      throw new Error("was taken back");
    }, 1);
    systemClock.clearTimeout(never);
    systemClock.setTimeout(resolve, 5);
  });
  assert(systemClock.monotonic() > before);
  systemClock.clearTimeout(0);
  systemClock.unref(0);
});

Deno.test("FakeClock: runs timers in the order in which they are due", () => {
  const clock = new FakeClock(1_000);
  const ran: string[] = [];
  clock.setTimeout(() => {
    ran.push(`b ${clock.now()}`);
    clock.setTimeout(() => ran.push(`c ${clock.now()}`), 10);
  }, 20);
  clock.setTimeout(() => ran.push(`a ${clock.now()}`), 10);
  const never = clock.setTimeout(() => ran.push("never"), 15);
  clock.clearTimeout(never);
  clock.unref(clock.setTimeout(() => ran.push("later"), 1_000));
  assertEquals(clock.holding, 2);
  clock.advance(100);
  assertEquals(ran, ["a 1010", "b 1020", "c 1030"]);
  assertEquals([clock.now(), clock.monotonic()], [1_100, 100]);
  assertEquals([clock.waiting, clock.holding], [1, 0]);
});

Deno.test("FakeClock: runs no timer when it is stepped", () => {
  const clock = new FakeClock(1_000);
  clock.setTimeout(() => {
    throw new Error("ran");
  }, 10);
  clock.step(-500);
  clock.step(1_000);
  assertEquals([clock.now(), clock.monotonic()], [1_500, 0]);
});

Deno.test("FakeClock: settles promises between timers in advanceAsync", async () => {
  const clock = new FakeClock();
  const ran: number[] = [];
  const loop = async () => {
    for (let n = 0; n < 3; n++) {
      await new Promise<void>((resolve) => clock.setTimeout(resolve, 10));
      ran.push(n);
    }
  };
  const done = loop();
  await clock.advanceAsync(100);
  await done;
  assertEquals(ran, [0, 1, 2]);
});

Deno.test("pause: ends after its time, or when one of its signals comes", async () => {
  const clock = new FakeClock();
  let ended = "";
  const wait = (name: string, ...signals: AbortSignal[]) =>
    pause(clock, 1_000, ...signals).then(() => ended += name);
  const [one, other] = [new AbortController(), new AbortController()];
  const work = [wait("a", one.signal, other.signal), wait("b")];
  await clock.advanceAsync(900);
  assertEquals(ended, "");
  other.abort();
  await clock.advanceAsync(0);
  assertEquals(ended, "a");
  await clock.advanceAsync(100);
  await Promise.all(work);
  assertEquals(ended, "ab");
  await pause(clock, 1_000, AbortSignal.abort());
});
