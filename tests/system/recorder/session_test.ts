// States that no real program can be brought into: the clock is set, the
// machine sleeps, time is long. Clock and ffmpeg are fakes; all else is real.

import { assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { waitFor } from "../../support/wait.ts";
import { chunk } from "../../support/dead_session.ts";
import { exists } from "../../../src/platform/fs.ts";
import { FakeDisk } from "../../fakes/disk.ts";
import { isWaiting, nextRun, passUntil, Scene } from "../../support/scene.ts";

Deno.test("Session: ends the gap of a short run before the next attempt", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.flow(0, 5);
  await nextRun(scene);
  await scene.clock.advanceAsync(5_000);
  scene.ffmpeg.measure(0, -12);
  // Too large to be waited for.
  await scene.noise(1);
  await nextRun(scene);
  scene.session.stop("interrupted");
  await end;
  assertEquals(
    scene.events.map(({ event }) => event).filter((event) =>
      event === "gap" || event === "ffmpeg_stopped" || event === "recovery"
    ).slice(0, 5),
    ["ffmpeg_stopped", "recovery", "gap", "ffmpeg_stopped", "recovery"],
  );
});

Deno.test("Session: closes a blocked chunk later and excludes it from the gap", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await closableLater(scene);
  await scene.flow(0, 2);
  const [closed] = await waitFor(
    "the chunk",
    () =>
      scene.eventsOf("gap").length > 0 ? scene.eventsOf("chunk_created") : null,
  );
  scene.session.stop("interrupted");
  await end;
  assertEquals([closed?.file, closed?.duration], ["chunk_00001.flac", 10]);
  assertEquals(scene.eventsOf("error").length, 1);
  const [gap] = scene.eventsOf("gap");
  assertAlmostEquals(gap?.start ?? 0, closed?.end ?? 0, 1);
  assertAlmostEquals(gap?.duration ?? 0, 6, 1);
  assertEquals(scene.eventsOf("session_stop")[0]?.chunks, 1);
});

Deno.test("Session: excludes a blocked chunk from the gap when the next run ends at once", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await closableLater(scene);
  await scene.noise(2);
  scene.ffmpeg.measure(0, -12);
  scene.ffmpeg.list("chunk_00002.flac.part", 0, 1);
  await nextRun(scene);
  scene.session.stop("interrupted");
  await end;
  const [first, second] = scene.eventsOf("chunk_created");
  assertEquals([first?.seq, second?.seq], [1, 2]);
  const [gap] = scene.eventsOf("gap");
  assertAlmostEquals(gap?.start ?? 0, first?.end ?? 0, 1);
  assertAlmostEquals(gap?.end ?? 0, second?.start ?? 0, 1);
});

/** Ten seconds in a chunk that cannot be closed when its run ends, and can be 5 s later. */
async function closableLater(scene: Scene): Promise<void> {
  const { path } = scene.folder;
  await scene.flow(0, 10);
  await chunk(path, 1, 10);
  const name = join(path, "chunk_00001.flac");
  Deno.renameSync(name, `${name}.part`);
  Deno.mkdirSync(name);
  await nextRun(scene);
  await waitFor("the failure", () => scene.eventsOf("error")[0] ?? null);
  Deno.removeSync(name);
  await scene.clock.advanceAsync(5_000);
}

Deno.test("Session: ends although its folder was away before the start of the run was known", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.noise(1);
  const { path } = scene.folder;
  await waitFor("ffmpeg", () => scene.processes.length > 0 || null);
  // Its start is known once more was reported, or when it ends.
  scene.ffmpeg.capture(0.1);
  Deno.renameSync(path, `${path}.away`);
  scene.ffmpeg.list("chunk_00001.flac.part", 0, 1);
  await waitFor("the chunk that is away", async () => {
    await scene.clock.advanceAsync(1);
    return scene.eventsOf("error").length > 0 || null;
  });
  Deno.renameSync(`${path}.away`, path);
  // The chunk is tried again when the start is reported.
  scene.session.stop("interrupted");
  let outcome: string | null = null;
  void end.then(({ reason }) => outcome = reason);
  await waitFor("the end", async () => {
    await scene.clock.advanceAsync(100);
    return outcome;
  }, { limit: 10_000 });
  assertEquals(outcome, "interrupted");
  assertEquals(scene.eventsOf("chunk_created").map(({ seq }) => seq), [1]);
});

Deno.test("Session: takes the number that an empty chunk frees while it waits for the disk", async () => {
  const disk = new FakeDisk();
  using scene = new Scene(null, null, disk);
  const end = scene.session.toEnd();
  await scene.flow(0, 2);
  await scene.noise(1);
  const empty = join(scene.folder.path, "chunk_00002.flac.part");
  Deno.writeFileSync(empty, new Uint8Array());
  const busy = Promise.withResolvers<void>();
  scene.sync.file = () => busy.promise;
  disk.fault = "disk_full";
  scene.ffmpeg.say("[error] No space left on device");
  scene.ffmpeg.exit(1);
  await passUntil(scene, "wait", isWaiting(scene, "disk_full"));
  busy.resolve();
  await waitFor("the empty file's end", () => !exists(empty) || null);
  disk.fault = null;
  await passUntil(scene, "next run", () => scene.processes.length === 2);
  assertMatch(
    scene.eventsOf("ffmpeg_command")[1]?.command ?? "",
    /-segment_start_number 2 /,
  );
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: takes the number of an empty chunk that the disk let go only after the wait", async () => {
  const disk = new FakeDisk();
  using scene = new Scene(null, null, disk);
  const end = scene.session.toEnd();
  await scene.flow(0, 2);
  await chunk(scene.folder.path, 1, 2);
  const first = join(scene.folder.path, "chunk_00001.flac");
  const empty = join(scene.folder.path, "chunk_00002.flac.part");
  Deno.renameSync(first, `${first}.part`);
  Deno.writeFileSync(empty, new Uint8Array());
  const refused = new Error("Read-only file system (os error 30)");
  const { remove } = Deno;
  Deno.remove = () => Promise.reject(refused);
  disk.fault = "disk_read_only";
  scene.ffmpeg.say("[error] Read-only file system");
  scene.ffmpeg.exit(1);
  try {
    await passUntil(scene, "wait", isWaiting(scene, "disk_read_only"));
    await waitFor("the failure", () => scene.eventsOf("error")[0] ?? null);
  } finally {
    Deno.remove = remove;
  }
  assertEquals(exists(empty), true);
  disk.fault = null;
  await passUntil(scene, "next run", () => scene.processes.length === 2);
  assertMatch(
    scene.eventsOf("ffmpeg_command")[1]?.command ?? "",
    /-segment_start_number 2 /,
  );
  scene.session.stop("interrupted");
  await end;
});
