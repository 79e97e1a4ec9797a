import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { kernelFile, processStart } from "../../src/platform/processes.ts";
import { readState } from "../../src/sessions/state_file.ts";
import { startEcholog } from "../support/echolog.ts";
import { failingDisk } from "../support/small_disk.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { assertExplained } from "./explained.ts";
import {
  assertSound,
  configured,
  crashed,
  ffmpegPid,
  IMPATIENT,
  startRecording,
} from "./support.ts";

/** Bit of SIGTERM in the masks of /proc. */
const SIGTERM_BIT = 1n << 14n;

/** Whether a process was sent SIGTERM that it could not take yet, or has ended. */
function wasAskedToEnd(pid: number): boolean {
  const status = kernelFile(`/proc/${pid}/status`);
  if (status === null || processStart(pid) === null) return true;
  const pending = [...status.matchAll(/^(?:Sig|Shd)Pnd:\s*(\w+)$/gm)]
    .map(([, mask]) => BigInt(`0x${mask}`));
  return pending.some((mask) => (mask & SIGTERM_BIT) !== 0n);
}

Deno.test("a disk that hangs: signals are heard, and nothing is lost once it answers", async () => {
  using home = tempFolder();
  await using disk = await failingDisk(
    join(home.path, "below"),
    join(home.path, "recordings"),
  );
  if (disk === null) return;
  using other = tempFolder();
  await crashed(other.path, "test");
  await using recording = await startRecording(home.path, [
    ...["--device", "test"],
    // A line about a stall could come before the recorder knows that the disk
    // hangs: it would wait for it.
  ], configured(home.path, IMPATIENT.replace('"4s"', '"20s"')));
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  // Its line in the index and the state follow.
  await waitFor(
    "the state with the chunk",
    () => (readState(session.folder)?.chunks ?? 0) > 0 || null,
  );
  const ffmpeg = ffmpegPid(session);
  Deno.kill(disk.pid, "SIGSTOP");
  try {
    running.signal("SIGINT");
    // Another session, on another disk, is repaired meanwhile, also when the
    // kernel no longer knows by itself what is on the first one.
    const forgotten = Date.now() + 1_500;
    await waitFor("the kernel", () => Date.now() > forgotten || null);
    await using repair = startEcholog(["repair"], { home: other.path });
    let hasEnded = false;
    void repair.finished.then(() => hasEnded = true);
    await waitFor("end of a repair on another disk", () => hasEnded || null);
    // A thread that waits for the disk would hear the signal once it answers.
    await waitFor(
      "ffmpeg to be stopped while the disk hangs",
      () => wasAskedToEnd(ffmpeg) || null,
    );
  } finally {
    Deno.kill(disk.pid, "SIGCONT");
  }
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted", 1);
  await assertExplained(session, "disk hung at the end");
});
