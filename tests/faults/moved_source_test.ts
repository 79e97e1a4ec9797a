import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  echolog,
  onlySession,
  type SessionOnDisk,
} from "../support/echolog.ts";
import { PipeWire } from "../support/pipewire.ts";
import { pactl, removeSink } from "../support/pulse_client.ts";
import { SoundServer } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { assertExplained } from "./explained.ts";
import {
  assertSound,
  configured,
  gapCauses,
  startRecording,
  waitForGaps,
} from "./support.ts";

const DEVICE = ["--device", "pulse:loop.monitor"];

function sink(name: string): string[] {
  return ["load-module", "module-null-sink", `sink_name=${name}`];
}

function warningsOf(session: SessionOnDisk, code: string) {
  return session.eventsOf("warning").filter((each) => each.code === code);
}

/** Waits for the first chunk that began after the last gap and has sound. */
async function waitForSound(session: SessionOnDisk): Promise<void> {
  await session.waitFor("a chunk with sound", () => {
    const runs = session.eventsOf("ffmpeg_started").map(({ run }) => run);
    const chunk = session.eventsOf("chunk_created").at(-1);
    const isLast = chunk?.run === runs.at(-1);
    return isLast && (chunk?.peak_dbfs ?? -Infinity) > -60 || null;
  });
}

Deno.test("moved source: PulseAudio gives another source; the recording waits for the named one", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  await pactl(server.env, ...sink("other"));
  server.playNumbers(50);
  await server.waitForSound();
  await using recording = await startRecording(
    home.path,
    DEVICE,
    server.clientEnv,
  );
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  await removeSink(server.env, "loop");
  await session.waitFor(
    "source_moved",
    () => warningsOf(session, "source_moved").length > 0 || null,
  );
  await session.waitForEvent("recovery", 2);
  // While the named source is missing, no other one is recorded.
  assertEquals(session.eventsOf("ffmpeg_started").length, 1);
  await pactl(server.env, ...sink("loop"));
  server.playNumbers(50);
  await waitForGaps(session);
  await waitForSound(session);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  // Other audio lies between the move and its discovery.
  const causes = new Set(gapCauses(session));
  assertEquals([...causes], ["source_moved"], session.logText());
  const [warning, second] = warningsOf(session, "source_moved");
  assertEquals(second, undefined);
  assertEquals(warning?.details?.from, "loop.monitor");
  assertEquals(warning?.details?.to, "other.monitor");
  const since = Date.parse(String(warning?.details?.since));
  assert(since <= (warning?.time ?? 0) && since > 0);
  await assertExplained(session, "source moved");
});

Deno.test("moved source: without pactl, ffmpeg's list shows that the named source is gone", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  using bin = tempFolder();
  // All programs but pactl.
  for (const name of ["ffmpeg", "df", "cat", "flock", "id", "getent", "ps"]) {
    const { stdout } = await new Deno.Command("sh", {
      args: ["-c", `command -v ${name}`],
    }).output();
    const path = new TextDecoder().decode(stdout).trim();
    if (path !== "") Deno.symlinkSync(path, `${bin.path}/${name}`);
  }
  await pactl(server.env, ...sink("other"));
  await using recording = await startRecording(home.path, DEVICE, {
    ...server.clientEnv,
    PATH: bin.path,
  });
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  await removeSink(server.env, "loop");
  // Digital silence makes it look before the minute is over.
  await session.waitFor(
    "source_moved",
    () => warningsOf(session, "source_moved").length > 0 || null,
  );
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  assertEquals(
    warningsOf(session, "source_moved")[0]?.details?.to,
    "another source",
  );
});

Deno.test("moved source: a pactl that hangs neither stops nor delays a recording", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  using bin = tempFolder();
  const count = `${bin.path}/count`;
  Deno.writeTextFileSync(
    `${bin.path}/pactl`,
    `#!/bin/sh\n[ "$1" = --version ] && exit\necho >>${count}\nexec sleep 60\n`,
    { mode: 0o755 },
  );
  server.playNumbers(50);
  await server.waitForSound();
  await using recording = await startRecording(home.path, DEVICE, {
    ...server.clientEnv,
    PATH: `${bin.path}:${Deno.env.get("PATH")}`,
  });
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 2);
  assertEquals(Deno.readTextFileSync(count), "\n");
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted");
  assertEquals(session.eventsOf("recovery"), []);
});

