import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { exists } from "../../src/platform/fs.ts";
import { processStart } from "../../src/platform/processes.ts";
import {
  echolog,
  echologCommand,
  onlySession,
  startEcholog,
} from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import {
  assertSound,
  configured,
  fakeFfmpeg,
  ffmpegPid,
  startRecording,
  waitForGaps,
} from "./support.ts";
import { assertExplained } from "./explained.ts";

Deno.test("signals: ends the start without a session before ffmpeg has answered", async () => {
  using home = tempFolder();
  const ffmpeg = await fakeFfmpeg(home.path, 'exec "$FFMPEG" "$@"');
  Deno.writeTextFileSync(
    ffmpeg,
    '#!/bin/sh\ntouch "$0.asked"\nsleep 2.5\necho ffmpeg version 1\n',
  );
  await using running = startEcholog(
    ["record", "--device", "test", "--ffmpeg", ffmpeg],
    { home: home.path },
  );
  await waitFor("the question for the version", () => {
    try {
      return Deno.statSync(`${ffmpeg}.asked`);
    } catch {
      return null;
    }
  });
  running.signal("SIGTERM");
  const { code, stderr } = await running.finished;
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assert(!exists(join(home.path, "recordings")));
});

Deno.test("signals: ends the session while it waits to retry", async () => {
  using home = tempFolder();
  const path = join(home.path, "patient.conf");
  Deno.writeTextFileSync(path, '[recovery]\nbackoff_max = "1h"\n');
  await using running = startEcholog(["record", "--device", "pulse:none"], {
    home: home.path,
    env: { ECHOLOG_CONFIG: path, PULSE_SERVER: "unix:/dev/null/none" },
  });
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("recovery", 4);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted");
  await assertExplained(session, "no sound server, stopped");
});

Deno.test("signals: ends the session with the reason of the first of ten signals", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  running.signal("SIGHUP");
  // The kernel delivers signals of different kinds in any order.
  await session.waitForEvent("ffmpeg_stopped").catch(() => {});
  for (let count = 0; count < 9; count++) {
    try {
      running.signal(count % 2 === 0 ? "SIGINT" : "SIGTERM");
    } catch {
      // It has ended already.
    }
  }
  const { code } = await running.finished;
  assert(code === 0 || code >= 128, `exit code ${code}`);
  await assertSound(session, "hangup");
  await assertExplained(session, "terminal closed");
});

Deno.test("record: continues when stdout and stderr are closed", async () => {
  using home = tempFolder();
  const command = echologCommand().map((word) => `'${word}'`).join(" ");
  const child = new Deno.Command("sh", {
    args: ["-c", `exec ${command} record --device test >&- 2>&-`],
    env: { HOME: home.path, ...configured(home.path) },
    stdin: "null",
  }).spawn();
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("chunk_created", 1);
  child.kill("SIGINT");
  await child.status;
  await assertSound(session, "interrupted");
  await assertExplained(session, "nothing but Ctrl-C");
});

Deno.test("signals: ignores SIGHUP under nohup", async () => {
  using home = tempFolder();
  const child = new Deno.Command("nohup", {
    args: [...echologCommand(), "record", "--device", "test"],
    env: { HOME: home.path, ...configured(home.path) },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("chunk_created", 1);
  child.kill("SIGHUP");
  await session.waitForEvent("chunk_created", 2);
  child.kill("SIGINT");
  await child.status;
  await assertSound(session, "interrupted");
  await assertExplained(session, "nothing but Ctrl-C");
});

Deno.test("record: continues when its parent exits and the pipe of its output closes", async () => {
  using home = tempFolder();
  const command = echologCommand().map((word) => `'${word}'`).join(" ");
  const parent = new Deno.Command("sh", {
    args: ["-c", `${command} record --device test & echo $!; exit 0`],
    env: { HOME: home.path, ...configured(home.path) },
    stdin: "null",
    stderr: "null",
    stdout: "piped",
  }).spawn();
  const reader = parent.stdout.getReader();
  const { value } = await reader.read();
  await parent.status;
  const pid = Number.parseInt(new TextDecoder().decode(value), 10);
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("chunk_created", 1);
  // The pipe it prints to has no reader any more.
  await reader.cancel();
  await session.waitForEvent("chunk_created", 2);
  Deno.kill(pid, "SIGINT");
  await session.waitForEvent("session_stop");
  // It writes the last lines of the index after that of the log.
  await waitFor("the end of the recorder", () => {
    return processStart(pid) === null || null;
  });
  await assertSound(session, "interrupted");
  await assertExplained(session, "nothing but Ctrl-C");
});

Deno.test("signals: logs audio lost during a SIGSTOP as a gap between adjoining chunks", async () => {
  using home = tempFolder();
  // A source that, like a sound card, does not wait.
  await using recording = await startRecording(home.path, [
    "--device",
    "lavfi:sine=frequency=440,arealtime",
  ]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  const pid = ffmpegPid(session);
  running.signal("SIGSTOP");
  Deno.kill(pid, "SIGSTOP");
  await new Deno.Command("sleep", { args: ["6"] }).output();
  Deno.kill(pid, "SIGCONT");
  running.signal("SIGCONT");
  // Chunks of two seconds are closed before the hole is known.
  await waitForGaps(session);
  const count = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", count + 2);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted");
  const verified = await echolog(["verify", session.folder], {
    home: home.path,
  });
  assertEquals(verified.code, 0, verified.stdout);
  await assertExplained(session, "audio lost");
});

Deno.test("signals: continues after a SIGSTOP of recorder and ffmpeg and accounts for every second", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  const pid = ffmpegPid(session);
  running.signal("SIGSTOP");
  Deno.kill(pid, "SIGSTOP");
  await new Deno.Command("sleep", { args: ["8"] }).output();
  Deno.kill(pid, "SIGCONT");
  running.signal("SIGCONT");
  // Twice the stall timeout. The tone catches up; stopped before, it would lack the rest.
  await session.waitForEvent("chunk_created", 8);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  // A hole would be named.
  await assertSound(session, "interrupted");
  await assertExplained(session, "nothing but Ctrl-C");
});
