import { assertEquals } from "@std/assert";
import { DiskPulse } from "../../../../src/recorder/watches/disk_pulse.ts";
import { FakeClock } from "../../../fakes/clock.ts";

/** A folder whose disk answers or hangs. */
class Scene implements Disposable {
  readonly clock = new FakeClock();
  holds = 0;
  checks = 0;
  looks = 0;
  answer: Promise<boolean> = Promise.resolve(true);
  readonly pulse: DiskPulse;

  constructor() {
    this.pulse = new DiskPulse({
      folder: {
        isThere: () => {
          this.looks++;
          return this.answer;
        },
      },
      clock: this.clock,
      log: {
        hold: () => {
          this.holds++;
          return { [Symbol.dispose]: () => void this.holds-- };
        },
        check: () => void this.checks++,
      },
    });
  }

  /** Asks every second, as reports of ffmpeg do; returns the answers. */
  async askFor(seconds: number): Promise<boolean[]> {
    const answers: boolean[] = [];
    for (let second = 0; second < seconds; second++) {
      await this.clock.advanceAsync(1_000);
      answers.push(await this.pulse.isGone());
    }
    return answers;
  }

  [Symbol.dispose](): void {
    this.pulse[Symbol.dispose]();
  }
}

Deno.test("DiskPulse: has the log look at its file every two seconds, also without a question", async () => {
  using scene = new Scene();
  await scene.clock.advanceAsync(10_600);
  assertEquals([scene.looks, scene.checks, scene.holds], [6, 6, 0]);
  // It keeps no process alive.
  assertEquals(scene.clock.holding, 0);
});

Deno.test("DiskPulse: looks every two seconds when it is asked, and by no timer", async () => {
  using scene = new Scene();
  assertEquals(await scene.askFor(10), Array(10).fill(false));
  assertEquals([scene.looks, scene.checks, scene.holds], [6, 6, 0]);
});

Deno.test("DiskPulse: reports a folder that is gone, and one that is back", async () => {
  using scene = new Scene();
  scene.answer = Promise.resolve(false);
  assertEquals(await scene.askFor(4), [false, true, false, true]);
  scene.answer = Promise.resolve(true);
  assertEquals(await scene.askFor(4), Array(4).fill(false));
  // The log is asked each time: it has its own way with a folder that is gone.
  assertEquals(scene.checks, 5);
});

Deno.test("DiskPulse: lets lines wait while the disk does not answer", async () => {
  using scene = new Scene();
  const hung = Promise.withResolvers<boolean>();
  await scene.clock.advanceAsync(500);
  scene.answer = hung.promise;
  await scene.clock.advanceAsync(4_000);
  assertEquals([scene.holds, scene.pulse.isHanging], [1, true]);
  const { checks, looks } = scene;
  await scene.clock.advanceAsync(60_000);
  assertEquals(await scene.pulse.isGone(), false);
  // It is asked once, and the log is not touched.
  assertEquals([scene.holds, scene.checks, scene.looks], [1, checks, looks]);
  scene.answer = Promise.resolve(true);
  hung.resolve(true);
  await scene.clock.advanceAsync(0);
  assertEquals([scene.holds, scene.pulse.isHanging], [0, false]);
  assertEquals(scene.checks, checks + 1);
});

Deno.test("DiskPulse: a question finds a disk that hangs within a second", async () => {
  using scene = new Scene();
  scene.answer = new Promise(() => {});
  void scene.askFor(2);
  await scene.clock.advanceAsync(2_000);
  assertEquals(scene.holds, 0);
  void scene.askFor(1);
  await scene.clock.advanceAsync(1_000);
  assertEquals(scene.holds, 1);
});

Deno.test("DiskPulse: gives the lines free when it ends", async () => {
  const scene = new Scene();
  scene.answer = new Promise(() => {});
  await scene.clock.advanceAsync(4_300);
  assertEquals(scene.holds, 1);
  scene[Symbol.dispose]();
  assertEquals([scene.holds, scene.clock.waiting], [0, 0]);
});
