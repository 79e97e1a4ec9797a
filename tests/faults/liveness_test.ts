import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { basename, join } from "@std/path";
import type { EventName } from "../../src/events.ts";
import { exists } from "../../src/platform/fs.ts";
import { readIndex } from "../../src/sessions/chunks/chunk_index.ts";
import { readState } from "../../src/sessions/state_file.ts";
import {
  echolog,
  echologCommand,
  onlySession,
  SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import { hungFolder } from "../support/hung_folder.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import {
  assertSound,
  configured,
  crashed,
  ffmpegPid,
  IMPATIENT,
  startRecording,
} from "./support.ts";
import { assertExplained } from "./explained.ts";

/** Copies a session's folder with the times of its files. */
async function copy(from: string, to: string): Promise<void> {
  const { success } = await new Deno.Command("cp", { args: ["-a", from, to] })
    .output();
  assert(success);
}

/** Runs the command that an error proposes in a shell; the folder that echolog would get. */
async function proposedFolder(error: string): Promise<string> {
  const command = error.slice(error.indexOf("echolog repair --force"));
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", `echolog() { printf %s "$3"; }; ${command}`],
  }).output();
  return new TextDecoder().decode(stdout);
}

/** Waits for an event of a session whose log may not be there yet. */
async function begun(session: SessionOnDisk, name: EventName): Promise<void> {
  await waitFor(
    `${name} in ${session.folder}`,
    () => exists(join(session.folder, "session.log")) || null,
  );
  await session.waitForEvent(name);
}

/** All files of a folder with their contents. */
function contents(folder: string): Map<string, string> {
  return new Map(
    [...Deno.readDirSync(folder)].map(({ name }) => [
      name,
      Deno.readTextFileSync(join(folder, name)),
    ]),
  );
}

