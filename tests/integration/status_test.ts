import { processStart } from "../../src/platform/processes.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { echolog, onlySession, startEcholog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

Deno.test("status: reports that nothing is being recorded and exits 3", async () => {
  using home = tempFolder();
  const text = await echolog(["status"], { home: home.path });
  assertEquals(text.code, 3);
  assertEquals(text.stdout, "");
  assertMatch(text.stderr, /^echolog: Nothing is being recorded; .*\n$/);
  const json = await echolog(["status", "--json"], { home: home.path });
  assertEquals([json.code, json.stdout], [3, "[]\n"]);
});

Deno.test("stop: reports that nothing is being recorded and exits 3 regardless of the session named", async () => {
  using home = tempFolder();
  for (const named of [[], ["latest"], ["20250922T100000Z"], ["--all"]]) {
    const { code, stderr } = await echolog(["stop", ...named], {
      home: home.path,
    });
    assertEquals(code, 3);
    assertMatch(stderr, /^echolog: Nothing is being recorded; .*\n$/);
  }
});

Deno.test("status: shows a session and its log only while it is being recorded", async () => {
  using home = tempFolder();
  await using running = startEcholog(["record", "--device", "test"], {
    home: home.path,
  });
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("ffmpeg_started");
  const log = join(session.folder, "session.log");

  const text = await echolog(["status"], { home: home.path });
  assertEquals(text.code, 0);
  assertStringIncludes(text.stdout, `\nlog: ${log}\n`);
  assertStringIncludes(text.stdout, "\nstate: recording\n");

  const json = await echolog(["status", "--json"], { home: home.path });
  const [entry] = JSON.parse(json.stdout);
  assertEquals(entry.log, log);
  assertEquals(entry.state, "recording");
  assertEquals(entry.pid, running.pid);
  assertEquals(entry.device, "test");

  running.signal("SIGTERM");
  await running.finished;
  assertEquals((await echolog(["status"], { home: home.path })).code, 3);
});

Deno.test("status: keeps reporting a session whose recorder was killed as crashed", async () => {
  using home = tempFolder();
  await using running = startEcholog(["record", "--device", "test"], {
    home: home.path,
  });
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("ffmpeg_started");
  const [started] = session.eventsOf("ffmpeg_started");
  assert(started !== undefined);
  running.signal("SIGKILL");
  await running.finished;
  // Its ffmpeg still records, and has to be stopped.
  const orphaned = await echolog(["status"], { home: home.path });
  assertStringIncludes(
    orphaned.stdout,
    `state: crashed, but ffmpeg (pid ${started.pid}) still records; stop it and finish the session with echolog repair`,
  );
  const json = await echolog(["status", "--json"], { home: home.path });
  assertEquals(JSON.parse(json.stdout)[0].orphan_list, [started.pid]);
  const explained = await echolog(["explain"], { home: home.path });
  assertStringIncludes(
    explained.stdout.replaceAll(/\s+/g, " "),
    `Its recorder died, but ffmpeg (pid ${started.pid}) still records.`,
  );
  Deno.kill(started.pid, "SIGKILL");
  await waitFor(
    "ffmpeg to end",
    () => processStart(started.pid) === null || null,
  );
  for (let look = 0; look < 2; look++) {
    const { code, stdout } = await echolog(["status"], { home: home.path });
    assertEquals(code, 3);
    assertStringIncludes(stdout, "state: crashed");
  }
});

Deno.test("status: takes a session or a device, and answers a monitoring system", async () => {
  using home = tempFolder();
  const options = { home: home.path };
  const check = async (...args: string[]) => {
    const { code, stdout, stderr } = await echolog(
      ["status", "--check", ...args],
      options,
    );
    assertEquals(stderr, "");
    return `${code} ${stdout.replace(/\|.*/, "").trimEnd()}`;
  };
  assertEquals(await check(), "2 CRITICAL - nothing is being recorded");
  const args = ["record", "--device", "test", "--session-id", "night"];
  await using _one = startEcholog(args, options);
  await using _two = startEcholog(
    [...args.slice(0, 2), "lavfi:sine=r=48000", "--session-id", "day"],
    options,
  );
  const lines = await waitFor("two recordings", async () => {
    const { stdout } = await echolog(["status"], options);
    const lines = stdout.split("\n");
    return lines.filter((line) => / recording /.test(line)).length === 2
      ? lines
      : null;
  });
  assertMatch(lines[0] ?? "", /^SESSION +STATE +ELAPSED +LAST AUDIO/);
  for (const id of ["night", "day"]) {
    const log = join(home.path, "recordings", id, "session.log");
    assertEquals(lines.includes(`log: ${log}`), true);
  }
  assertMatch(await check(), /^0 OK - .*test: audio now/);
  assertEquals(await check("night"), "0 OK - test: audio now");
  assertEquals(await check("--device", "test"), "0 OK - test: audio now");
  assertEquals(
    await check("--device", "pulse:none"),
    "2 CRITICAL - nothing is being recorded by pulse:none",
  );
  assertEquals(
    await check("evening"),
    "2 CRITICAL - nothing is being recorded by session evening",
  );
  for (
    const wrong of [
      ["--max-age", "x"],
      ["--watch"],
      ["night", "--device", "test"],
      ["--nonsense"],
    ]
  ) assertMatch(await check(...wrong), /^3 UNKNOWN - /);
  const one = await echolog(["status", "day"], options);
  assertStringIncludes(one.stdout, "session: day\nstate: recording\n");
  const metrics = await echolog(["status", "--prometheus"], options);
  assertMatch(metrics.stdout, /^echolog_recorders 2$/m);
  assertEquals((await echolog(["status", "evening"], options)).code, 3);
});
