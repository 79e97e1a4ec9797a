import { assertEquals } from "@std/assert";
import { assertExplained } from "./explained.ts";
import { holdSyncs } from "../support/slow_sync.ts";
import { tempFolder } from "../support/temp.ts";
import { assertSound, ffmpegPid, startRecording } from "./support.ts";

Deno.test("a disk that takes a minute for each sync stops neither the audio nor the log", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, [
    ...["--device", "test"],
  ]);
  const { running, session } = recording;
  {
    await using held = await holdSyncs(running.pid, 60);
    if (held === null) return;
    await session.waitFor(
      "three chunks that wait for the disk",
      () => session.files(".part").length >= 3 || null,
    );
    const closed = session.eventsOf("chunk_created").length;
    Deno.kill(ffmpegPid(session), "SIGKILL");
    await session.waitForEvent("recovery");
    await session.waitFor(
      "the next run",
      () => session.logText().includes(": ffmpeg_command run=2 ") || null,
    );
    const parts = session.files(".part").length;
    await session.waitFor(
      "the next run's chunks",
      () => session.files(".part").length >= parts + 2 || null,
    );
    assertEquals(session.eventsOf("chunk_created").length, closed);
  }
  await session.waitForEvent("ffmpeg_started", 2);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted", 2);
  await assertExplained(session, "ffmpeg killed");
});
