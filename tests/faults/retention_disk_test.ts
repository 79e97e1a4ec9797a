import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { smallDisk } from "../support/small_disk.ts";
import { tempFolder } from "../support/temp.ts";
import { exists } from "../../src/platform/fs.ts";
import { waitFor } from "../support/wait.ts";
import { assertExplained } from "./explained.ts";
import { echolog, SessionOnDisk, startEcholog } from "../support/echolog.ts";
import { HOUR, OutputFolder } from "../support/output_folder.ts";
import { assertSound, gapCauses, startRecording } from "./support.ts";

/** Bytes of a disk that holds some tens of chunks. */
const DISK = "size=8m";

/** Settings of a recording that may delete to make room. */
function rules(minAge: string): string {
  return `[recording]
format = "wav"
channels = 1
bit_depth = "16"
segment_duration = "1s"
[disk]
min_free_bytes = 0
[retention]
min_free_bytes = 400000
min_age = "${minAge}"
`;
}

function fill(path: string): void {
  using ballast = Deno.openSync(path, { write: true, create: true });
  const block = new Uint8Array(4_096);
  try {
    for (;;) ballast.writeSync(block);
  } catch {
    // It is full.
  }
}

Deno.test("retention: makes room on a disk that another program fills, and the recording continues", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await smallDisk(path, DISK);
  if (disk === null) return;
  const start = Date.now() - 60 * HOUR;
  new OutputFolder(path).session("old", { start, chunks: 40, size: 100_000 });
  const config = join(home.path, "rules.conf");
  Deno.writeTextFileSync(config, rules("0s"));
  await using running = startEcholog([
    ...["record", "--device", "lavfi:anoisesrc=r=48000:a=0.3"],
    ...["--config", config, "--session-id", "now"],
  ], { home: home.path });
  const session = new SessionOnDisk(join(path, "now"));
  await waitFor(
    "the log",
    () => exists(join(path, "now", "session.log")) || null,
  );
  await session.waitForEvent("chunk_created", 2);
  fill(join(path, "ballast"));
  const before = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_deleted", 1);
  await session.waitForEvent("chunk_created", before + 4);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const deleted = session.eventsOf("chunk_deleted");
  assert(deleted.every(({ rule }) => rule === "min_free_bytes"));
  assertEquals([deleted[0]?.session_id, deleted[0]?.seq], ["old", 1]);
  const verified = await echolog(["verify", "now"], { home: home.path });
  assertEquals(verified.code, 0, verified.stdout);
});

Deno.test("retention: deletes nothing young for another program that fills the disk", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await smallDisk(path, DISK);
  if (disk === null) return;
  const config = join(home.path, "rules.conf");
  Deno.writeTextFileSync(config, rules("1h"));
  await using recording = await startRecording(
    home.path,
    ["--device", "lavfi:anoisesrc=r=48000:a=0.3", "--config", config],
  );
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 3);
  fill(join(path, "ballast"));
  await session.waitFor(
    "the wait for room",
    () => session.logText().includes("code=disk_full") || null,
  );
  Deno.removeSync(join(path, "ballast"));
  await session.waitForEvent("ffmpeg_started", 2);
  const closed = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", closed + 1);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  assertEquals(session.eventsOf("chunk_deleted"), []);
  assertEquals(gapCauses(session), ["disk_full"]);
  await assertSound(session, "interrupted", 1);
  await assertExplained(session, "disk full, then room");
});
