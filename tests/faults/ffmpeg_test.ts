import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { echolog, onlySession, startEcholog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import {
  assertSound,
  configured,
  fakeFfmpeg,
  ffmpegPid,
  gapCauses,
  startRecording,
  waitForGaps,
} from "./support.ts";
import { assertExplained } from "./explained.ts";

Deno.test("an ffmpeg that is killed again and again loses a moment each time", async () => {
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

Deno.test("an ffmpeg that somebody else asks to end is started anew, and that is told", async () => {
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

Deno.test("an ffmpeg that stands still is a stall, and is started anew", async () => {
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

Deno.test("an ffmpeg that ends unasked with exit code 0 has failed", async () => {
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

Deno.test("an ffmpeg that fails at once 20 times is tried with growing waits until it works", async () => {
  using home = tempFolder();
  const ffmpeg = await fakeFfmpeg(
    home.path,
    `echo x >> "$HOME_DIR/tries"
[ $(wc -l < "$HOME_DIR/tries") -le 20 ] && { echo "[error] nothing works" >&2; exit 1; }
exec "$FFMPEG" "$@"`,
  );
  const config = configured(
    home.path,
    '[recovery]\nbackoff_max = "1s"\nstart_timeout = "60s"\n',
  );
  await using running = startEcholog(
    ["record", "--device", "test", "--ffmpeg", ffmpeg],
    { home: home.path, env: config },
  );
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("recovery", 10);
  await session.waitForEvent("recovery", 20);
  await session.waitForEvent("ffmpeg_started");
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const stop = await assertSound(session, "interrupted");
  await assertExplained(session, "ffmpeg failed 20 times");
  assertEquals(stop.retries, 20);
  const delays = session.eventsOf("recovery").map(({ delay }) => delay);
  assertEquals(delays[0], 0);
  assert(delays.slice(1).every((delay) => delay >= 0.8 && delay <= 1));
});

Deno.test("an ffmpeg that ignores q and SIGTERM is killed, and its audio is kept", async () => {
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

Deno.test("an ffmpeg that is away for a while is waited for", async () => {
  using home = tempFolder();
  const ffmpeg = await fakeFfmpeg(home.path, 'exec "$FFMPEG" "$@"');
  await using recording = await startRecording(home.path, [
    ...["--device", "test", "--ffmpeg", ffmpeg],
  ]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  Deno.renameSync(ffmpeg, `${ffmpeg}.away`);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  await session.waitForEvent("recovery", 3);
  Deno.renameSync(`${ffmpeg}.away`, ffmpeg);
  await session.waitForEvent("ffmpeg_started", 2);
  await waitForGaps(session);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted");
  await assertExplained(session, "ffmpeg taken away");
  assertEquals(gapCauses(session), ["ffmpeg_killed"]);
  assert(
    session.eventsOf("error").every(({ code }) => code === "ffmpeg_unusable"),
  );
});

Deno.test("whatever ffmpeg prints, the log stays readable and the audio is kept", async () => {
  using home = tempFolder();
  const ffmpeg = await fakeFfmpeg(
    home.path,
    `{ head -c 5000000 /dev/zero | tr '\\0' x; echo
printf '\\377\\376\\000\\033[31mred\\033[0m\\n[error] half a li'
sleep 0.1; printf 'ne\\n'
seq -f '[warning] line %g' 20000; } >&2
{ echo 'chunk_00001.flac.part,nonsense,9'; echo '../../etc/passwd.part,0.0,1.0'
echo out_time_us=-5; echo out_time_us=99999999999999999999
echo 'chunk_99999.flac.part,0.000000,1.000000'; }
exec "$FFMPEG" "$@"`,
  );
  await using recording = await startRecording(home.path, [
    ...["--device", "test", "--ffmpeg", ffmpeg],
  ]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 2);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const stop = session.events().at(-1);
  assert(stop?.event === "session_stop" && stop.reason === "interrupted");
  assert(session.logText().length < 60_000, "a flood is held");
  assert(session.logText().includes("half a line"));
  assertEquals(session.files(".flac")[0], "chunk_00001.flac");
  assert(!session.files(".flac").includes("chunk_99999.flac"));
  await assertExplained(session, "ffmpeg babbled");
});

Deno.test("without any audio the session is given up with ffmpeg's own words", async () => {
  using home = tempFolder();
  const env = configured(home.path, '[recovery]\nstart_timeout = "4s"\n');
  const { code, stderr } = await echolog(
    ["record", "--device", "pulse:none"],
    { home: home.path, env: { ...env, PULSE_SERVER: "unix:/nonexistent" } },
  );
  assertEquals(code, 1);
  assert(stderr.startsWith("echolog: No audio within 4 s"));
  const session = await onlySession(join(home.path, "recordings"));
  const stop = await assertSound(session, "start_failed");
  await assertExplained(session, "no sound server at all");
  assertEquals(stop.coverage, 0);
  assertEquals(gapCauses(session), ["device_missing"]);
});

Deno.test("audio that ffmpeg captures and cannot write is none, and the session is given up", async () => {
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
    assertMatch(stderr, /^echolog: No audio .*: ffmpeg ended unasked.*\n$/);
  }
});
