import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { findOrphans } from "../../src/repair/orphans.ts";
import { echolog, SessionOnDisk } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { assertSound, changeEntry, crashed, ffmpegPid } from "./support.ts";
import { assertExplained } from "./explained.ts";

Deno.test("repair: stops an orphaned ffmpeg, closes its chunks and ends the log as crashed", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  // The orphan keeps recording: chunks that are in no list.
  await waitFor(
    "an orphan's chunk",
    () => session.files(".part").length >= 2 ? true : null,
  );
  const { code, stdout } = await echolog(["repair"], { home: home.path });
  assertEquals(code, 0);
  assertStringIncludes(stdout, "its ffmpeg was stopped");
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
  const chunks = session.eventsOf("chunk_created");
  assert(chunks.length >= 3);
  assertEquals(chunks[0]?.recovered, undefined);
  assert(chunks.slice(1).every(({ recovered }) => recovered === true));
  const [stopped] = session.eventsOf("ffmpeg_stopped");
  assertEquals([stopped?.run, stopped?.stopped_by], [1, "SIGTERM"]);
  assertEquals((await echolog(["status"], { home: home.path })).code, 3);
  const again = await echolog(["repair"], { home: home.path });
  assertStringIncludes(again.stdout, "Nothing to repair");
});

Deno.test("record: finishes a dead session and then records", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  const { code, stderr } = await echolog(
    ["record", "--device", "test", "--duration", "4s"],
    { home: home.path },
  );
  assertEquals(code, 0);
  const id = basename(session.folder);
  assertEquals(
    stderr,
    `echolog: The recorder of session ${id} had died; the session is now finished; see echolog explain ${id}\n`,
  );
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
  assertEquals([...Deno.readDirSync(join(home.path, "recordings"))].length, 2);
});

Deno.test("record: reports a dead session of another output folder by its path", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  const { code, stderr } = await echolog([
    ...["record", "--device", "test", "--duration", "2s"],
    ...["--output-dir", join(home.path, "other")],
  ], { home: home.path });
  assertEquals(code, 0);
  assertStringIncludes(stderr, `see echolog explain ${session.folder}\n`);
});

Deno.test("repair: finishes a dead session whose ffmpeg has ended too", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  await waitFor(
    "the end of ffmpeg",
    () => findOrphans(session.folder).length === 0 ? true : null,
  );
  await echolog(["repair"], { home: home.path });
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
});

Deno.test("repair: finishes a dead session that was moved while its ffmpeg records", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  const pid = ffmpegPid(session);
  const moved = join(home.path, "moved");
  Deno.renameSync(session.folder, moved);
  // By the folder that it runs in, and by the one that it was started in.
  assertEquals(findOrphans(moved), [pid]);
  assertEquals(findOrphans(session.folder), [pid]);
  assertEquals(findOrphans(home.path), []);
  const { code, stderr } = await echolog(["repair", moved, "--force"], {
    home: home.path,
  });
  assertEquals(code, 0, stderr);
  assertEquals(findOrphans(moved), []);
  assertEquals(new SessionOnDisk(moved).files(".part"), []);
});

Deno.test("repair: ignores a process that reuses the pid of the recorder", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  const other = new Deno.Command("sleep", { args: ["1000"] }).spawn();
  changeEntry(home.path, { pid: other.pid });
  await echolog(["repair"], { home: home.path });
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
  other.kill("SIGTERM");
  assertEquals((await other.status).signal, "SIGTERM", "it was left alone");
});

Deno.test("repair: ends a session of another boot as rebooted", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  changeEntry(home.path, { boot_id: "another" });
  await echolog(["repair"], { home: home.path });
  await assertSound(session, "rebooted");
  await assertExplained(session, "machine rebooted");
});

Deno.test("status: leaves the log of a dead session unchanged", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  const before = session.logText();
  const { stdout } = await echolog(["status"], { home: home.path });
  assertStringIncludes(stdout, "state: crashed");
  assertEquals(session.logText(), before);
});
