import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
} from "@std/assert";
import { basename, join } from "@std/path";
import { exists } from "../../src/platform/fs.ts";
import {
  echolog,
  onlySession,
  type SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import { decodeFiles, RATE, SoundServer } from "../support/sound_server.ts";
import {
  assertInOrder,
  numbersIn,
  numbersOf,
  sessionsIn,
} from "../support/rollover.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { wasBusy } from "../support/load.ts";
import { configured } from "../faults/support.ts";

const EVERY_10_S = `
[recording]
session_duration = "10s"
segment_duration = "4s"
`;

/** Waits until a recorder is in its second session, which has its log. */
async function second(outputDir: string): Promise<SessionOnDisk> {
  return await waitFor("a second session", () => {
    const [, session] = sessionsIn(outputDir);
    const hasLog = session !== undefined &&
      exists(join(session.folder, "session.log"));
    return hasLog ? session : null;
  });
}

/** Makes an ffmpeg that works until it is broken, and then runs a line of a shell. */
function breakable(home: string, line: string) {
  const ffmpeg = join(home, "ffmpeg");
  const broken = join(home, "broken");
  Deno.writeTextFileSync(
    ffmpeg,
    `#!/bin/sh\n[ -e ${broken} ] && ${line}\nexec ffmpeg "$@"\n`,
    { mode: 0o755 },
  );
  return { ffmpeg, breakIt: () => Deno.writeTextFileSync(broken, "") };
}

Deno.test("record: two sessions of a shared source have every sample", async () => {
  await using server = await SoundServer.start();
  server.playNumbers(500, 40_000);
  await server.waitForSound();
  using home = tempFolder();
  const env = { ...server.clientEnv, ...configured(home.path, EVERY_10_S) };
  const { code, stdout, stderr } = await echolog([
    ...["record", "--device", "pulse:loop.monitor", "--duration", "13s"],
  ], { home: home.path, env });
  const isBusy = wasBusy();
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout.trim().split("\n").length, 1);
  const [first, next, more] = sessionsIn(join(home.path, "recordings"));
  assert(first !== undefined && next !== undefined);
  assertEquals(more, undefined);
  const reasonOf = (session: SessionOnDisk) =>
    session.eventsOf("session_stop").map(({ reason }) => reason);
  assertEquals(reasonOf(first), ["rollover"]);
  assertEquals(reasonOf(next), ["duration_reached"]);
  // The player of a busy machine leaves gaps of its own.
  const gaps = [...first.eventsOf("gap"), ...next.eventsOf("gap")];
  assert(gaps.length === 0 || isBusy, JSON.stringify(gaps));
  const [before, after] = [await numbersOf(first), await numbersOf(next)];
  assertInOrder(before, isBusy);
  assertInOrder(after, isBusy);
  const overlap = (before.at(-1) ?? 0) - (after[0] ?? Infinity) + 1;
  assert(overlap >= 0, `${-overlap} samples are missing`);
  assertAlmostEquals(
    ((after.at(-1) ?? 0) - (before[0] ?? 0)) / RATE,
    13,
    // With those that the sound server of a busy machine drops.
    isBusy ? 2 : 0.5,
  );
  const explained = await echolog(["explain", first.folder], {
    home: home.path,
  });
  assertMatch(explained.stdout, /the recorder continued in a\s+new\s+session/);
  // An export takes the overlap once, to the sample.
  const start = first.eventsOf("chunk_created")[0]?.start ?? 0;
  const path = join(home.path, "all.wav");
  const exported = await echolog([
    ...["export", "--from", new Date(start).toISOString(), "-o", path],
  ], { home: home.path });
  assertEquals(exported.code, 0, exported.stderr);
  const samples = numbersIn(await decodeFiles([path]));
  assertInOrder(samples, isBusy);
  assertEquals(
    [samples[0], samples.at(-1)],
    [before[0], after.at(-1)],
  );
});

Deno.test("record: a source that is opened once only has a named gap between two sessions", async () => {
  await using server = await SoundServer.start();
  server.playNumbers(500, 40_000);
  await server.waitForSound();
  using home = tempFolder();
  Deno.writeTextFileSync(
    join(home.path, ".asoundrc"),
    "pcm.mic { type pulse device loop.monitor }\nctl.mic { type pulse }\n",
  );
  const env = { ...server.clientEnv, ...configured(home.path, EVERY_10_S) };
  const { code, stderr } = await echolog([
    ...["record", "--device", "alsa:mic", "--duration", "13s"],
  ], { home: home.path, env });
  assertEquals([code, stderr], [0, ""]);
  const [first, next] = sessionsIn(join(home.path, "recordings"));
  assert(first !== undefined && next !== undefined);
  const [gap, more] = next.eventsOf("gap");
  assertEquals([gap?.cause, more], ["rollover", undefined]);
  const [before, after] = [await numbersOf(first), await numbersOf(next)];
  const missing = ((after[0] ?? 0) - (before.at(-1) ?? 0) - 1) / RATE;
  assert(missing > 0, "The source was open twice");
  const error = Math.abs((gap?.duration ?? 0) - missing);
  // Other programs may hold up the first reports of the new session.
  assert(error <= 0.05 || wasBusy(), `${gap?.duration} s for ${missing} s`);
});

