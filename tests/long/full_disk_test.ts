import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { join } from "@std/path";
import {
  assertSound,
  gapsOf,
  type Recording,
  startRecording,
} from "../faults/support.ts";
import { echolog, type SessionOnDisk } from "../support/echolog.ts";
import { smallDisk } from "../support/small_disk.ts";
import { tempFolder } from "../support/temp.ts";

const NOISE = ["--device", "lavfi:anoisesrc=r=48000:a=1"];
/** Milliseconds that the disk stays full. */
const FULL_MS = 60_000;
/** Seconds until audio comes again. */
const AGAIN = 10;
/** Seconds of audio that fit into what is left of a disk. */
const REST = 3;

/** When a disk was filled, and when it was freed, in milliseconds since 1970. */
interface Shortage {
  readonly since: number;
  readonly freed: number;
}

for (const format of ["flac", "wav"] as const) {
  Deno.test(`a disk that is filled and freed three times: ${format}`, async () => {
    using home = tempFolder();
    const path = join(home.path, "recordings");
    await using disk = await smallDisk(path, "size=64m");
    if (disk === null) return;
    await using recording = await startRecording(
      home.path,
      [...NOISE, "--format", format, "--segment-duration", "2s"],
    );
    const { session } = recording;
    const ballast = join(path, "ballast");
    const shortages: Shortage[] = [];
    for (let time = 1; time <= 3; time++) {
      await nextChunks(session);
      shortages.push(
        await lacking(() => fill(ballast), () => Deno.removeSync(ballast)),
      );
      await session.waitForEvent("ffmpeg_started", time + 1);
    }
    await assertWaited(recording, home.path, shortages);
  });
}

Deno.test("a disk without inodes", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await smallDisk(path, "size=64m,nr_inodes=60");
  if (disk === null) return;
  await using recording = await startRecording(
    home.path,
    [...NOISE, "--segment-duration", "1s"],
  );
  const { session } = recording;
  await nextChunks(session);
  const folder = join(path, "full");
  Deno.mkdirSync(folder);
  const shortage = await lacking(
    () => makeFiles(folder),
    () => Deno.removeSync(folder, { recursive: true }),
  );
  await session.waitForEvent("ffmpeg_started", 2);
  await assertWaited(recording, home.path, [shortage]);
});

async function lacking(
  fill: () => void | Promise<void>,
  free: () => void,
): Promise<Shortage> {
  await fill();
  const since = Date.now();
  await delay(FULL_MS);
  free();
  return { since, freed: Date.now() };
}

/** Another program takes all room of a disk. */
async function fill(file: string): Promise<void> {
  const { success } = await new Deno.Command("dd", {
    args: ["if=/dev/zero", `of=${file}`, "bs=4k"],
    stderr: "null",
  }).output();
  assert(!success, "the disk did not fill up");
}

/** Takes all inodes of a disk. */
function makeFiles(folder: string): void {
  for (let number = 0;; number++) {
    try {
      Deno.writeTextFileSync(join(folder, String(number)), "");
    } catch {
      return;
    }
  }
}

async function nextChunks(session: SessionOnDisk): Promise<void> {
  const closed = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", closed + 2);
}

/** One session has a gap for each shortage, and audio again soon after it. */
async function assertWaited(
  { running, session }: Recording,
  home: string,
  shortages: readonly Shortage[],
): Promise<void> {
  await nextChunks(session);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const stop = await assertSound(session, "interrupted", shortages.length);
  assertEquals(stop.log_lines_dropped, 0);
  const gaps = gapsOf(session);
  const causes = gaps.map(({ cause }) => cause);
  assertEquals(causes, shortages.map(() => "disk_full"), session.logText());
  for (const [index, { since, freed }] of shortages.entries()) {
    const { start = 0, end = 0 } = gaps[index] ?? {};
    const late = (end - freed) / 1000;
    console.log(
      `full ${(freed - since) / 1000} s; gap ${(end - start) / 1000} s, from ${
        (start - since) / 1000
      } s after the filling to ${late} s after the freeing`,
    );
    assertAlmostEquals((start - since) / 1000, 0, REST, session.logText());
    assert(late < AGAIN, session.logText());
  }
  const verified = await echolog(["verify"], { home });
  assertEquals(verified.code, 0, verified.stdout);
}
