import { assertEquals } from "@std/assert";
import { tempFolder } from "../support/temp.ts";
import {
  assertSound,
  fakeFfmpeg,
  ffmpegPid,
  gapCauses,
  startRecording,
  waitForGaps,
} from "./support.ts";
import { assertExplained } from "./explained.ts";

Deno.test("recovery: restarts an ffmpeg that was killed and loses a moment each time", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  for (let kill = 1; kill <= 3; kill++) {
    await session.waitForEvent("ffmpeg_started", kill);
    await session.waitForEvent("chunk_created", 2 * kill - 1);
    Deno.kill(ffmpegPid(session), "SIGKILL");
  }
  await waitForGaps(session, 3);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted");
  await assertExplained(session, "ffmpeg killed");
  assertEquals(new Set(gapCauses(session)), new Set(["ffmpeg_killed"]));
  const [first] = session.eventsOf("recovery");
  assertEquals([first?.attempt, first?.delay, first?.signal], [
    1,
    0,
    "SIGKILL",
  ]);
});

Deno.test("recovery: restarts an ffmpeg that another process terminated and logs the cause", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  Deno.kill(ffmpegPid(session), "SIGTERM");
  await waitForGaps(session);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted");
  await assertExplained(session, "ffmpeg terminated");
  assertEquals(gapCauses(session), ["ffmpeg_killed"]);
});

Deno.test("recovery: restarts an ffmpeg that was suspended and logs a stall", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  Deno.kill(ffmpegPid(session), "SIGSTOP");
  await session.waitForEvent("ffmpeg_started", 2);
  await waitForGaps(session);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted");
  await assertExplained(session, "ffmpeg stood still");
  assertEquals(gapCauses(session), ["stall"]);
  const stopped = session.eventsOf("ffmpeg_stopped")[0];
  assertEquals(stopped?.stopped_by, "SIGKILL");
});

Deno.test("recovery: restarts an ffmpeg that exits unexpectedly with code 0", async () => {
  using home = tempFolder();
  const ffmpeg = await fakeFfmpeg(
    home.path,
    `has_two() { ls "$HOME_DIR"/recordings/*/chunk_00002* >/dev/null 2>&1; }
mkdir "$HOME_DIR/once" 2>/dev/null && {
  { until has_two; do sleep 0.1; done; printf q; } | "$FFMPEG" "$@"
  exit $?
}
exec "$FFMPEG" "$@"`,
  );
  await using recording = await startRecording(home.path, [
    ...["--device", "test", "--ffmpeg", ffmpeg],
  ]);
  const { running, session } = recording;
  await session.waitForEvent("ffmpeg_started", 2);
  await session.waitForEvent("chunk_created", 3);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const stop = await assertSound(session, "interrupted");
  await assertExplained(session, "ffmpeg ended with 0");
  assertEquals(stop.retries, 1);
  assertEquals(session.eventsOf("recovery")[0]?.exit_code, 0);
});
