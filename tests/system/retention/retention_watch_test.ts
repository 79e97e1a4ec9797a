import { assertEquals, assertMatch } from "@std/assert";
import type { SessionEvent } from "../../../src/events.ts";
import { RetentionWatch } from "../../../src/recorder/watches/retention_watch.ts";
import { lockPath } from "../../../src/retention/lock.ts";
import { FakeClock } from "../../fakes/clock.ts";
import { DAY, HOUR, OutputFolder } from "../../support/output_folder.ts";

const NOW = Date.UTC(2025, 8, 22, 10);

/** The rules of a recording in an output folder, and what it logs of them. */
class Scene implements Disposable {
  readonly out = new OutputFolder();
  readonly clock = new FakeClock(NOW);
  readonly events: SessionEvent[] = [];

  [Symbol.dispose](): void {
    this.out[Symbol.dispose]();
  }

  watch(): RetentionWatch {
    return new RetentionWatch({
      outputDir: this.out.path,
      rules: {
        ...{ maxAge: 30 * 86_400, maxBytes: null, minFreeBytes: null },
        ...{ minAge: 0, keepLogs: 365 * 86_400 },
      },
      clock: this.clock,
      sink: { emit: (event) => this.events.push(event) },
      freeBytes: () => Promise.resolve(null),
    });
  }

  /** The warnings so far, each as its code and message. */
  warnings(): string[] {
    return this.events.flatMap((event) =>
      event.event === "warning" ? [`${event.code} ${event.message}`] : []
    );
  }
}

for (
  const [ended, what] of [
    [
      NOW - 40 * DAY,
      /^retention_clock The newest audio \(2025-08-13 10:00:00 UTC\) is more than a day old, so the clock may be wrong: /,
    ],
    [
      NOW + HOUR,
      /^retention_clock The clock is before the newest audio \(2025-09-22 11:00:00 UTC\): /,
    ],
  ] as const
) {
  Deno.test(`RetentionWatch: warns once of a clock that is ${(NOW - ended) / HOUR} hours after the newest audio`, async () => {
    using scene = new Scene();
    scene.out.session("a", { start: ended - 4 * HOUR, chunks: 4 });
    const watch = scene.watch();
    assertEquals(await watch.apply(), false);
    assertEquals(await watch.apply(), false);
    const [warning = "", ...more] = scene.warnings();
    assertMatch(warning, what);
    assertEquals(more, []);
    assertEquals(scene.out.left().length, 4);
  });
}

Deno.test("RetentionWatch: warns of a fault once, and again when it comes back", async () => {
  using scene = new Scene();
  scene.out.session("a", { start: NOW - 5 * HOUR, chunks: 4 });
  const watch = scene.watch();
  const lock = lockPath(scene.out.path);
  for (const times of [1, 2]) {
    Deno.mkdirSync(lock);
    await watch.apply();
    await watch.apply();
    assertEquals(scene.warnings().length, times);
    Deno.removeSync(lock);
    await watch.apply();
    Deno.removeSync(lock);
  }
  assertMatch(scene.warnings().join(), /^retention_failed Cannot apply /);
});
