import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
} from "@std/assert";
import { join } from "@std/path";
import { gapsOf, isOfBusyMachine } from "../faults/support.ts";
import { echolog, onlySession, startEcholog } from "../support/echolog.ts";
import {
  decodeFiles,
  passesFlacTest,
  probeDuration,
} from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";

const START_FIELDS =
  "session_id start device sample_rate channels bit_depth timezone codec format segment_duration output_dir config overrides log_level log_rotation log_max_bytes log_backup_count echolog ffmpeg os pid";
const STOP_FIELDS =
  "reason exit_code chunks audio wall coverage gaps gap_total retries warnings errors log_lines_dropped";

function keysOf(line: string): string {
  return [...line.matchAll(/ ([a-z_]+)=("(?:[^"\\]|\\.)*"|[^ ]*)/g)]
    .map((match) => match[1]).join(" ");
}

Deno.test("record: warns once each about ten seconds of silence, the sound after them and clipping", async () => {
  using home = tempFolder();
  const tone = "exprs=2*sin(2765*t)*gt(t\\,11.5):s=48000";
  const { code } = await echolog([
    ...["record", "--device", `lavfi:aevalsrc=${tone}`, "--duration", "15s"],
  ], { home: home.path });
  assertEquals(code, 0);
  const session = await onlySession(join(home.path, "recordings"));
  assertEquals(
    session.eventsOf("warning")
      .filter(({ code }) => /^(?:digital_silence|clipping)/.test(code))
      .map(({ code, message }) => [code, message]),
    [
      [
        "digital_silence",
        "Every sample was zero for 10 s: the device is muted or dead",
      ],
      [
        "digital_silence_ended",
        "Sound returned after 11 s of digital silence",
      ],
      ["clipping", "Samples reach full scale; the input level is too high"],
    ],
  );
  const { stdout } = await echolog(["explain"], { home: home.path });
  assertMatch(stdout, /muted or dead/);
});

Deno.test("record: writes valid chunks and a complete log for the test device", async () => {
  using home = tempFolder();
  const { code, stdout, stderr } = await echolog(
    [
      "record",
      "--device",
      "test",
      "--duration",
      "5s",
      "--segment-duration",
      "2s",
    ],
    { home: home.path },
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "" });

  const session = await onlySession(join(home.path, "recordings"));
  assertEquals(
    stdout,
    `Logging to ${join(session.folder, "session.log")} (level=info)\n`,
  );
  assertEquals(session.files(".flac"), [
    "chunk_00001.flac",
    "chunk_00002.flac",
    "chunk_00003.flac",
  ]);
  assertEquals(session.files(".part"), []);

  const lines = session.logLines();
  assertMatch(
    lines[0] ?? "",
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ INFO echolog\.session: session_start /,
  );
  assertEquals(keysOf(lines[0] ?? ""), START_FIELDS);
  assertMatch(lines.at(-1) ?? "", / INFO echolog\.session: session_stop /);
  assertEquals(keysOf(lines.at(-1) ?? ""), STOP_FIELDS);

  const [stop] = session.eventsOf("session_stop");
  assertEquals(stop?.reason, "duration_reached");
  assertEquals(stop?.exit_code, 0);
  assertEquals(stop?.chunks, 3);
  assertEquals(stop?.audio, 5);
  assertEquals(gapsOf(session), []);
  const slow = session.eventsOf("gap").length;
  assertEquals([stop?.warnings, stop?.errors], [slow, 0]);

  const chunks = session.eventsOf("chunk_created");
  assertEquals(chunks.map(({ file }) => file), session.files(".flac"));
  assertEquals(chunks.map(({ seq }) => seq), [1, 2, 3]);
  assertEquals(chunks.map(({ duration }) => duration), [2, 2, 1]);
  for (const chunk of chunks) {
    const path = join(session.folder, chunk.file);
    assertEquals(Deno.statSync(path).size, chunk.size);
    assertEquals(await probeDuration(path), chunk.duration);
    assert(await passesFlacTest(path), path);
    assertAlmostEquals(chunk.end - chunk.start, chunk.duration * 1000, 1);
  }
});

Deno.test("record: logs the events in order", async () => {
  using home = tempFolder();
  await echolog(["record", "--device", "test", "--duration", "2s"], {
    home: home.path,
  });
  const session = await onlySession(join(home.path, "recordings"));
  const order = session.events()
    .filter((event) => event.event !== "gap" || !isOfBusyMachine(event))
    .map(({ event }) => event)
    .filter((event) => event !== "ffmpeg_stderr");
  assertEquals(order, [
    "session_start",
    "ffmpeg_command",
    "ffmpeg_started",
    "chunk_created",
    "ffmpeg_stopped",
    "session_stop",
  ]);
});

