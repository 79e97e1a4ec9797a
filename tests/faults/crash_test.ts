import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { kernelFile } from "../../src/platform/processes.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { findOrphans, hasEnded } from "../../src/session/orphans.ts";
import { echolog, startEcholog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import {
  assertSound,
  configured,
  ffmpegPid,
  startRecording,
} from "./support.ts";
import { assertExplained } from "./explained.ts";

/** A recording whose echolog was killed, with some audio in two chunks. */
async function crashed(home: string, device = "test") {
  await using recording = await startRecording(home, ["--device", device]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  running.signal("SIGKILL");
  await running.finished;
  return session;
}

/** Changes the entry of the only session in the registry. */
function changeEntry(home: string, change: Record<string, unknown>): void {
  const folder = join(home, ".local", "state", "echolog", "active");
  const [file] = [...Deno.readDirSync(folder)];
  const path = join(folder, file?.name ?? "");
  const entry = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify({ ...entry, ...change }));
}

Deno.test("repair stops an orphan, closes its chunks and ends the log as crashed", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  // The orphan goes on: chunks that nobody lists.
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
  assertStringIncludes(again.stdout, "Nothing is to be repaired");
});

Deno.test("the next record finishes the dead session first, and records", async () => {
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
    `echolog: The recorder of session ${id} had died, and it was finished now; see echolog explain ${id}\n`,
  );
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
  assertEquals([...Deno.readDirSync(join(home.path, "recordings"))].length, 2);
});

Deno.test("a dead session of another output folder is named by its path", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  const { code, stderr } = await echolog([
    ...["record", "--device", "test", "--duration", "1s"],
    ...["--output-dir", join(home.path, "other")],
  ], { home: home.path });
  assertEquals(code, 0);
  assertStringIncludes(stderr, `see echolog explain ${session.folder}\n`);
});

Deno.test("stop finishes a dead session", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  const { code, stdout } = await echolog(["stop"], { home: home.path });
  assertEquals(code, 0);
  assertStringIncludes(stdout, "had died");
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
});

