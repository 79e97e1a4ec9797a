import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { assertSound, fakeFfmpeg, startRecording } from "../faults/support.ts";
import { holdSyncs } from "../support/slow_sync.ts";
import { decodeFiles, RATE, SoundServer } from "../support/sound_server.ts";
import { failingDisk } from "../support/small_disk.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

/** ffmpeg, and beside it the time, ten times a second. */
const CLOCK = `
(
  while kill -0 $$ 2>/dev/null; do
    echo "[null @ 0x1] [warning] time $(date +%s.%N)"
    sleep 0.1
  done
) >&2 </dev/null &
exec "$FFMPEG" "$@"
`;
/** Milliseconds that the disk hangs. */
const HANG_MS = 60_000;
/** Milliseconds of the recording. */
const LENGTH_MS = 60_000;
/** Seconds until the last chunks are closed. */
const CLOSING = 40;
/** Seconds by which a report may be late. */
const LATE = 0.5;

Deno.test("a disk that takes two seconds for each sync delays neither audio nor reports", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await failingDisk(join(home.path, "real"), path);
  if (disk === null) return;
  await using held = await holdSyncs(disk.pid, 2);
  if (held === null) return;
  await using server = await SoundServer.start();
  server.playNumbers();
  await using recording = await startRecording(home.path, [
    ...["--device", "pulse:loop.monitor", "--log-level", "debug"],
    ...["--ffmpeg", await fakeFfmpeg(home.path, CLOCK)],
  ], server.clientEnv);
  const { running, session } = recording;
  await pass(LENGTH_MS);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  // Closing the last chunks takes a sync each.
  await assertSound(session, "interrupted", CLOSING);
  const causes = session.eventsOf("gap").map(({ cause }) => cause)
    .filter((cause) => cause !== "slow_start");
  assertEquals(causes, [], session.logText());

  const late = session.logLines().flatMap((line) => {
    const printed = Number(/\btime (\d+\.\d+)/.exec(line)?.[1]);
    // Lines have whole seconds.
    const logged = Date.parse(line.slice(0, 20)) / 1000;
    return Number.isNaN(printed) ? [] : [logged - Math.floor(printed + LATE)];
  });
  const missing = missingIn(
    await decodeFiles(
      session.eventsOf("chunk_created")
        .map(({ file }) => join(session.folder, file)),
    ),
  );
  console.log(
    `${late.length} reports, ${held.count} syncs held, ${missing.length} holes`,
  );
  assert(late.length > 100, session.logText());
  assertEquals(late.filter((seconds) => seconds > 0), []);
  assert(held.count > 10, `${held.count} syncs were held`);
  assertEquals(missing, []);
});

Deno.test("a disk that hangs for a minute leaves one gap at most, where the samples are missing", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await failingDisk(join(home.path, "real"), path);
  if (disk === null) return;
  await using server = await SoundServer.start();
  server.playNumbers();
  await using recording = await startRecording(
    home.path,
    ["--device", "pulse:loop.monitor"],
    server.clientEnv,
  );
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 3);
  {
    await using held = await holdSyncs(disk.pid, HANG_MS / 1000);
    if (held === null) return;
    await pass(HANG_MS);
  }
  const closed = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", closed + 3);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted", CLOSING);
  const gaps = session.eventsOf("gap")
    .filter(({ cause }) => cause !== "slow_start");
  const missing = missingIn(
    await decodeFiles(
      session.eventsOf("chunk_created")
        .map(({ file }) => join(session.folder, file)),
    ),
  );
  console.log(
    gaps.map(({ cause, duration }) => `${cause} ${duration} s`).join(),
    missing.map((samples) => `${samples / RATE} s`).join(),
  );
  assert(gaps.length <= 1, session.logText());
  assertEquals(missing.length, gaps.length, session.logText());
  const [gap] = gaps;
  assertAlmostEquals(gap?.duration ?? 0, (missing[0] ?? 0) / RATE, 0.2);
});

/** Lets so much time pass. */
async function pass(milliseconds: number): Promise<void> {
  const since = performance.now();
  await waitFor(
    "the end",
    () => performance.now() - since > milliseconds || null,
    { limit: 2 * milliseconds },
  );
}

/** Returns the number of samples that are missing in each hole; silence has no number. */
function missingIn(samples: Int16Array): number[] {
  const holes: number[] = [];
  let next = 0;
  for (let index = 0; index < samples.length; index += 2) {
    const [low = 0, high = 0] = samples.subarray(index, index + 2);
    const number = high * 32_768 + low;
    if (number === 0) continue;
    if (next > 0 && number !== next) holes.push(number - next);
    next = number + 1;
  }
  return holes;
}
