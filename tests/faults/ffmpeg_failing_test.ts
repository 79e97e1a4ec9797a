import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { onlySession, startEcholog } from "../support/echolog.ts";
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

Deno.test("recovery: retries an ffmpeg that fails at once 5 times and waits at most backoff_max", async () => {
  using home = tempFolder();
  const ffmpeg = await fakeFfmpeg(
    home.path,
    `echo x >> "$HOME_DIR/tries"
[ $(wc -l < "$HOME_DIR/tries") -le 5 ] && { echo "[error] nothing works" >&2; exit 1; }
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
  await session.waitForEvent("recovery", 5);
  await session.waitForEvent("ffmpeg_started");
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const stop = await assertSound(session, "interrupted");
  await assertExplained(session, "ffmpeg failed again and again");
  assertEquals(stop.retries, 5);
  const delays = session.eventsOf("recovery").map(({ delay }) => delay);
  assertEquals(delays[0], 0);
  assert(delays.slice(1).every((delay) => delay >= 0.8 && delay <= 1));
});

Deno.test("recovery: waits for an ffmpeg that is temporarily missing", async () => {
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

Deno.test("recovery: keeps the log readable and the chunks regardless of what ffmpeg prints", async () => {
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
