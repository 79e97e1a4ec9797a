import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { kernelFile } from "../../src/platform/processes.ts";
import { echolog, startEcholog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { assertSound, crashed, ffmpegPid, startRecording } from "./support.ts";
import { assertExplained } from "./explained.ts";

Deno.test("repair: finishes a dead session by its state when the registry is lost", async () => {
  for (const named of [true, false]) {
    using home = tempFolder();
    const session = await crashed(home.path);
    Deno.removeSync(join(home.path, ".local"), { recursive: true });
    const args = named ? [session.folder] : [];
    const { code, stdout } = await echolog(["repair", ...args], {
      home: home.path,
    });
    assertEquals(code, 0);
    assertStringIncludes(stdout, `Finished ${basename(session.folder)}: `);
    await assertSound(session, "crashed");
    await assertExplained(session, "echolog killed");
  }
});

Deno.test("repair: rejects a folder that is not a session and leaves it unchanged", async () => {
  using home = tempFolder();
  const folder = join(home.path, "music");
  Deno.mkdirSync(folder);
  Deno.writeTextFileSync(join(folder, "chunk_00001.flac"), "not ours");
  for (const path of [folder, ".", join(folder, "chunk_00001.flac")]) {
    const { code, stderr } = await echolog(["repair", path], {
      home: home.path,
      cwd: folder,
    });
    assertEquals(code, 2, path);
    assertStringIncludes(stderr, "There is no session in ");
  }
  assertEquals(
    [...Deno.readDirSync(folder)].map(({ name }) => name),
    ["chunk_00001.flac"],
  );
});

Deno.test("repair: rejects the log of another program and leaves it unchanged", async () => {
  using home = tempFolder();
  const folder = join(home.path, "foreign");
  Deno.mkdirSync(folder);
  const log = join(folder, "session.log");
  Deno.writeTextFileSync(log, "build started\nbuild done\n");
  const { code, stderr } = await echolog(["repair", folder], {
    home: home.path,
  });
  assertEquals(code, 2);
  assertStringIncludes(stderr, `There is no session in ${folder}`);
  assertEquals(Deno.readTextFileSync(log), "build started\nbuild done\n");
});

Deno.test("repair: rejects an empty name, even in the folder of a dead session", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  const { code, stderr } = await echolog(["repair", ""], {
    home: home.path,
    cwd: session.folder,
  });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "name is empty");
  assertEquals(session.eventsOf("session_stop"), []);
  await echolog(["repair"], { home: home.path });
});

Deno.test("repair: finishes a session by the path of its log, and from its open chunks alone", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  Deno.removeSync(join(home.path, ".local"), { recursive: true });
  const log = join(session.folder, "session.log");
  using copy = tempFolder();
  for (const part of session.files(".part")) {
    Deno.copyFileSync(join(session.folder, part), join(copy.path, part));
  }
  const repair = async (...args: string[]) =>
    await echolog(["repair", ...args], {
      home: home.path,
      cwd: session.folder,
    });
  for (const path of [log, "session.log"]) {
    assertEquals((await repair(path)).code, 0, path);
  }
  const refused = await repair(copy.path);
  assertEquals(refused.code, 2);
  assertStringIncludes(
    refused.stderr,
    "may still be recording on another machine",
  );
  assertEquals((await repair("--force", copy.path)).code, 0);
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
  const names = [...Deno.readDirSync(copy.path)].map(({ name }) => name);
  assert(names.includes("session.log"), `${names}`);
  assertEquals(names.filter((name) => name.endsWith(".part")), []);
});

Deno.test("repair: rejects a live session", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  const id = session.folder.split("/").at(-1) ?? "";
  const { code, stderr } = await echolog(["repair", id], { home: home.path });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "is being recorded");
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
});

Deno.test("stop: ends a live session when PATH contains no programs", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  const { code, stdout } = await echolog(["stop"], {
    home: home.path,
    env: { PATH: join(home.path, "none") },
  });
  assertEquals(code, 0);
  assertStringIncludes(stdout, `Stopped ${basename(session.folder)}`);
  assertEquals((await running.finished).code, 0);
  assertEquals(session.events().at(-1)?.event, "session_stop");
});

Deno.test("repair: rejects a live session regardless of the path that leads to it", async () => {
  using home = tempFolder();
  const disk = join(home.path, "disk");
  Deno.mkdirSync(disk);
  Deno.symlinkSync(disk, join(home.path, "recordings"));
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  const real = join(disk, basename(session.folder));
  for (const path of [session.folder, real, "."]) {
    const { code, stderr } = await echolog(["repair", path], {
      home: home.path,
      cwd: real,
    });
    assertEquals(code, 2, path);
    assertStringIncludes(stderr, "is being recorded");
  }
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
});

Deno.test("repair: rejects a live session that was started with another HOME", async () => {
  using home = tempFolder();
  using other = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  const { code, stderr } = await echolog(["repair", session.folder], {
    home: other.path,
  });
  assertEquals(code, 2);
  assertStringIncludes(stderr, `is being recorded by pid ${running.pid}`);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted");
  await assertExplained(session, "nothing but Ctrl-C");
});

Deno.test("repair: stops an orphaned ffmpeg when the session is given by another path", async () => {
  using home = tempFolder();
  const disk = join(home.path, "disk");
  Deno.mkdirSync(disk);
  Deno.symlinkSync(disk, join(home.path, "recordings"));
  const session = await crashed(home.path);
  Deno.removeSync(join(home.path, ".local"), { recursive: true });
  const real = join(disk, basename(session.folder));
  const { stdout } = await echolog(["repair", real], { home: home.path });
  assertStringIncludes(stdout, "its ffmpeg was stopped");
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
});

Deno.test("repair: waits for another repair of the session", async () => {
  if (Deno.build.os !== "linux") {
    console.log("skipped: only Linux tells who waits for a lock");
    return;
  }
  using home = tempFolder();
  const session = await crashed(home.path);
  using lock = Deno.openSync(join(session.folder, ".repair"), {
    write: true,
    create: true,
  });
  lock.lockSync(true);
  await using running = startEcholog(["repair", session.folder], {
    home: home.path,
  });
  const waits = waitFor("one who waits", () => {
    const lines = (kernelFile("/proc/locks") ?? "").split("\n");
    const { ino } = lock.statSync();
    return lines.some((line) =>
      / -> .*:/.test(line) && line.includes(`:${ino} `)
    ) || null;
  });
  const first = await Promise.race([
    waits,
    running.finished.then(({ stdout }) => stdout),
  ]);
  assertEquals(first, true);
  assertEquals(session.eventsOf("session_stop"), []);
  lock.unlockSync();
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
});
