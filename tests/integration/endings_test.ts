import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { exists } from "../../src/platform/fs.ts";
import { join } from "@std/path";
import type { StopReason } from "../../src/events.ts";
import {
  echolog,
  onlySession,
  type SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import { fakeFfmpeg } from "../faults/support.ts";
import { passesFlacTest, probeDuration } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";

/** Every chunk is logged, whole and of the length the log gives; nothing is left open. */
async function assertWholeChunks(session: SessionOnDisk) {
  const chunks = session.eventsOf("chunk_created");
  assertEquals(session.files(".part"), []);
  assertEquals(session.files(".flac"), chunks.map(({ file }) => file));
  for (const { file, duration, size } of chunks) {
    const path = join(session.folder, file);
    assert(await passesFlacTest(path), path);
    // The log counts milliseconds; ffmpeg 7 ends in the middle of a frame.
    assertAlmostEquals(await probeDuration(path), duration, 0.000_51);
    assertEquals(Deno.statSync(path).size, size);
  }
  return chunks;
}

function assertStopped(
  session: SessionOnDisk,
  reason: StopReason,
  code: number,
) {
  const last = session.events().at(-1);
  assert(last?.event === "session_stop");
  assertEquals([last.reason, last.exit_code], [reason, code]);
  return last;
}

for (
  const [signal, reason] of [
    ["SIGINT", "interrupted"],
    ["SIGTERM", "terminated"],
    ["SIGHUP", "hangup"],
  ] as const
) {
  Deno.test(`record: ends the session cleanly as ${reason} when it receives ${signal}`, async () => {
    using home = tempFolder();
    await using running = startEcholog(["record", "--device", "test"], {
      home: home.path,
    });
    const session = await onlySession(join(home.path, "recordings"));
    await session.waitForEvent("ffmpeg_started");
    running.signal(signal);
    const { code, stderr } = await running.finished;
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertStopped(session, reason, 0);
    assertEquals((await assertWholeChunks(session)).length, 1);
    assertEquals(session.eventsOf("ffmpeg_stopped")[0]?.stopped_by, "q");
  });
}

for (const how of ["throw", "reject"]) {
  Deno.test(`record: ends the session as fatal_error after an internal_error error (${how})`, async () => {
    using home = tempFolder();
    await using running = startEcholog([how, "record", "--device", "test"], {
      home: home.path,
      fixture: "failing_record.ts",
    });
    const session = await onlySession(join(home.path, "recordings"));
    await session.waitForEvent("ffmpeg_started");
    running.signal("SIGUSR2");
    const { code, stderr } = await running.finished;
    assertEquals(code, 1);
    assertMatch(stderr, /^echolog: injected; see .*session\.log\n$/);
    assertEquals(assertStopped(session, "fatal_error", 1).errors, 1);
    const [error] = session.eventsOf("error");
    assertEquals([error?.code, error?.message], ["internal_error", "injected"]);
    assertEquals((await assertWholeChunks(session)).length, 1);
  });
}

/** A configuration that gives up early. */
function impatient(home: string): Record<string, string> {
  const path = join(home, "echolog.conf");
  Deno.writeTextFileSync(path, '[recovery]\nstart_timeout = "4s"\n');
  return { ECHOLOG_CONFIG: path, PULSE_SERVER: "unix:/dev/null/none" };
}

Deno.test("record: logs the command and ffmpeg's error when the device does not exist", async () => {
  using home = tempFolder();
  const { code, stdout, stderr } = await echolog(
    ["record", "--device", "pulse:no_such_source"],
    { home: home.path, env: impatient(home.path) },
  );
  assertEquals(code, 1);
  assertMatch(stdout, /^Logging to .*session\.log \(level=info\)\n$/);
  assertMatch(
    stderr,
    /^echolog: No audio within 4 s: ffmpeg exited unexpectedly .*session\.log\n$/,
  );
  const session = await onlySession(join(home.path, "recordings"));
  assertStopped(session, "start_failed", 1);
  const [command] = session.eventsOf("ffmpeg_command");
  assertStringIncludes(command?.command ?? "", "-i no_such_source -map 0:a:0");
  assertStringIncludes(command?.command ?? "", "chunk_%05d.flac.part");
  const errors = session.eventsOf("ffmpeg_stderr")
    .filter(({ severity }) => severity === "error");
  assert(errors.some(({ line }) => line.includes("no_such_source")));
  assertEquals(session.files(".flac"), []);
});

Deno.test("record: logs ffmpeg messages below the log level, with their times, when ffmpeg fails", async () => {
  using home = tempFolder();
  await echolog(["record", "--device", "pulse:no_such_source"], {
    home: home.path,
    env: impatient(home.path),
  });
  const session = await onlySession(join(home.path, "recordings"));
  const late = session.eventsOf("ffmpeg_stderr").filter(({ at }) =>
    at !== undefined
  );
  assert(late.length > 0);
  for (const { severity, at, time } of late) {
    assertEquals(severity, "info");
    assert(at !== undefined && at - time < 60_000);
  }
});

/** Whether a home folder has no trace of a session. */
function hasNoSession(home: string): boolean {
  return !exists(join(home, "recordings"));
}

Deno.test("record: exits 69 and makes no session when ffmpeg is missing", async () => {
  using home = tempFolder();
  const { code, stdout, stderr } = await echolog(
    ["record", "--device", "test", "--ffmpeg", join(home.path, "none")],
    { home: home.path },
  );
  assertEquals({ code, stdout }, { code: 69, stdout: "" });
  assertMatch(stderr, /^echolog: Cannot find ffmpeg.*install.*\n$/);
  assert(hasNoSession(home.path));
});

Deno.test("record: exits 69 when ffmpeg cannot be started", async () => {
  using home = tempFolder();
  const path = join(home.path, "ffmpeg");
  Deno.writeTextFileSync(path, "#!/dev/null/none\n", { mode: 0o755 });
  const { code, stderr } = await echolog(
    ["record", "--device", "test", "--ffmpeg", path],
    { home: home.path },
  );
  assertEquals(code, 69);
  assertMatch(stderr, /^echolog: Cannot run .*ffmpeg.*\n$/);
  assert(!stderr.includes("echolog devices"), stderr);
  assert(hasNoSession(home.path));
});

Deno.test("record: exits 69 with the linker's message when ffmpeg lacks a library", async () => {
  using home = tempFolder();
  const path = join(home.path, "ffmpeg");
  const words = "ffmpeg: error while loading shared libraries: libx.so.1";
  const script = `#!/bin/sh\necho '${words}' >&2\nexit 127\n`;
  Deno.writeTextFileSync(path, script, { mode: 0o755 });
  const { code, stderr } = await echolog(
    ["record", "--device", "test", "--ffmpeg", path],
    { home: home.path },
  );
  assertEquals(code, 69);
  assertStringIncludes(
    stderr,
    `echolog: Cannot run ${path}: it ended with exit code 127: ${words}; install it`,
  );
  assert(hasNoSession(home.path));
});

Deno.test("record: exits 2 and makes no session for a device that this ffmpeg cannot read", async () => {
  using home = tempFolder();
  const devices = [
    ["hw:1", "did you mean alsa:hw:1?"],
    ["plughw:CARD=Mic", "did you mean alsa:plughw:CARD=Mic?"],
    ["dshow:audio=Mic", "echolog devices lists what it can record"],
  ] as const;
  for (const [device, hint] of devices) {
    const { code, stdout, stderr } = await echolog(
      ["record", "--device", device],
      { home: home.path },
    );
    const [format] = device.split(":");
    assertEquals({ code, stdout, stderr }, {
      code: 2,
      stdout: "",
      stderr:
        `echolog: Cannot record from ${device}: this ffmpeg has no input format ${format}; ${hint}\n`,
    });
    assert(hasNoSession(home.path));
  }
});

Deno.test("record: exits 2 and makes no session for a format that this ffmpeg has no encoder for", async () => {
  using home = tempFolder();
  // As an ffmpeg that was built without the library.
  const poor = await fakeFfmpeg(
    home.path,
    `for word; do [ "$word" = encoder=libmp3lame ] || continue
  echo "Codec 'libmp3lame' is not recognized by FFmpeg." >&2
  exit 1
done
exec "$FFMPEG" "$@"`,
  );
  const { code, stdout, stderr } = await echolog([
    ...["record", "--device", "test", "--ffmpeg", poor, "--format", "mp3"],
    ...["--duration", "1s"],
  ], { home: home.path });
  assertEquals({ code, stdout, stderr }, {
    code: 2,
    stdout: "",
    stderr:
      "echolog: Cannot record mp3: this ffmpeg has no encoder libmp3lame; choose another --format, or install a full build of ffmpeg\n",
  });
  assert(hasNoSession(home.path));
});

Deno.test("record: exits 2 and makes no session for an encoder of the user's that ffmpeg does not have", async () => {
  using home = tempFolder();
  const config = join(home.path, "echolog.conf");
  const args = ["-c:a", "libnosuchencoder"];
  Deno.writeTextFileSync(
    config,
    `[ffmpeg]\noutput_args = ${JSON.stringify(args)}\n`,
  );
  const { code, stderr } = await echolog(
    ["record", "--device", "test", "--config", config, "--duration", "1s"],
    { home: home.path },
  );
  assertEquals([code, stderr], [
    2,
    "echolog: Cannot record flac: this ffmpeg has no encoder libnosuchencoder; check ffmpeg.output_args\n",
  ]);
  assert(hasNoSession(home.path));
});

Deno.test("record: leaves the latest session as it is when it cannot begin", async () => {
  using home = tempFolder();
  const made = await echolog(
    ["record", "--device", "test", "--duration", "2s", "--session-id", "good"],
    { home: home.path },
  );
  assertEquals(made.code, 0, made.stderr);
  const named = async () => {
    const { stdout } = await echolog(["explain", "latest", "--json"], {
      home: home.path,
    });
    return JSON.parse(stdout).session_id;
  };
  const all = async () => {
    const { stdout } = await echolog(["sessions", "--ids"], {
      home: home.path,
    });
    return stdout;
  };
  assertEquals([await named(), await all()], ["good", "good\n"]);
  const failures: readonly (readonly [number, readonly string[]])[] = [
    [69, ["--device", "test", "--ffmpeg", join(home.path, "none")]],
    [2, ["--device", "hw:1"]],
    [2, ["--device", "test", "--until", "2020-01-01T00:00Z"]],
    [2, ["--device", "test", "--format", "wav", "--segment-duration", "9h"]],
  ];
  for (const [code, args] of failures) {
    const failed = await echolog(["record", ...args], { home: home.path });
    assertEquals(failed.code, code, failed.stderr);
    assertEquals([await named(), await all()], ["good", "good\n"]);
    const status = await echolog(["status"], { home: home.path });
    assertEquals(status.code, 3, status.stdout);
  }
});

Deno.test("record: exits 73 with one line when the output folder cannot be created", async () => {
  using home = tempFolder();
  const file = join(home.path, "file");
  Deno.writeTextFileSync(file, "");
  for (const folder of [file, join(file, "below"), "/proc/none/such"]) {
    const { code, stdout, stderr } = await echolog(
      ["record", "--device", "test", "--output-dir", folder],
      { home: home.path },
    );
    assertEquals({ code, stdout }, { code: 73, stdout: "" }, folder);
    assertMatch(stderr, /^echolog: Cannot create the folder .*\n$/);
  }
});

Deno.test(
  "record: exits 73 when Deno denies ffmpeg access to the output folder",
  {
    ignore: Deno.build.os !== "linux",
  },
  async () => {
    using home = tempFolder();
    const folder = `/dev/shm/echolog-test-${crypto.randomUUID()}`;
    const { code, stderr } = await echolog(
      ["record", "--device", "test", "--output-dir", folder],
      { home: home.path },
    );
    assertEquals(code, 73);
    assertMatch(
      stderr,
      /^echolog: Cannot .*: Deno does not let programs write there; .*--output-dir\n$/,
    );
    await new Deno.Command("rmdir", { args: [folder] }).output();
  },
);
