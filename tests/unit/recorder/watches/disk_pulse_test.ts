import { assertEquals } from "@std/assert";
import { DiskPulse } from "../../../../src/recorder/watches/disk_pulse.ts";
import { FakeClock } from "../../../fakes/clock.ts";

/** A log whose disk answers or hangs. */
class Scene implements Disposable {
  readonly clock = new FakeClock();
  holds = 0;
  checks = 0;
  answer: Promise<void> = Promise.resolve();
  readonly pulse: DiskPulse;

  constructor() {
    this.pulse = new DiskPulse({
      path: "/x/session.log",
      clock: this.clock,
      look: () => this.answer,
      log: {
        hold: () => {
          this.holds++;
          return { [Symbol.dispose]: () => void this.holds-- };
        },
        check: () => void this.checks++,
      },
    });
  }

  [Symbol.dispose](): void {
    this.pulse[Symbol.dispose]();
  }
}

Deno.test("DiskPulse: has the log look at its file every two seconds while audio comes", async () => {
  using scene = new Scene();
  const { fired } = scene.clock;
  for (let seconds = 1; seconds <= 10; seconds++) {
    await scene.clock.advanceAsync(1_000);
    scene.pulse.observe({ kind: "audio" });
    await scene.clock.advanceAsync(0);
  }
  assertEquals([scene.checks, scene.holds], [6, 0]);
  // Audio woke the recorder anyway.
  assertEquals([scene.clock.fired, scene.clock.waiting], [fired, 1]);
});

Deno.test("DiskPulse: looks without audio, too", async () => {
  using scene = new Scene();
  await scene.clock.advanceAsync(12_000);
  assertEquals([scene.checks, scene.holds], [6, 0]);
  // It keeps no process alive.
  assertEquals(scene.clock.holding, 0);
});

Deno.test("DiskPulse: lets lines wait while the disk does not answer", async () => {
  using scene = new Scene();
  const hung = Promise.withResolvers<void>();
  await scene.clock.advanceAsync(500);
  scene.answer = hung.promise;
  await scene.clock.advanceAsync(5_000);
  assertEquals([scene.holds, scene.pulse.isHanging], [1, true]);
  const { checks } = scene;
  await scene.clock.advanceAsync(60_000);
  // It is asked once, and the log is not touched.
  assertEquals([scene.holds, scene.checks], [1, checks]);
  scene.answer = Promise.resolve();
  hung.resolve();
  await scene.clock.advanceAsync(0);
  assertEquals([scene.holds, scene.pulse.isHanging], [0, false]);
  assertEquals(scene.checks, checks + 1);
});

Deno.test("DiskPulse: a file that was deleted is no disk that hangs", async () => {
  using scene = new Scene();
  const failed = Promise.reject(new Deno.errors.NotFound("x"));
  failed.catch(() => {});
  scene.answer = failed;
  await scene.clock.advanceAsync(7_200);
  assertEquals([scene.holds, scene.checks], [0, 4]);
});

Deno.test("DiskPulse: gives the lines free when it ends", async () => {
  const scene = new Scene();
  scene.answer = new Promise(() => {});
  await scene.clock.advanceAsync(5_000);
  assertEquals(scene.holds, 1);
  scene[Symbol.dispose]();
  assertEquals([scene.holds, scene.clock.waiting], [0, 0]);
});