Deno.test("a dead session whose ffmpeg is dead too is finished", async () => {
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

Deno.test("a number that belongs to another program now is not mistaken for the recorder, nor touched", async () => {
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

Deno.test("a session of another boot ends as rebooted", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  changeEntry(home.path, { boot_id: "another" });
  await echolog(["repair"], { home: home.path });
  await assertSound(session, "rebooted");
  await assertExplained(session, "machine rebooted");
});

Deno.test("commands that only read change nothing of a dead session", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  const before = session.logText();
  const { stdout } = await echolog(["status"], { home: home.path });
  assertStringIncludes(stdout, "state: crashed");
  assertEquals(session.logText(), before);
});

Deno.test("a dead session with a broken state file is finished from its log", async () => {
  for (const text of ["", "{", '{"version":99}']) {
    using home = tempFolder();
    const session = await crashed(home.path);
    Deno.writeTextFileSync(join(session.folder, "session.json"), text);
    const { code, stderr } = await echolog(["repair"], { home: home.path });
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    await assertSound(session, "crashed");
    await assertExplained(session, "echolog killed");
  }
});

Deno.test("a folder is repaired by its path when the registry is lost", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  Deno.removeSync(join(home.path, ".local"), { recursive: true });
  // Whether it is still being recorded is unknown, so only its name ends it.
  const { stdout } = await echolog(["repair"], { home: home.path });
  const id = basename(session.folder);
  assertStringIncludes(stdout, `${id} has no end, nor a place in the state`);
  assertStringIncludes(stdout, `finish it with: echolog repair ${id}\n`);
  assertEquals(session.eventsOf("session_stop"), []);
  const { code } = await echolog(["repair", session.folder], {
    home: home.path,
  });
  assertEquals(code, 0);
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
});

Deno.test("a folder that is no session's is refused and left as it is", async () => {
  using home = tempFolder();
  const folder = join(home.path, "music");
  Deno.mkdirSync(folder);
  Deno.writeTextFileSync(join(folder, "chunk_00001.flac"), "not ours");
  for (const path of [folder, "./", join(folder, "chunk_00001.flac")]) {
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

Deno.test("the log of another program is left as it is", async () => {
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

Deno.test("an empty name repairs nothing, wherever one is", async () => {
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

Deno.test("a folder is repaired by the path of its log, and by its open chunks alone", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  Deno.removeSync(join(home.path, ".local"), { recursive: true });
  const log = join(session.folder, "session.log");
  using copy = tempFolder();
  for (const part of session.files(".part")) {
    Deno.copyFileSync(join(session.folder, part), join(copy.path, part));
  }
  for (const path of [log, "session.log", copy.path]) {
    const { code } = await echolog(["repair", path], {
      home: home.path,
      cwd: session.folder,
    });
    assertEquals(code, 0, path);
  }
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
  const names = [...Deno.readDirSync(copy.path)].map(({ name }) => name);
  assert(names.includes("session.log"), `${names}`);
  assertEquals(names.filter((name) => name.endsWith(".part")), []);
});

Deno.test("a live session is not repaired", async () => {
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

Deno.test("where PATH names no program a live session is stopped, not repaired", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  const { code, stdout } = await echolog(["stop"], {
    home: home.path,
    env: { PATH: "/nonexistent" },
  });
  assertEquals(code, 0);
  assertStringIncludes(stdout, `Stopped ${basename(session.folder)}`);
  assertEquals((await running.finished).code, 0);
  assertEquals(session.events().at(-1)?.event, "session_stop");
});

Deno.test("a live session is not repaired by any path that leads to it", async () => {
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

Deno.test("a live session is not repaired by one who cannot see its place in the registry", async () => {
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

Deno.test("an orphan is found by another path than its own", async () => {
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

Deno.test("who repairs a folder waits for his turn", async () => {
  if (Deno.build.os !== "linux") {
    console.log("skipped: only Linux tells who waits for a lock");
    return;
  }
  using home = tempFolder();
  const session = await crashed(home.path);
  const state = join(home.path, ".local", "state", "echolog");
  Deno.removeSync(join(state, "active"), { recursive: true });
  using lock = Deno.openSync(join(state, "lock"), { write: true });
  lock.lockSync(true);
  const { ino } = lock.statSync();
  await using running = startEcholog(["repair", session.folder], {
    home: home.path,
  });
  const waits = waitFor("one who waits", () => {
    const lines = (kernelFile("/proc/locks") ?? "").split("\n");
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

Deno.test("of twenty recorders of one device that start at once one records and 19 exit 75", async () => {
  using home = tempFolder();
  const env = configured(home.path);
  const all = Array.from(
    { length: 20 },
    () =>
      startEcholog(["record", "--device", "test"], { home: home.path, env }),
  );
  const ended: number[] = [];
  for (const one of all) {
    void one.finished.then(({ code, stderr }) => {
      ended.push(code);
      if (code !== 75) return;
      assert(/^echolog: The device is being recorded by .*\n$/.test(stderr));
    });
  }
  await waitFor("19 ends", () => ended.length === 19 ? true : null, 120_000);
  const stopped = await echolog(["stop"], { home: home.path });
  assertEquals(stopped.code, 0);
  await Promise.all(all.map(({ finished }) => finished));
  assertEquals(ended.filter((code) => code === 75).length, 19);
  assertEquals(ended.filter((code) => code === 0).length, 1);
  assertEquals([...Deno.readDirSync(join(home.path, "recordings"))].length, 1);
});

Deno.test("stop ends a session as stop_command, and another with the same device can begin", async () => {
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

Deno.test("audio that cannot be read is kept and told of, never deleted", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  const [part = ""] = session.files(".part");
  const path = join(session.folder, part);
  using file = Deno.openSync(path, { write: true });
  file.writeSync(new Uint8Array(4));
  await echolog(["repair"], { home: home.path });
  assert(session.files(".part").includes(part));
  assertStringIncludes(session.logText(), "code=chunk_not_closed");
  assert(session.events().at(-1)?.event === "session_stop");
  await assertExplained(session, "chunk damaged after a kill");
});

Deno.test("repair overwrites no file", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  const [part = ""] = session.files(".part");
  const path = join(session.folder, part.replace(/\.part$/, ""));
  Deno.writeTextFileSync(path, "precious");
  await echolog(["repair"], { home: home.path });
  assertEquals(Deno.readTextFileSync(path), "precious");
  assert(session.files(".part").includes(part));
});

Deno.test("a dead session whose log and state are lost is finished from its files", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  Deno.removeSync(join(session.folder, "session.log"));
  Deno.writeTextFileSync(join(session.folder, "session.json"), "garbage");
  const { code } = await echolog(["repair"], { home: home.path });
  assertEquals(code, 0);
  assertEquals(session.files(".part"), []);
  const chunks = session.eventsOf("chunk_created");
  assertEquals(chunks.map(({ file }) => file), session.files(".flac"));
  assert(session.events().at(-1)?.event === "session_stop");
});

Deno.test("a repaired session leaves nothing of its recorder behind", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  await echolog(["repair"], { home: home.path });
  assertEquals(
    session.files("").filter((name) => !/^(chunk_|session\.)/.test(name)),
    [],
  );
});

Deno.test("a recorder puts back its place in the registry", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  Deno.removeSync(join(home.path, ".local"), { recursive: true });
  await session.waitForEvent("chunk_created", 1);
  await waitFor("the place", async () => {
    const { code } = await echolog(["status"], { home: home.path });
    return code === 0 ? true : null;
  });
  const { code } = await echolog(["stop"], { home: home.path });
  assertEquals(code, 0);
  assertEquals((await running.finished).code, 0);
});

Deno.test("an empty name stops nothing", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running } = recording;
  const { code, stderr } = await echolog(["stop", ""], { home: home.path });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "name is empty");
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
});

Deno.test("stop ends the session that started last and names the other; --all stops both", async () => {
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
  Deno.test(`stop ends the session that is being recorded, and the ${died} one whose recorder had died`, async () => {
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
      `Its recorder had died; finished ${died}; log: `,
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

Deno.test("a recorder that dies while stop waits for it is finished, and not called stopped", async () => {
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
  assertStringIncludes(stdout, `Its recorder had died; finished ${id}; log: `);
  assertEquals(stdout.includes("Stopped"), false);
  assertEquals(findOrphans(session.folder), []);
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
});

Deno.test("stop ends what records into a folder that is gone", async () => {
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

Deno.test("a stop that can finish nothing says so and exits 1", async () => {
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

Deno.test("stop --all takes no session beside it", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running } = recording;
  const { code, stderr } = await echolog(["stop", "--all", "x"], {
    home: home.path,
  });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "Cannot use x beside --all");
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
