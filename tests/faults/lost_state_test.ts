import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { FORMAT_NAMES } from "../../src/audio/format.ts";
import { echolog, SessionOnDisk, startEcholog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import {
  assertSound,
  configured,
  crashed,
  ffmpegPid,
  startRecording,
} from "./support.ts";
import { assertExplained } from "./explained.ts";

Deno.test("repair: finishes a dead session with a broken state file from its log", async () => {
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

Deno.test("record: exits 75 for all but one of 20 recorders started at once on one device", async () => {
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
      assertMatch(
        stderr,
        /(?:^|\n)echolog: The device is being recorded by .*\n$/,
      );
    });
  }
  await waitFor("19 ends", () => ended.length === 19 ? true : null, {
    limit: 120_000,
  });
  const stopped = await echolog(["stop"], { home: home.path });
  assertEquals(stopped.code, 0);
  await Promise.all(all.map(({ finished }) => finished));
  assertEquals(ended.filter((code) => code === 75).length, 19);
  assertEquals(ended.filter((code) => code === 0).length, 1);
  assertEquals([...Deno.readDirSync(join(home.path, "recordings"))].length, 1);
});

Deno.test("repair: keeps an unreadable chunk and logs it", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  const [part = ""] = session.files(".part");
  const path = join(session.folder, part);
  using file = Deno.openSync(path, { write: true });
  file.writeSync(new Uint8Array(4));
  await echolog(["repair"], { home: home.path });
  assert(session.files(".part").includes(part));
  assertStringIncludes(session.logText(), "code=chunk_finalize_failed");
  assert(session.events().at(-1)?.event === "session_stop");
  await assertExplained(session, "chunk damaged after a kill");
});

Deno.test("repair: overwrites no file", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  // An open chunk without audio would not be kept.
  const part = await session.waitFor("audio in the open chunk", () => {
    const [name] = session.files(".part");
    if (name === undefined) return null;
    return Deno.statSync(join(session.folder, name)).size > 20_000
      ? name
      : null;
  });
  Deno.kill(ffmpegPid(session), "SIGKILL");
  const path = join(session.folder, part.replace(/\.part$/, ""));
  Deno.writeTextFileSync(path, "precious");
  await echolog(["repair"], { home: home.path });
  assertEquals(Deno.readTextFileSync(path), "precious");
  assert(session.files(".part").includes(part));
});

Deno.test("repair: finishes a dead session without log and state from its files", async () => {
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

for (const format of FORMAT_NAMES) {
  Deno.test(`verify, export, repair: know a moved ${format} session named by time that has lost its log and its state`, async () => {
    using home = tempFolder();
    const { code } = await echolog([
      ...["record", "--device", "test", "--duration", "3s", "--format", format],
      ...["--segment-duration", "1s", "--chunk-names", "time"],
      ...["--session-id", "x"],
    ], { home: home.path });
    assertEquals(code, 0);
    const moved = join(home.path, "moved");
    await Deno.rename(join(home.path, "recordings", "x"), moved);
    for (const name of ["session.log", "session.json"]) {
      Deno.removeSync(join(moved, name));
    }
    const run = (...args: string[]) => echolog(args, { home: home.path });
    const verified = await run("verify", moved);
    assertEquals(verified.code, 1);
    assertMatch(verified.stdout, /session\.log is missing/);
    const path = join(home.path, "x.wav");
    const exported = await run("export", moved, "-o", path, "--json");
    assertEquals(exported.code, 0, exported.stderr);
    assertAlmostEquals(JSON.parse(exported.stdout).duration, 3, 0.1);
    assertEquals((await run("repair", "--force", moved)).code, 0);
    const session = new SessionOnDisk(moved);
    assert(session.eventsOf("chunk_created").length >= 3);
    const [stop] = session.eventsOf("session_stop");
    assertAlmostEquals(stop?.wall ?? 0, 3, 0.2);
    assertMatch((await run("explain", moved)).stdout, /3(\.\d)? s of audio/);
  });
}

Deno.test("repair: leaves only chunks and session files behind", async () => {
  using home = tempFolder();
  const session = await crashed(home.path);
  await echolog(["repair"], { home: home.path });
  assertEquals(
    session.files("").filter((name) =>
      !/^(chunk_|chunks\.jsonl$|session\.)/.test(name)
    ),
    [],
  );
});

Deno.test("record: restores its entry in the registry", async () => {
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