Deno.test("moved source: a device of ALSA's plug-in that gets another source is opened again", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  Deno.writeTextFileSync(
    join(home.path, ".asoundrc"),
    'pcm.mic { type pulse device "loop.monitor" }\n',
  );
  await pactl(server.env, ...sink("other"));
  server.playNumbers(50);
  await server.waitForSound();
  await using recording = await startRecording(
    home.path,
    ["--device", "alsa:mic"],
    server.clientEnv,
  );
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  await removeSink(server.env, "loop");
  await session.waitForEvent("recovery", 2);
  // While the named source is missing, no other one is recorded.
  assertEquals(session.eventsOf("ffmpeg_started").length, 1);
  await pactl(server.env, ...sink("loop"));
  server.playNumbers(50);
  await waitForGaps(session);
  await waitForSound(session);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const moves = warningsOf(session, "source_moved");
  assertEquals(
    moves.map(({ details }) => [details?.from, details?.to]),
    [["loop.monitor", "other.monitor"]],
    session.logText(),
  );
  assertMatch(moves[0]?.message ?? "", /; reopening alsa:mic$/);
  assertEquals([...new Set(gapCauses(session))], ["source_moved"]);
});

Deno.test("moved source: a default that is switched is followed and logged", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  await pactl(server.env, ...sink("other"));
  await pactl(server.env, "set-default-source", "loop.monitor");
  await using recording = await startRecording(
    home.path,
    ["--device", "pulse:default"],
    server.clientEnv,
  );
  await assertFollowed(recording, server.env);
});

Deno.test("moved source: PipeWire ends the run of a named source, and gives no other one", async () => {
  await using server = await PipeWire.start();
  if (server === null) return;
  using home = tempFolder();
  await server.addSink("other");
  server.play("other");
  await using recording = await startRecording(home.path, DEVICE, server.env);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  await removeSink(server.env, "loop");
  await session.waitForEvent("recovery", 3);
  assertEquals(session.eventsOf("ffmpeg_started").length, 1);
  await server.addSink("loop");
  server.play("loop");
  await waitForGaps(session);
  await waitForSound(session);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  assertEquals(gapCauses(session), ["device_gone"]);
});

Deno.test("moved source: PipeWire gives no other source for a name that it does not have", async () => {
  await using server = await PipeWire.start();
  if (server === null) return;
  using home = tempFolder();
  const env = {
    ...server.env,
    ...configured(home.path, '[recovery]\nstart_timeout = "3s"\n'),
  };
  const device = ["--device", "pulse:nosuch.monitor"];
  const { code, stderr } = await echolog(["record", ...device], {
    home: home.path,
    env,
  });
  assertEquals(code, 1, stderr);
  const session = await onlySession(join(home.path, "recordings"));
  assertEquals(session.eventsOf("chunk_created"), []);
  const trial = await echolog(["doctor", ...device], { home: home.path, env });
  assertEquals(trial.code, 1, trial.stdout);
});

Deno.test("moved source: PipeWire's default that is switched is followed and logged", async () => {
  await using server = await PipeWire.start();
  if (server === null) return;
  using home = tempFolder();
  await server.addSink("other");
  await pactl(server.env, "set-default-source", "loop.monitor");
  await using recording = await startRecording(
    home.path,
    ["--device", "pulse:default"],
    server.env,
  );
  await assertFollowed(recording, server.env);
});

async function assertFollowed(
  { running, session }: Awaited<ReturnType<typeof startRecording>>,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await session.waitForEvent("chunk_created", 2);
  await pactl(env, "set-default-source", "other.monitor");
  const changed = () => warningsOf(session, "source_changed");
  await session.waitFor("source_changed", () => changed().length > 0 || null);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  assertMatch(
    changed()[0]?.message ?? "",
    /changed from loop\.monitor to other\.monitor/,
  );
  assertEquals(session.eventsOf("recovery"), []);
}