/** Starts a recording in a namespace of process ids of its own, as a container does. */
function startInContainer(home: string, args: readonly string[]) {
  const child = new Deno.Command("unshare", {
    args: ["-pf", "--mount-proc", "--kill-child", ...echologCommand()]
      .concat("record", ...args),
    env: { HOME: home, ...configured(home) },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

async function canUnshare(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("unshare", {
      args: ["-pf", "--mount-proc", "true"],
      stderr: "null",
    }).output();
    if (success) return true;
  } catch {
    // The program is not installed.
  }
  console.log("skipped: a namespace of process ids needs root on Linux");
  return false;
}

Deno.test("record: leaves a session alone that is recorded in another container", async () => {
  if (!await canUnshare()) return;
  using home = tempFolder();
  const env = configured(home.path);
  const id = "inside";
  {
    await using _inside = startInContainer(home.path, [
      ...["--device", "test", "--session-id", id],
    ]);
    const session = await onlySession(join(home.path, "recordings"));
    await session.waitForEvent("chunk_created");
    const run = async (...args: string[]) =>
      await echolog(args, { home: home.path, env });
    const busy = await run("record", "--device", "test", "--duration", "2s");
    assertEquals(busy.code, 75, busy.stderr);
    assertStringIncludes(busy.stderr, `session ${id}`);
    const repair = await run("repair", id);
    assertEquals(repair.code, 2);
    assertStringIncludes(repair.stderr, "is being recorded");
    assertEquals((await run("repair")).stdout, "Nothing to repair\n");
    const stop = await run("stop", id);
    assertEquals(stop.code, 1);
    assertStringIncludes(stop.stderr, "stop it there");
    assertStringIncludes((await run("status")).stdout, "state: recording");
    const other = await run(
      ...["record", "--device", "lavfi:anullsrc", "--duration", "2s"],
    );
    assertEquals(other.code, 0, other.stderr);
    assertEquals(session.eventsOf("session_stop"), []);
    const { length } = session.eventsOf("chunk_created");
    await session.waitForEvent("chunk_created", length + 1);
  }
  // Its container is gone, and its lock with it.
  const session = new SessionOnDisk(join(home.path, "recordings", id));
  const repaired = await echolog(["repair"], { home: home.path });
  assertStringIncludes(repaired.stdout, `Finished ${id}: `);
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
});

Deno.test("repair: leaves copies and mailed logs alone without --force", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  using place = tempFolder();
  const whole = join(place.path, "copied");
  await copy(session.folder, whole);
  const mailed = join(place.path, "evil; touch X #");
  Deno.mkdirSync(mailed);
  await copy(join(session.folder, "session.log"), mailed);
  const beside = join(home.path, "recordings", "beside");
  await copy(session.folder, beside);
  for (const folder of [whole, mailed, beside]) {
    const before = contents(folder);
    const { code, stderr } = await echolog(["repair", folder], {
      home: home.path,
    });
    assertEquals(code, 2, folder);
    assertEquals(await proposedFolder(stderr), folder);
    assertEquals(contents(folder), before);
  }
  // What `verify` proposes is accepted.
  const checked = await echolog(["verify", beside], { home: home.path });
  assertStringIncludes(
    checked.stdout,
    "log has no end; echolog repair --force beside completes it",
  );
  const all = await echolog(["repair"], { home: home.path });
  assertMatch(all.stdout, /^Finished (?!beside)/m);
  assertMatch(all.stdout, /^beside has no end, but may still be /m);
  assertEquals(new SessionOnDisk(beside).eventsOf("session_stop"), []);
  const listed = await echolog(["sessions"], { home: home.path });
  assertMatch(listed.stdout, /^beside .* unknown$/m);
  const forced = await echolog(["repair", "--force", beside], {
    home: home.path,
  });
  assertEquals(forced.code, 0, forced.stderr);
  await assertSound(new SessionOnDisk(beside), "crashed");
  await assertExplained(new SessionOnDisk(beside), "echolog killed");
});

Deno.test("repair: rejects a live session between two ffmpegs that another state folder has", async () => {
  using home = tempFolder();
  using other = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  // The start of a run is known by reports that are read in time.
  await session.waitForEvent("chunk_created", 1);
  // No ffmpeg is there while the recorder waits for its next try.
  running.signal("SIGSTOP");
  Deno.kill(ffmpegPid(session), "SIGKILL");
  const { code, stderr } = await echolog(["repair", session.folder], {
    home: other.path,
  });
  running.signal("SIGCONT");
  assertEquals(code, 2);
  assertStringIncludes(stderr, `is being recorded by pid ${running.pid}`);
  await session.waitForEvent("ffmpeg_started", 2);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted");
  await assertExplained(session, "ffmpeg killed");
});

Deno.test("record: captures before a dead session is repaired", async () => {
  using home = tempFolder();
  const dead = await crashed(home.path);
  const [{ pid: orphan } = { pid: 0 }] = dead.eventsOf("ffmpeg_started");
  // It takes all steps of stopping it.
  Deno.kill(orphan, "SIGSTOP");
  await using running = startEcholog(
    ["record", "--device", "test", "--session-id", "next", "--duration", "2s"],
    { home: home.path, env: configured(home.path) },
  );
  const next = new SessionOnDisk(join(home.path, "recordings", "next"));
  await begun(next, "ffmpeg_started");
  assertEquals(dead.eventsOf("session_stop"), []);
  const { code, stderr } = await running.finished;
  assertEquals(code, 0);
  assertMatch(
    stderr,
    /^echolog: The recorder of session .* the session is now finished/m,
  );
  await assertSound(next, "duration_reached");
  await assertSound(dead, "crashed");
  await assertExplained(dead, "echolog killed");
});

Deno.test("record: stops the ffmpeg of a device that serves one before it opens it", async () => {
  using home = tempFolder();
  // A port takes one receiver. The wait for a stream is part of the start.
  const port = 20_000 + Deno.pid % 10_000;
  const address = `udp://127.0.0.1:${port}`;
  const url = `s16le:${address}`;
  await using _sender = stream(address);
  // It takes longer to stop than a start may take without audio.
  // ffmpeg 7 looks at five seconds of a raw stream before it writes.
  const quick = `${IMPATIENT}[ffmpeg]\ninput_args = ["-probesize", "4096"]\n`;
  const path = join(home.path, "quick.conf");
  Deno.writeTextFileSync(path, quick);
  const dead = await crashed(
    home.path,
    url,
    ["--config", path],
    (session) => Deno.kill(ffmpegPid(session), "SIGSTOP"),
  );
  const env = configured(
    home.path,
    quick.replace('start_timeout = "20s"', 'start_timeout = "7s"'),
  );
  await using running = startEcholog(
    ["record", "--device", url, "--session-id", "next", "--duration", "2s"],
    { home: home.path, env },
  );
  const { code, stderr } = await running.finished;
  assertEquals(code, 0, stderr);
  const next = new SessionOnDisk(join(home.path, "recordings", "next"));
  const [started] = next.eventsOf("session_start");
  const [stopped] = dead.eventsOf("ffmpeg_stopped");
  assert(started !== undefined);
  assertEquals(stopped, undefined, "stopped by the start, not by the repair");
  assertEquals(dead.eventsOf("session_stop").length, 1);
  assertEquals(next.eventsOf("session_stop")[0]?.reason, "duration_reached");
});

/** Sends a tone to an address until disposed of. */
function stream(url: string) {
  const child = new Deno.Command("ffmpeg", {
    args: ["-v", "error", "-re", "-f", "lavfi", "-i", "sine=440:r=44100"]
      .concat(["-f", "s16le", url]),
    stdin: "null",
  }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

Deno.test("record: starts without the lock that another program holds, and says why it waited", async () => {
  using home = tempFolder();
  // The wait is longer than a start may take without audio.
  const env = configured(
    home.path,
    IMPATIENT.replace('start_timeout = "20s"', 'start_timeout = "7s"'),
  );
  const state = join(home.path, ".local", "state", "echolog");
  Deno.mkdirSync(state, { recursive: true });
  using lock = Deno.openSync(join(state, "lock"), {
    create: true,
    write: true,
  });
  lock.lockSync(true);
  const { code, stderr } = await echolog(
    ["record", "--device", "test", "--duration", "2s"],
    { home: home.path, env },
  );
  assertEquals(code, 0);
  assertEquals(stderr.split("\n"), [
    `echolog: Waiting for another echolog that holds ${state}/lock`,
    `echolog: Continuing without ${state}/lock`,
    "",
  ]);
  const session = await onlySession(join(home.path, "recordings"));
  await assertSound(session, "duration_reached");
  await assertExplained(session, "as long as asked");
});

Deno.test("record: gives the device to one of several recorders that start without the lock", async () => {
  using home = tempFolder();
  const state = join(home.path, ".local", "state", "echolog");
  Deno.mkdirSync(state, { recursive: true });
  using lock = Deno.openSync(join(state, "lock"), {
    create: true,
    write: true,
  });
  lock.lockSync(true);
  const codes: number[] = [];
  const all = ["one", "two", "three"].map((id) => {
    const running = startEcholog(
      ["record", "--device", "test", "--session-id", id],
      { home: home.path },
    );
    return running.finished.then(({ code }) => codes.push(code));
  });
  await waitFor("two that give up", () => codes.length === 2 || null, {
    limit: 120_000,
  });
  assertEquals(codes, [75, 75]);
  const stopped = await echolog(["stop"], { home: home.path });
  assertEquals(stopped.code, 0, stopped.stderr);
  await Promise.all(all);
  assertEquals(codes, [75, 75, 0]);
  const folder = join(home.path, "recordings");
  assertEquals([...Deno.readDirSync(folder)].length, 1);
});

Deno.test("record: hears Ctrl-C while it waits for the lock", async () => {
  using home = tempFolder();
  const state = join(home.path, ".local", "state", "echolog");
  Deno.mkdirSync(state, { recursive: true });
  using lock = Deno.openSync(join(state, "lock"), {
    create: true,
    write: true,
  });
  lock.lockSync(true);
  await using running = startEcholog(["record", "--device", "test"], {
    home: home.path,
  });
  await waitFor("one who waits", () => {
    const { ino } = lock.statSync();
    const { stdout } = new Deno.Command("cat", { args: ["/proc/locks"] })
      .outputSync();
    return new TextDecoder().decode(stdout).split("\n")
      .some((line) => / -> .*:/.test(line) && line.includes(`:${ino} `)) ||
      null;
  });
  running.signal("SIGINT");
  const { code, stderr } = await running.finished;
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const session = await onlySession(join(home.path, "recordings"));
  assertEquals(session.events().at(-1)?.event, "session_stop");
});

Deno.test("record: starts without a state folder that does not answer", async () => {
  using home = tempFolder();
  const state = join(home.path, ".local", "state", "echolog");
  await using hung = await hungFolder(state);
  if (hung === null) return;
  const { code, stderr } = await echolog(
    ["record", "--device", "test", "--duration", "2s"],
    { home: home.path },
  );
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, `echolog: Waiting for `);
  assertStringIncludes(stderr, `${state}: it does not answer`);
  const session = await onlySession(join(home.path, "recordings"));
  await assertSound(session, "duration_reached");
  await assertExplained(session, "as long as asked");
});

Deno.test("record: hears Ctrl-C while the state folder does not answer", async () => {
  using home = tempFolder();
  const state = join(home.path, ".local", "state", "echolog");
  await using hung = await hungFolder(state);
  if (hung === null) return;
  await using running = startEcholog(["record", "--device", "test"], {
    home: home.path,
  });
  await waitFor("a thread that waits for the folder", () => {
    // proc(5): the kernel function in which a thread waits.
    const script = 'cat "/proc/$1/task/"*/wchan 2>/dev/null; true';
    const { stdout } = new Deno.Command("sh", {
      args: ["-c", script, "sh", String(running.pid)],
    }).outputSync();
    return new TextDecoder().decode(stdout).includes("fuse_") || null;
  });
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
});

Deno.test("record: is not held up by a repair that was suspended", async () => {
  using home = tempFolder();
  const dead = await crashed(home.path);
  // The lock that a repair holds for as long as it works.
  using lock = Deno.openSync(join(dead.folder, ".repair"), {
    create: true,
    write: true,
  });
  lock.lockSync(true);
  Deno.kill(ffmpegPid(dead), "SIGKILL");
  await using running = startEcholog(
    ["record", "--device", "test", "--session-id", "next"],
    { home: home.path, env: configured(home.path) },
  );
  const next = new SessionOnDisk(join(home.path, "recordings", "next"));
  await begun(next, "chunk_created");
  assertEquals(dead.eventsOf("session_stop"), []);
  lock.unlockSync();
  await dead.waitForEvent("session_stop");
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(dead, "crashed");
  await assertExplained(dead, "echolog killed");
  assertEquals(dead.files("").includes(".repair"), false);
});

Deno.test("repair: finishes a session at level error by its index, each chunk once", async () => {
  using home = tempFolder();
  await using running = startEcholog(
    ["record", "--device", "test", "--log-level", "error"],
    { home: home.path, env: configured(home.path) },
  );
  const session = await onlySession(join(home.path, "recordings"));
  await waitFor("chunks", () => readIndex(session.folder).size > 1 || null);
  running.signal("SIGKILL");
  await running.finished;
  const { code } = await echolog(["repair"], { home: home.path });
  assertEquals(code, 0);
  const index = readIndex(session.folder);
  assertEquals(
    [...index.values()].map(({ file }) => file),
    session.files(".flac"),
  );
  const state = readState(session.folder);
  assertEquals(state?.chunks, index.size);
  const { stdout } = await echolog(["explain", "--json"], { home: home.path });
  assertEquals(JSON.parse(stdout).chunks, index.size);
  const verified = await echolog(["verify"], { home: home.path });
  assertEquals(verified.code, 0, verified.stdout);
});

Deno.test("repair: makes the index whole of a recorder that was killed before its line", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  const index = join(session.folder, "chunks.jsonl");
  if (session.files(".jsonl").length > 0) Deno.removeSync(index);
  assertEquals((await echolog(["repair"], { home: home.path })).code, 0);
  await assertSound(session, "crashed");
  await assertExplained(session, "echolog killed");
});

/** A session that ended well. */
async function ended(home: string): Promise<SessionOnDisk> {
  await echolog([
    ...["record", "--device", "test", "--duration", "2s"],
    ...["--segment-duration", "1s"],
  ], { home });
  return await onlySession(join(home, "recordings"));
}

Deno.test("repair: keeps the end of a session whose log was lost", async () => {
  using home = tempFolder();
  const session = await ended(home.path);
  const state = readState(session.folder);
  Deno.removeSync(join(session.folder, "session.log"));
  const id = basename(session.folder);
  const { code, stdout } = await echolog(["repair", id], { home: home.path });
  assertEquals(code, 0);
  assertMatch(stdout, /session\.log is missing/);
  assertEquals(readState(session.folder), state);
  assertEquals(session.files("session.log"), []);
  const verified = await echolog(["verify", id], { home: home.path });
  assertEquals(verified.code, 1);
  assertStringIncludes(verified.stdout, "session.log is missing");
  assert(!/rotated away|repair/.test(verified.stdout), verified.stdout);
});

Deno.test("repair: completes a log that lost its end by the state", async () => {
  using home = tempFolder();
  const session = await ended(home.path);
  const path = join(session.folder, "session.log");
  const [before] = session.eventsOf("session_stop");
  Deno.writeTextFileSync(
    path,
    session.logText().replace(/[^\n]* session_stop [^\n]*\n$/, ""),
  );
  const { code } = await echolog(["repair", session.folder], {
    home: home.path,
  });
  assertEquals(code, 0);
  const [after] = session.eventsOf("session_stop");
  assert(before !== undefined && after !== undefined);
  assertEquals({ ...after, time: 0 }, { ...before, time: 0 });
});

Deno.test("repair: ends a state that a finished log is ahead of, and clears what was left", async () => {
  using home = tempFolder();
  const session = await ended(home.path);
  const path = join(session.folder, "session.json");
  const state = JSON.parse(Deno.readTextFileSync(path));
  // As a folder that could not be written leaves them.
  Deno.writeTextFileSync(
    path,
    JSON.stringify({
      ...state,
      ...{ state: "recording", reason: null, wall: null, coverage: null },
      ...{ pid: 999_999_999, chunks: 1 },
    }),
  );
  const [, last = ""] = session.files(".flac");
  Deno.renameSync(
    join(session.folder, last),
    join(session.folder, `${last}.part`),
  );
  const left = [".reserve", "session.json.tmp", "session.json.new", ".probe"];
  for (const name of left) {
    Deno.writeTextFileSync(join(session.folder, name), "");
  }
  const listed = await echolog(["sessions"], { home: home.path });
  assertMatch(listed.stdout, / duration reached$/m);
  const { code, stdout } = await echolog(["repair"], { home: home.path });
  assertEquals(code, 0);
  assertMatch(stdout, /^Finished /);
  assertEquals(readState(session.folder)?.state, "ended");
  assertEquals(session.files("").filter((name) => name.startsWith(".")), []);
  const again = await echolog(["repair", session.folder], { home: home.path });
  assertMatch(again.stdout, /needs no repair/);
});

Deno.test("repair: logs audio of a disk that came back after the end, and ends the log again", async () => {
  using home = tempFolder();
  const session = await ended(home.path);
  const { length } = session.eventsOf("chunk_created");
  const [first = ""] = session.files(".flac");
  const name = "chunk_00009.flac";
  Deno.copyFileSync(
    join(session.folder, first),
    join(session.folder, `${name}.part`),
  );
  const { code, stdout } = await echolog(["repair", session.folder], {
    home: home.path,
  });
  assertEquals(code, 0);
  assertMatch(stdout, /chunks recovered: 1/);
  assertEquals(session.eventsOf("chunk_created").length, length + 1);
  const stops = session.eventsOf("session_stop");
  assertEquals(stops.map(({ reason }) => reason), [
    ...["duration_reached", "duration_reached"],
  ]);
  assertEquals(stops.at(-1)?.chunks, length + 1);
  assertEquals(session.events().at(-1)?.event, "session_stop");
  assertEquals(readState(session.folder)?.chunks, length + 1);
  assert(readIndex(session.folder).has(9));
  const again = await echolog(["repair", session.folder], { home: home.path });
  assertMatch(again.stdout, /needs no repair/);
});

Deno.test("record: leaves nothing of a recorder that was killed before its first line", async () => {
  using home = tempFolder();
  const env = configured(home.path);
  // Killed at many moments of its start, until one has a log.
  for (let delay = 0; delay < 12; delay++) {
    await using running = startEcholog(["record", "--device", "test"], {
      home: home.path,
      env,
    });
    await waitFor("its entry", () => {
      try {
        const active = join(home.path, ".local", "state", "echolog", "active");
        return [...Deno.readDirSync(active)].length > 0 || null;
      } catch {
        return null;
      }
    });
    running.signal("SIGKILL");
    await running.finished;
    await echolog(["repair"], { home: home.path });
    for (const { name } of Deno.readDirSync(join(home.path, "recordings"))) {
      const folder = join(home.path, "recordings", name);
      const files = [...Deno.readDirSync(folder)].map(({ name }) => name);
      assert(files.includes("session.log"), `${name}: ${files}`);
      assertEquals(files.filter((file) => file.startsWith(".")), []);
      assert(!files.includes("session.json.tmp"));
      assert(!files.includes("session.json.new"));
    }
  }
});
