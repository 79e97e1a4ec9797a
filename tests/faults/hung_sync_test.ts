import { assertEquals } from "@std/assert";
import { assertExplained } from "./explained.ts";
import { tempFolder } from "../support/temp.ts";
import { assertSound, ffmpegPid, startRecording } from "./support.ts";

/** Holds each sync of a process for a minute, until disposed of. */
async function holdSyncs(pid: number): Promise<AsyncDisposable | null> {
  let strace: Deno.ChildProcess;
  try {
    strace = new Deno.Command("strace", {
      args: [
        ...["-f", "-p", String(pid), "-e", "trace=fsync,fdatasync"],
        ...["-e", "inject=fsync,fdatasync:delay_enter=60000000"],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    console.log(`not run: ${error}`);
    return null;
  }
  const reader = strace.stderr.getReader();
  const { value } = await reader.read();
  const said = new TextDecoder().decode(value);
  // It prints every call until it ends.
  const drained = (async () => {
    while (!(await reader.read()).done) { /* until its end */ }
  })();
  const release = async () => {
    strace.kill("SIGTERM");
    await strace.status;
    await drained;
  };
  if (said.includes("attached")) return { [Symbol.asyncDispose]: release };
  console.log(`not run: ${said}`);
  await strace.status;
  await drained;
  return null;
}

Deno.test("a disk that takes a minute for each sync stops neither the audio nor the log", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, [
    ...["--device", "test"],
  ]);
  const { running, session } = recording;
  {
    await using held = await holdSyncs(running.pid);
    if (held === null) return;
    await session.waitFor(
      "three chunks that wait for the disk",
      () => session.files(".part").length >= 3 || null,
    );
    const closed = session.eventsOf("chunk_created").length;
    Deno.kill(ffmpegPid(session), "SIGKILL");
    await session.waitForEvent("recovery");
    await session.waitFor(
      "the next run",
      () => session.logText().includes(": ffmpeg_command run=2 ") || null,
    );
    const parts = session.files(".part").length;
    await session.waitFor(
      "the next run's chunks",
      () => session.files(".part").length >= parts + 2 || null,
    );
    assertEquals(session.eventsOf("chunk_created").length, closed);
  }
  await session.waitForEvent("ffmpeg_started", 2);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted", 2);
  await assertExplained(session, "ffmpeg killed");
});
