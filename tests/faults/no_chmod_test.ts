import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { readState } from "../../src/sessions/state_file.ts";
import { echolog, onlySession, startEcholog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { assertExplained } from "./explained.ts";
import { assertSound, startRecording } from "./support.ts";

/** A folder of a file system without permissions; `null`, with the reason printed, where there is none. */
async function withoutPermissions(
  home: string,
): Promise<(AsyncDisposable & { path: string }) | null> {
  const [real, path] = [join(home, "real"), join(home, "disk")];
  Deno.mkdirSync(real);
  Deno.mkdirSync(path);
  try {
    const { success } = await new Deno.Command("bindfs", {
      args: ["--chmod-deny", "--perms=0777", real, path],
      stderr: "null",
    }).output();
    if (success) {
      return {
        path,
        async [Symbol.asyncDispose]() {
          await new Deno.Command("umount", { args: ["-l", path] }).output();
        },
      };
    }
  } catch {
    // The program is not installed.
  }
  console.log("skipped: a disk without permissions needs bindfs and FUSE");
  return null;
}

Deno.test("record: keeps its state on a file system without chmod, and warns that it is not private", async () => {
  using home = tempFolder();
  await using disk = await withoutPermissions(home.path);
  if (disk === null) return;
  const { code, stderr } = await echolog([
    ...["record", "--device", "test", "--duration", "2s"],
    ...["--output-dir", disk.path, "--segment-duration", "1s"],
  ], { home: home.path });
  assertEquals(code, 0);
  assertMatch(stderr, /^echolog: Other users can read .*\n$/);
  const session = await onlySession(disk.path);
  assertEquals(readState(session.folder)?.state, "ended");
  assertEquals(
    session.eventsOf("warning").map(({ code }) => code),
    ["folder_not_private"],
  );
  await assertSound(session, "duration_reached");
  await assertExplained(session, "as long as asked");
});

Deno.test("config set: writes its file on a file system without chmod", async () => {
  using home = tempFolder();
  await using disk = await withoutPermissions(home.path);
  if (disk === null) return;
  const config = join(disk.path, "echolog.conf");
  for (const value of ["4m", "5m"]) {
    const { code, stderr } = await echolog([
      ...["config", "set", "recording.segment_duration", value],
      ...["--config", config],
    ], { home: home.path });
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assert(Deno.readTextFileSync(config).includes(`"${value}"`));
  }
});

Deno.test("status: shows a recording whose state folder is on a file system without chmod", async () => {
  using home = tempFolder();
  await using disk = await withoutPermissions(home.path);
  if (disk === null) return;
  const env = { XDG_STATE_HOME: disk.path };
  await using recording = await startRecording(
    home.path,
    ["--device", "test"],
    env,
  );
  const { running, session } = recording;
  const ask = () => echolog(["status"], { home: home.path, env });
  const { code, stdout, stderr } = await ask();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertMatch(stdout, /^session: +\d{8}T\d{6}Z$/m);
  assertMatch(stdout, /^state: +recording/m);
  assert(stdout.includes(session.folder), stdout);
  running.signal("SIGINT");
  const finished = await running.finished;
  assertEquals([finished.code, finished.stderr], [0, ""]);
  assertEquals((await ask()).code, 3);
});

Deno.test("status: shows a recording whose folder cannot be chmodded", async () => {
  using home = tempFolder();
  await using disk = await withoutPermissions(home.path);
  if (disk === null) return;
  await using running = startEcholog(
    ["record", "--device", "test", "--output-dir", disk.path],
    { home: home.path },
  );
  const session = await onlySession(disk.path);
  await session.waitForEvent("ffmpeg_started");
  const { code, stdout } = await echolog(["status"], { home: home.path });
  assertEquals(code, 0, stdout);
  assertMatch(stdout, /^state: +recording/m);
  assert(stdout.includes(session.folder), stdout);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
});