/** Gives a command to a shell in a folder; true when that runs it well. */
async function pasted(command: string, folder: string): Promise<boolean> {
  const { success } = await new Deno.Command("sh", {
    args: ["-c", command],
    cwd: folder,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

Deno.test("record: logs an ffmpeg command that runs in a shell despite special characters in its path", async () => {
  using home = tempFolder();
  const output = join(home.path, "it's 50% of a:b");
  await echolog(
    ["record", "--device", "test", "--duration", "2s", "--output-dir", output],
    { home: home.path },
  );
  const session = await onlySession(output);
  assertEquals(session.files(".flac"), ["chunk_00001.flac"]);
  const [{ command } = { command: "" }] = session.eventsOf("ffmpeg_command");
  assert(await pasted(command, output));
  Deno.statSync(join(output, "chunk_00001.flac.part"));
});

Deno.test("record: logs an ffmpeg command that runs in a shell when copied verbatim from the log", async () => {
  using home = tempFolder();
  await echolog(["record", "--device", "test", "--duration", "2s"], {
    home: home.path,
  });
  const session = await onlySession(join(home.path, "recordings"));
  const [, command = ""] = / command="([^"]*)"/.exec(session.logText()) ?? [];
  assert(await pasted(command, home.path), command);
  // It writes into the current folder, not into the session's.
  Deno.statSync(join(home.path, "chunk_00001.flac.part"));
  assertEquals(session.files(".part"), []);
});

Deno.test("record: makes folders and files accessible only to their user", {
  ignore: Deno.build.os === "windows",
}, async () => {
  using home = tempFolder();
  await echolog(["record", "--device", "test", "--duration", "2s"], {
    home: home.path,
  });
  const session = await onlySession(join(home.path, "recordings"));
  const modeOf = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;
  assertEquals(modeOf(join(home.path, "recordings")), 0o700);
  assertEquals(modeOf(session.folder), 0o700);
  const names = session.files("");
  assertEquals(names, [
    "chunk_00001.flac",
    "chunks.jsonl",
    "session.json",
    "session.log",
  ]);
  for (const name of names) {
    assertEquals(modeOf(join(session.folder, name)), 0o600, name);
  }
});

for (const format of ["wav", "opus", "mp3"] as const) {
  Deno.test(`record: writes ${format} chunks of the duration given in the log`, async () => {
    using home = tempFolder();
    const { code } = await echolog([
      ...["record", "--device", "test", "--duration", "4s"],
      ...["--segment-duration", "2s", "--format", format],
    ], { home: home.path });
    assertEquals(code, 0);
    const session = await onlySession(join(home.path, "recordings"));
    const chunks = session.eventsOf("chunk_created");
    // An Opus encoder is 6.5 ms behind, an MP3 encoder 23: the end of the audio
    // is a chunk of its own.
    assertEquals(chunks.length, format === "wav" ? 2 : 3);
    const total = chunks.reduce((sum, { duration }) => sum + duration, 0);
    // An mp3 has the delay of its encoder, and whole frames.
    assertAlmostEquals(
      total,
      format === "mp3" ? 4.03 : 4,
      format === "mp3" ? 0.03 : 0.002,
    );
    for (const { file, duration, size } of chunks) {
      const path = join(session.folder, file);
      // ffprobe counts Opus samples that are not played: 312 and, in the last
      // chunk, up to a packet.
      const tolerance = format === "opus" ? 0.03 : 0;
      assertAlmostEquals(await probeDuration(path), duration, tolerance);
      const samples = (await decodeFiles([path])).length / 2;
      assertAlmostEquals(samples / 48_000, duration, tolerance);
      assertEquals(Deno.statSync(path).size, size);
    }
  });
}

Deno.test("record: gives two sessions that start in the same second different names", async () => {
  using home = tempFolder();
  const record = (device: string) =>
    echolog(["record", "--device", device, "--duration", "2s"], {
      home: home.path,
    });
  const results = await Promise.all([
    record("test"),
    record("lavfi:anullsrc=r=48000"),
  ]);
  assertEquals(results.map(({ code }) => code), [0, 0]);
  const names = [...Deno.readDirSync(join(home.path, "recordings"))];
  assertEquals(names.length, 2);
});

Deno.test("record: rejects a session id that is taken and adds nothing to its folder", async () => {
  using home = tempFolder();
  const folder = join(home.path, "recordings", "mine");
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(join(folder, "session.log"), "old\n");
  const { code, stderr, stdout } = await echolog(
    ["record", "--device", "test", "--duration", "2s", "--session-id", "mine"],
    { home: home.path },
  );
  assertEquals({ code, stdout }, { code: 73, stdout: "" });
  assertMatch(stderr, /^echolog: The session mine already exists.*\n$/);
  assertEquals([...Deno.readDirSync(folder)].length, 1);
});

Deno.test("record: logs session_start first when the state folder cannot be written", async () => {
  using home = tempFolder();
  const { code, stderr } = await echolog(
    ["record", "--device", "test", "--duration", "2s"],
    { home: home.path, env: { XDG_STATE_HOME: "/dev/null/none" } },
  );
  assertEquals(code, 0);
  assertMatch(stderr, /^echolog: Cannot write to the state folder .*\n$/);
  const session = await onlySession(join(home.path, "recordings"));
  const events = session.events();
  assertEquals(events[0]?.event, "session_start");
  assert(events[1]?.event === "warning");
  assertEquals(events[1].code, "registry_write_failed");
  assertEquals(events.at(-1)?.event, "session_stop");
});

Deno.test("record: logs session_stop last when the state file cannot be replaced", async () => {
  using home = tempFolder();
  await using running = startEcholog(
    ["record", "--device", "test", "--segment-duration", "1h"],
    { home: home.path },
  );
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("ffmpeg_started");
  // A folder that is not empty is in the way of every rename. The state may be
  // written before it is made.
  const state = join(session.folder, "session.json");
  await session.waitFor("a folder in its place", () => {
    try {
      Deno.removeSync(state);
      Deno.mkdirSync(join(state, "x"), { recursive: true });
      return true;
    } catch {
      return null;
    }
  });
  running.signal("SIGTERM");
  assertEquals((await running.finished).code, 0);
  const events = session.events();
  assertEquals(events.at(-1)?.event, "session_stop");
  const codes = events.filter((event) => event.event === "warning")
    .map(({ code }) => code);
  assertEquals(codes, ["state_write_failed"]);
});
