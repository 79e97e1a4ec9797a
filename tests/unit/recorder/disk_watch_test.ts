// A disk that fills and empties at will. It is a fake: the real one is in
// tests/faults/disk_test.ts.

import { assert, assertEquals } from "@std/assert";
import { existsSync } from "@std/fs";
import { join } from "@std/path";
import type { SessionEvent } from "../../../src/events.ts";
import { DiskWatch } from "../../../src/recorder/disk_watch.ts";
import { MIN_BYTES } from "../../../src/sessions/reserve.ts";
import { SessionTotals } from "../../../src/sessions/totals.ts";
import { FakeClock } from "../../fakes/clock.ts";
import { created } from "../../support/dead_session.ts";
import { tempFolder } from "../../support/temp.ts";

const LIMIT = 1_000_000;
const LOOK_MS = 30_000;

class Disk implements AsyncDisposable {
  readonly folder = tempFolder();
  readonly clock = new FakeClock();
  readonly warnings: unknown[] = [];
  free: number | null = 10 * LIMIT;
  full = 0;
  hangs = false;
  readonly totals = new SessionTotals();
  readonly watch = new DiskWatch({
    folder: this.folder.path,
    totals: this.totals,
    minFreeBytes: LIMIT,
    freeBytes: () =>
      this.hangs ? new Promise(() => {}) : Promise.resolve(this.free),
    sink: { emit: (event) => void this.warnings.push(hoursIn(event)) },
    clock: this.clock,
    onFull: () => this.full++,
  });

  /** Lets the watch look, with so much room; tells what it said then. */
  async check(free: number | null): Promise<unknown[]> {
    this.free = free;
    await this.clock.advanceAsync(LOOK_MS);
    return this.warnings.splice(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.watch[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}

function hoursIn(event: SessionEvent): unknown {
  return event.event === "warning" && event.code === "disk_low"
    ? [event.message, event.details?.["hours_left"]]
    : event;
}

Deno.test("DiskWatch: warns of low space once and once more with the hours left", async () => {
  await using disk = new Disk();
  await disk.watch.start();
  assertEquals(await disk.check(LIMIT), []);
  assertEquals(await disk.check(LIMIT - 1), [
    ["Little space is left for the recording", null],
  ]);
  assertEquals(await disk.check(LIMIT - 1), []);
  // A hundred bytes in ten seconds.
  disk.totals.record(created(1, 0));
  assertEquals(await disk.check(360_000), [
    ["The space lasts for 10 h at this rate", 10],
  ]);
  assertEquals(await disk.check(350_000), []);
});

Deno.test("DiskWatch: warns again after space was freed", async () => {
  await using disk = new Disk();
  await disk.watch.start();
  disk.totals.record(created(1, 0));
  assertEquals((await disk.check(LIMIT - 1)).length, 1);
  // A little more room is no news.
  assertEquals(await disk.check(LIMIT * 1.05), []);
  assertEquals(await disk.check(LIMIT - 1), []);
  assertEquals(await disk.check(LIMIT * 1.2), []);
  assertEquals((await disk.check(LIMIT - 1)).length, 1);
});

Deno.test("DiskWatch: ignores unknown free space and reports a full disk", async () => {
  await using disk = new Disk();
  await disk.watch.start();
  assertEquals(await disk.check(null), []);
  assertEquals(disk.full, 0);
  assertEquals(await disk.check(MIN_BYTES - 1), []);
  assertEquals(disk.full, 1);
  // It keeps watching: the session may wait for room.
  assertEquals((await disk.check(null)).length, 0);
  assertEquals(disk.full, 1);
  await disk.check(0);
  assert(disk.full > 1);
});

Deno.test("DiskWatch: ends although its disk does not answer", async () => {
  const disk = new Disk();
  disk.hangs = true;
  await disk.watch.start();
  await disk.check(0);
  const ended = disk[Symbol.asyncDispose]();
  await disk.clock.advanceAsync(2_000);
  await ended;
});

Deno.test("DiskWatch: creates the reserve on start and removes it on release", async () => {
  await using disk = new Disk();
  const reserve = join(disk.folder.path, ".reserve");
  await disk.watch.start();
  assertEquals(Deno.statSync(reserve).size, 65_536);
  disk.watch.observe({ kind: "finishing" });
  assertEquals(existsSync(reserve), false);
});
