import { assertEquals, assertStringIncludes } from "@std/assert";
import { basename, dirname, join } from "@std/path";
import { kernelFile } from "../../src/platform/processes.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { findOrphans, hasEnded } from "../../src/repair/orphans.ts";
import { echolog, startEcholog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { assertSound, crashed, ffmpegPid, startRecording } from "./support.ts";
import { assertExplained } from "./explained.ts";

Deno.test("stop: finishes a dead session", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  const { code, stdout } = await echolog(["stop"], { home: home.path });
  assertEquals(code, 0);
  assertStringIncludes(stdout, "had died");
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
});

Deno.test("stop: ends a session as stop_command after a second recorder of its device exits 75", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  const busy = await echolog(["record", "--device", "test"], {
    home: home.path,
  });
  assertEquals(busy.code, 75);
  assertStringIncludes(busy.stderr, join(session.folder, "session.log"));
  const { code, stdout } = await echolog(["stop"], { home: home.path });
  assertEquals(code, 0);
  assertStringIncludes(stdout, "Stopped ");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "stop_command");
  await assertExplained(session, "echolog stop");
  assertEquals((await echolog(["stop"], { home: home.path })).code, 3);
});

Deno.test("record: waits for a device no longer than there is something to record", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  const { code, stderr } = await echolog(
    ["record", "--device", "test", "--wait", "10m", "--duration", "3s"],
    { home: home.path },
  );
  assertEquals(code, 75, stderr);
  assertStringIncludes(stderr, "Waiting up to 10m for session ");
  assertEquals(
    [...Deno.readDirSync(dirname(session.folder))].length,
    1,
  );
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
});

Deno.test("stop: rejects an empty name", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running } = recording;
  const { code, stderr } = await echolog(["stop", ""], { home: home.path });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "name is empty");
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
});

Deno.test("stop: ends the newest session and names the other, which --all ends", async () => {
  using home = tempFolder();
  const start = (id: string, device: string) =>
    startEcholog(["record", "--device", device, "--session-id", id], {
      home: home.path,
    });
  await using one = start("zebra", "test");
  await waitForFirstAudio(home.path, "zebra");
  await using two = start("apple", "lavfi:anoisesrc=r=48000");
  await waitForFirstAudio(home.path, "apple");
  const first = await echolog(["stop"], { home: home.path });
  assertEquals(first.code, 0);
  assertStringIncludes(
    first.stdout,
    "\nStill being recorded: zebra; echolog stop --all stops all\n",
  );
  await two.finished;
  const all = await echolog(["stop", "--all"], { home: home.path });
  assertEquals([all.code, /Still/.test(all.stdout)], [0, false]);
  assertEquals((await one.finished).code, 0);
});

for (const died of ["older", "newer"]) {
  Deno.test(`stop: ends the live session and finishes the ${died} one whose recorder died`, async () => {
    using home = tempFolder();
    const start = (id: string, device: string) =>
      startEcholog(["record", "--device", device, "--session-id", id], {
        home: home.path,
      });
    await using one = start("older", "test");
    await waitForFirstAudio(home.path, "older");
    await using two = start("newer", "lavfi:anoisesrc=r=48000");
    await waitForFirstAudio(home.path, "newer");
    const [dead, live] = died === "older" ? [one, two] : [two, one];
    dead.signal("SIGKILL");
    await dead.finished;
    const { code, stdout } = await echolog(["stop"], { home: home.path });
    assertEquals(code, 0);
    assertStringIncludes(
      stdout,
      `The recorder of ${died} had died; the session is now finished; log: `,
    );
    assertStringIncludes(
      stdout,
      `Stopped ${died === "older" ? "newer" : "older"}; log: `,
    );
    assertEquals((await live.finished).code, 0);
    assertEquals(findOrphans(join(home.path, "recordings", died)), []);
    assertEquals((await echolog(["stop"], { home: home.path })).code, 3);
  });
}

Deno.test("stop: finishes a session whose recorder dies during the wait and does not report it as stopped", async () => {
  if (Deno.build.os !== "linux") {
    console.log("skipped: only Linux tells which signals wait for a process");
    return;
  }
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  running.signal("SIGSTOP");
  await using stopping = startEcholog(["stop"], { home: home.path });
  await waitFor("the signal that waits", () => {
    const status = kernelFile(`/proc/${running.pid}/status`) ?? "";
    return /^ShdPnd:\s0*[1-9a-f]/m.test(status) || null;
  });
  running.signal("SIGKILL");
  const { code, stdout } = await stopping.finished;
  const id = basename(session.folder);
  assertEquals(code, 0);
  assertStringIncludes(
    stdout,
    `The recorder of ${id} had died; the session is now finished; log: `,
  );
  assertEquals(stdout.includes("Stopped"), false);
  assertEquals(findOrphans(session.folder), []);
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
});

Deno.test("stop: ends the ffmpeg of a session whose folder is gone", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  const pid = ffmpegPid(session);
  Deno.renameSync(session.folder, join(home.path, "elsewhere"));
  const { code, stdout } = await echolog(["stop"], { home: home.path });
  assertEquals(code, 0);
  assertStringIncludes(stdout, `its folder is gone: ${session.folder}\n`);
  assertEquals(await hasEnded(pid, 0, systemClock), true);
  assertEquals((await echolog(["stop"], { home: home.path })).code, 3);
});

Deno.test("stop: exits 1 and reports it when it cannot finish a session", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  const log = join(session.folder, "session.log");
  Deno.removeSync(log);
  Deno.mkdirSync(log);
  const failed = await echolog(["stop"], { home: home.path });
  assertEquals([failed.code, failed.stdout], [1, ""]);
  assertStringIncludes(failed.stderr, "Cannot repair session ");
  Deno.removeSync(log);
  const done = await echolog(["stop"], { home: home.path });
  assertEquals([done.code, done.stderr], [0, ""]);
});

Deno.test("stop: rejects a session name together with --all", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running } = recording;
  const { code, stderr } = await echolog(["stop", "--all", "x"], {
    home: home.path,
  });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "Cannot use x together with --all");
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
});

async function waitForFirstAudio(home: string, id: string): Promise<void> {
  const log = join(home, "recordings", id, "session.log");
  await waitFor(`audio of ${id}`, () => {
    try {
      return /: ffmpeg_started /.test(Deno.readTextFileSync(log)) || null;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  });
}
