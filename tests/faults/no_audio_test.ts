import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { echolog, onlySession } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import {
  assertSound,
  configured,
  fakeFfmpeg,
  gapCauses,
  startRecording,
} from "./support.ts";
import { assertExplained } from "./explained.ts";

Deno.test("recovery: kills an ffmpeg that ignores q and SIGTERM and keeps its audio", async () => {
  using home = tempFolder();
  const ffmpeg = await fakeFfmpeg(
    home.path,
    `trap '' TERM INT
"$FFMPEG" "$@" </dev/null &
while :; do wait; done`,
  );
  await using recording = await startRecording(home.path, [
    ...["--device", "test", "--ffmpeg", ffmpeg],
  ]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  // The child ends with SIGTERM, its parent only with SIGKILL.
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted", 9);
  await assertExplained(session, "ffmpeg would not stop");
  assertEquals(
    session.eventsOf("ffmpeg_stopped").at(-1)?.stopped_by,
    "SIGKILL",
  );
});

Deno.test("recovery: gives up when there is no audio within start_timeout", async () => {
  using home = tempFolder();
  const env = configured(home.path, '[recovery]\nstart_timeout = "4s"\n');
  const { code, stderr } = await echolog(
    ["record", "--device", "pulse:none"],
    { home: home.path, env: { ...env, PULSE_SERVER: "unix:/dev/null/none" } },
  );
  assertEquals(code, 1);
  assert(stderr.startsWith("echolog: No audio within 4 s"));
  const session = await onlySession(join(home.path, "recordings"));
  const stop = await assertSound(session, "start_failed");
  await assertExplained(session, "no sound server at all");
  assertEquals(stop.coverage, 0);
  assertEquals(gapCauses(session), ["device_missing"]);
});

Deno.test("recovery: gives up when ffmpeg captures audio but cannot write it", async () => {
  using home = tempFolder();
  const env = configured(
    home.path,
    `
[recovery]
start_timeout = "4s"
backoff_max = "1s"
[ffmpeg]
output_args = ["-c:a", "pcm_s16le"]
`,
  );
  for (const duration of [[], ["--duration", "2s"]]) {
    const { code, stderr } = await echolog(
      ["record", "--device", "test", ...duration],
      { home: home.path, env },
    );
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^echolog: No audio .*: ffmpeg exited unexpectedly.*\n$/,
    );
  }
});