Deno.test("stop: ends a recorder in its second session, whose name begins with that of the first", async () => {
  using home = tempFolder();
  const output = join(home.path, "recordings");
  const env = configured(home.path, EVERY_10_S);
  await using running = startEcholog([
    ...["record", "--device", "test", "--session-id", "studio"],
  ], { home: home.path, env });
  const first = await onlySession(output);
  const next = await second(output);
  assert(next.folder.startsWith(`${first.folder}-20`), next.folder);
  await first.waitForEvent("session_stop");
  // The device is still taken.
  const busy = await echolog(["record", "--device", "test"], {
    home: home.path,
  });
  assertEquals(busy.code, 75);
  const status = await echolog(["status", "--json"], { home: home.path });
  const [active] = JSON.parse(status.stdout);
  assertEquals(active.folder, next.folder);
  const stopped = await echolog(["stop"], { home: home.path });
  assertEquals(stopped.code, 0, stopped.stderr);
  assertEquals((await running.finished).code, 0);
  const [stop] = next.eventsOf("session_stop");
  assertEquals(stop?.reason, "stop_command");
  const after = await echolog([
    ...["record", "--device", "test", "--duration", "2s"],
  ], { home: home.path });
  assertEquals(after.code, 0, after.stderr);
});

Deno.test({
  name:
    "stop: stops both sessions of a recorder at a rollover, which status --check takes for one",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using home = tempFolder();
    const output = join(home.path, "recordings");
    const env = configured(home.path, EVERY_10_S);
    // The second session gets no audio, so the first one continues for a while.
    const { ffmpeg, breakIt } = breakable(home.path, "exec sleep 60");
    await using running = startEcholog([
      ...["record", "--device", "test", "--ffmpeg", ffmpeg],
    ], { home: home.path, env });
    const first = await onlySession(output);
    await first.waitForEvent("ffmpeg_started");
    breakIt();
    const next = await second(output);
    await next.waitForEvent("ffmpeg_command");
    const check = await echolog(["status", "--check"], { home: home.path });
    assertMatch(check.stdout, /^OK - test: audio now\|last_audio=/);
    const id = basename(first.folder);
    const stopped = await echolog(["stop", id], { home: home.path });
    assertEquals([stopped.code, stopped.stderr], [0, ""]);
    const lines = stopped.stdout.trim().split("\n");
    assertEquals(lines.map((line) => line.split(";")[0]).sort(), [
      `Stopped ${id}`,
      `Stopped ${basename(next.folder)}`,
    ]);
    for (const session of [first, next]) {
      assertEquals(session.eventsOf("session_stop").length, 1);
    }
    assertEquals((await running.finished).code, 0);
  },
});

Deno.test({
  name: "status --check: counts an outage on over a rollover",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using home = tempFolder();
    const output = join(home.path, "recordings");
    const env = configured(home.path, EVERY_10_S);
    const { ffmpeg, breakIt } = breakable(home.path, "exit 1");
    await using running = startEcholog([
      ...["record", "--device", "test", "--ffmpeg", ffmpeg],
    ], { home: home.path, env });
    const first = await onlySession(output);
    await first.waitForEvent("ffmpeg_started");
    breakIt();
    Deno.kill(first.eventsOf("ffmpeg_started")[0]?.pid ?? 0, "SIGKILL");
    await first.waitForEvent("chunk_created");
    const heard = first.eventsOf("chunk_created")[0]?.end ?? 0;
    await second(output);
    await first.waitForEvent("session_stop");
    const asked = Date.now();
    const check = await echolog(["status", "--check", "--max-age", "1s"], {
      home: home.path,
    });
    assertEquals(check.code, 2, check.stdout);
    const age = Number(/last_audio=([\d.]+)s/.exec(check.stdout)?.[1]);
    assert(age > (asked - heard) / 1000 - 0.5, check.stdout);
    running.signal("SIGINT");
    await running.finished;
  },
});
