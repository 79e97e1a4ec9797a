// Disks that fail in ways that no test can bring about: the trial is a fake.
// Real disks are in tests/faults/disk_test.ts.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { FakeDisk } from "../../fakes/disk.ts";
import { isWaiting, nextRun, passUntil, Scene } from "../../support/scene.ts";
import { waitFor } from "../../support/wait.ts";

const NO_SPACE =
  "[error] av_interleaved_write_frame(): No space left on device";

for (const fault of ["disk_full", "disk_read_only", "disk_error"] as const) {
  Deno.test(`Session: waits after ${fault}, and continues when the disk can be written`, async () => {
    const disk = new FakeDisk();
    using scene = new Scene(null, null, disk);
    const end = scene.session.toEnd();
    await scene.flow(0, 20);
    scene.keep();
    disk.fault = fault;
    scene.ffmpeg.say("[error] Input/output error");
    scene.ffmpeg.exit(1);
    await passUntil(scene, "wait", isWaiting(scene, fault));
    // Far longer than the start may take.
    for (let minute = 0; minute < 60; minute++) {
      await scene.clock.advanceAsync(60_000);
    }
    assertEquals(scene.processes.length, 1);
    disk.fault = null;
    const since = scene.clock.monotonic();
    await passUntil(scene, "next run", () => scene.processes.length === 2);
    const delay = scene.clock.monotonic() - since;
    assert(delay <= 10_000, `${delay} ms`);
    await scene.flow(0, 5);
    scene.session.stop("interrupted");
    assertEquals((await end).exitCode, 0);
    const [gap, more] = scene.eventsOf("gap");
    assertEquals(more, undefined);
    assertEquals(gap?.cause, fault);
    assert(gap !== undefined && gap.duration > 3_600);
    assertEquals(
      scene.eventsOf("recovery").map(({ cause, delay }) => [cause, delay]),
      [[fault, 0]],
    );
  });
}

Deno.test("Session: sees at once that a full disk has room", async () => {
  const disk = new FakeDisk();
  using scene = new Scene(null, null, disk);
  const end = scene.session.toEnd();
  await scene.flow(0, 20);
  [disk.fault, disk.free] = ["disk_full", 0];
  scene.ffmpeg.say(NO_SPACE);
  scene.ffmpeg.exit(1);
  await passUntil(scene, "wait", isWaiting(scene, "disk_full"));
  await scene.clock.advanceAsync(7_000);
  const trials = disk.trials.length;
  [disk.fault, disk.free] = [null, 1e9];
  await scene.clock.advanceAsync(250);
  await waitFor("next run", () => scene.processes.length === 2 || null);
  assertEquals(disk.trials.length, trials + 1);
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: tries a full disk that has free bytes every five seconds only", async () => {
  const disk = new FakeDisk();
  using scene = new Scene(null, null, disk);
  const end = scene.session.toEnd();
  await scene.flow(0, 20);
  // As under a quota.
  [disk.fault, disk.free] = ["disk_full", 1e9];
  scene.ffmpeg.say(NO_SPACE);
  scene.ffmpeg.exit(1);
  await passUntil(scene, "wait", isWaiting(scene, "disk_full"));
  const trials = disk.trials.length;
  for (let step = 0; step < 40; step++) await scene.clock.advanceAsync(500);
  assertEquals(disk.trials.length, trials + 4);
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: waits for a disk without time for its start passing", async () => {
  const disk = new FakeDisk();
  disk.fault = "disk_full";
  using scene = new Scene(null, null, disk);
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(1_000);
  scene.ffmpeg.say(NO_SPACE);
  scene.ffmpeg.exit(1);
  await passUntil(scene, "wait", isWaiting(scene, "disk_full"));
  for (let minute = 0; minute < 10; minute++) {
    await scene.clock.advanceAsync(60_000);
  }
  assertEquals(scene.eventsOf("session_stop"), []);
  disk.fault = null;
  await passUntil(scene, "next run", () => scene.processes.length === 2);
  // Now the rest of that time passes.
  await scene.clock.advanceAsync(27_000);
  assertEquals(scene.eventsOf("session_stop"), []);
  await scene.clock.advanceAsync(5_000);
  const outcome = await end;
  assertEquals([outcome.reason, outcome.exitCode], ["start_failed", 1]);
});

Deno.test("Session: waits before its first run when the disk is known to be full", async () => {
  const disk = new FakeDisk();
  disk.fault = "disk_full";
  using scene = new Scene(null, null, disk);
  scene.session.diskFailed("disk_full");
  const end = scene.session.toEnd();
  await passUntil(scene, "wait", isWaiting(scene, "disk_full"));
  assertEquals(scene.processes.length, 0);
  disk.fault = null;
  await passUntil(scene, "first run", () => scene.processes.length === 1);
  await scene.flow(0, 5);
  scene.session.stop("interrupted");
  await end;
  assertEquals(scene.eventsOf("gap").map(({ cause }) => cause), ["disk_full"]);
});

