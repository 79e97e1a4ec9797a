import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { assertSound, fakeFfmpeg, startRecording } from "../faults/support.ts";
import { holdSyncs } from "../support/slow_sync.ts";
import { decodeFiles, SoundServer } from "../support/sound_server.ts";
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
  const since = performance.now();
  await waitFor(
    "the end",
    () => performance.now() - since > LENGTH_MS || null,
    { limit: 2 * LENGTH_MS },
  );
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
  const holes = holesIn(
    await decodeFiles(
      session.eventsOf("chunk_created")
        .map(({ file }) => join(session.folder, file)),
    ),
  );
  console.log(
    `${late.length} reports, ${held.count} syncs held, ${holes} holes`,
  );
  assert(late.length > 100, session.logText());
  assertEquals(late.filter((seconds) => seconds > 0), []);
  assert(held.count > 10, `${held.count} syncs were held`);
  assertEquals(holes, 0);
});

/** Returns how often numbered samples do not follow each other; silence has no number. */
function holesIn(samples: Int16Array): number {
  let next = 0;
  let holes = 0;
  for (let index = 0; index < samples.length; index += 2) {
    const [low = 0, high = 0] = samples.subarray(index, index + 2);
    const number = high * 32_768 + low;
    if (number === 0) continue;
    if (next > 0 && number !== next) holes++;
    next = number + 1;
  }
  return holes;
}
