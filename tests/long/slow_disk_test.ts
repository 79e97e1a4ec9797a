import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  assertSound,
  fakeFfmpeg,
  gapCauses,
  startRecording,
} from "../faults/support.ts";
import { holdSyncs } from "../support/slow_sync.ts";
import { failingDisk } from "../support/small_disk.ts";
import { tempFolder } from "../support/temp.ts";

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
/** Seconds by which a report may be late. */
const LATE = 0.5;

Deno.test("a disk that takes two seconds for each sync delays neither audio nor reports", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await failingDisk(join(home.path, "real"), path);
  if (disk === null) return;
  await using held = await holdSyncs(disk.pid, 2);
  if (held === null) return;
  await using recording = await startRecording(home.path, [
    ...["--device", "test", "--log-level", "debug"],
    ...["--ffmpeg", await fakeFfmpeg(home.path, CLOCK)],
  ]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 15);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted", 1);
  assertEquals(gapCauses(session), [], session.logText());

  const late = session.logLines().flatMap((line) => {
    const printed = Number(/\btime (\d+\.\d+)/.exec(line)?.[1]);
    // Lines have whole seconds.
    const logged = Date.parse(line.slice(0, 20)) / 1000;
    return Number.isNaN(printed) ? [] : [logged - Math.floor(printed + LATE)];
  });
  console.log(`${late.length} reports, ${held.count} syncs held`);
  assert(late.length > 100, session.logText());
  assertEquals(late.filter((seconds) => seconds > 0), []);
  assert(held.count > 10, `${held.count} syncs were held`);
});