Deno.test("Session: stops ffmpeg when the disk is full while it records", async () => {
  const disk = new FakeDisk();
  using scene = new Scene(null, null, disk);
  const end = scene.session.toEnd();
  await scene.flow(0, 20);
  disk.fault = "disk_full";
  scene.session.diskFailed("disk_full");
  assertEquals(scene.ffmpeg.stops, 1);
  await passUntil(scene, "wait", isWaiting(scene, "disk_full"));
  assertEquals(scene.processes.length, 1);
  // A second report changes nothing.
  scene.session.diskFailed("disk_full");
  scene.session.stop("interrupted");
  assertEquals((await end).reason, "interrupted");
  assertEquals(scene.eventsOf("gap").map(({ cause }) => cause), ["disk_full"]);
});

Deno.test("Session: ends at its time while it waits for the disk", async () => {
  const disk = new FakeDisk();
  using scene = new Scene(60, null, disk);
  const end = scene.session.toEnd();
  await scene.flow(0, 20);
  scene.keep();
  disk.fault = "disk_full";
  scene.session.diskFailed("disk_full");
  await passUntil(
    scene,
    "end",
    () => scene.eventsOf("session_stop").length > 0,
  );
  const outcome = await end;
  assertEquals([outcome.reason, outcome.exitCode], ["duration_reached", 0]);
  assertAlmostEquals(scene.eventsOf("session_stop")[0]?.wall ?? 0, 60, 2);
});

Deno.test("Session: ends a duration on time when it first waited for the disk", async () => {
  const disk = new FakeDisk();
  disk.fault = "disk_full";
  using scene = new Scene(60, null, disk);
  scene.session.diskFailed("disk_full");
  const end = scene.session.toEnd();
  await passUntil(scene, "wait", isWaiting(scene, "disk_full"));
  await scene.clock.advanceAsync(20_000);
  disk.fault = null;
  await passUntil(scene, "first run", () => scene.processes.length === 1);
  scene.keep();
  const reported = () => scene.eventsOf("session_stop").length > 0;
  let second = 0;
  await passUntil(scene, "end", () => {
    if (!reported()) scene.ffmpeg.capture(second += 0.5);
    return reported();
  });
  await end;
  assertAlmostEquals(scene.eventsOf("session_stop")[0]?.wall ?? 0, 60, 4);
});

Deno.test("Session: hears a stop while its disk does not answer", async () => {
  const disk = new FakeDisk();
  using scene = new Scene(null, null, disk);
  const end = scene.session.toEnd();
  await scene.flow(0, 20);
  scene.keep();
  disk.hangs = true;
  scene.session.diskFailed("disk_full");
  await passUntil(scene, "trial", () => disk.trials.length > 0);
  scene.session.stop("terminated");
  await passUntil(
    scene,
    "end",
    () => scene.eventsOf("session_stop").length > 0,
  );
  assertEquals((await end).exitCode, 0);
});

Deno.test("Session: starts the next run although the trial of the disk does not answer", async () => {
  const disk = new FakeDisk();
  disk.hangs = true;
  using scene = new Scene(null, null, disk);
  const end = scene.session.toEnd();
  await scene.flow(0, 20);
  await nextRun(scene);
  scene.session.stop("interrupted");
  await end;
  assertEquals(scene.eventsOf("recovery")[0]?.cause, "ffmpeg_exited");
});

Deno.test("Session: continues at once, with ffmpeg's cause, when the disk is sound", async () => {
  const disk = new FakeDisk();
  using scene = new Scene(null, null, disk);
  const end = scene.session.toEnd();
  await scene.flow(0, 20);
  scene.ffmpeg.say("[error] Read-only file system");
  await nextRun(scene);
  scene.session.stop("interrupted");
  await end;
  assertEquals(scene.eventsOf("recovery")[0]?.cause, "folder_unwritable");
  assertEquals(scene.eventsOf("warning"), []);
});

for (
  const [fault, reason] of [
    ["disk_full", "disk_full"],
    ["disk_read_only", "gave_up"],
    ["disk_error", "gave_up"],
  ] as const
) {
  Deno.test(`Session: ends with ${reason} after ${fault} when it is not to wait`, async () => {
    const disk = new FakeDisk();
    disk.onFull = "stop";
    using scene = new Scene(null, null, disk);
    const end = scene.session.toEnd();
    await scene.flow(0, 20);
    scene.keep();
    disk.fault = fault;
    scene.ffmpeg.exit(1);
    await passUntil(
      scene,
      "end",
      () => scene.eventsOf("session_stop").length > 0,
    );
    const outcome = await end;
    assertEquals([outcome.reason, outcome.exitCode], [reason, 1]);
    assertEquals(scene.eventsOf("error").map(({ code }) => code), [fault]);
    assertEquals(scene.eventsOf("gap").map(({ cause }) => cause), [fault]);
  });
}
