import { assert, assertEquals, assertMatch } from "@std/assert";
import { pooledMap } from "@std/async/pool";
import { join } from "@std/path";
import { gapsOf } from "../faults/support.ts";
import {
  echolog,
  onlySession,
  SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import { type TempFolder, tempFolder } from "../support/temp.ts";
import {
  assertHealthy,
  faultsOf,
  recordNoise,
  verified,
} from "../support/verified.ts";

/** A copy of a session to damage; file times are kept, as `cp -a` keeps them. */
async function copied(folder: string): Promise<TempFolder> {
  const copy = tempFolder();
  const { success } = await new Deno.Command("cp", {
    args: ["-a", `${folder}/.`, copy.path],
  }).output();
  assert(success);
  return copy;
}

Deno.test("verify: accepts healthy sessions of every format, rate, channel count and log format", async () => {
  using home = tempFolder();
  const shapes = [
    ["flac", 1, 44_100, "json"],
    ["flac", 1, 48_000, "text"],
    ["flac", 2, 44_100, "text"],
    ["flac", 2, 48_000, "json"],
    ["wav", 1, 44_100, "text"],
    ["wav", 1, 48_000, "json"],
    ["wav", 2, 44_100, "json"],
    ["wav", 2, 48_000, "text"],
    ["opus", 1, 48_000, "json"],
    ["opus", 2, 48_000, "text"],
    ["mp3", 1, 8_000, "text"],
    ["mp3", 1, 22_050, "json"],
    ["mp3", 2, 44_100, "text"],
    ["mp3", 2, 48_000, "json"],
  ] as const;
  // All of them first: a pool that is left early hides why.
  const folders = await Array.fromAsync(
    pooledMap(
      3,
      shapes,
      ([format, channels, rate, logFormat]) =>
        recordNoise(home.path, `${format}-${channels}-${rate}`, [
          ...["--format", format, "--channels", String(channels)],
          ...["--sample-rate", String(rate), "--log-format", logFormat],
        ]),
    ),
  );
  for (const folder of folders) await assertHealthy(home.path, folder);
});

Deno.test("verify: detects any missing part of a rotated log", async () => {
  using home = tempFolder();
  const folder = await recordNoise(home.path, "rotated", [
    ...["--log-max-bytes", "1000", "--log-backup-count", "20"],
  ]);
  const parts = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.startsWith("session.log"));
  assert(parts.length > 3, parts.join());
  assertEquals(faultsOf((await verified(home.path, folder)).report), []);
  for (const part of parts) {
    using copy = await copied(folder);
    Deno.removeSync(join(copy.path, part));
    const { finished, report } = await verified(home.path, copy.path);
    assert(
      faultsOf(report).some((fault) =>
        /session\.log.* is missing|first \d+ parts? (is|are) missing/.test(
          fault,
        )
      ),
      `${part}: ${JSON.stringify(faultsOf(report))}`,
    );
    assertEquals(finished.code, 1);
  }
});

Deno.test("verify: checks chunks whose log lines were rotated away by chunks.jsonl", async () => {
  using home = tempFolder();
  const folder = await recordNoise(home.path, "short-memory", [
    ...["--log-max-bytes", "1000", "--log-backup-count", "0"],
  ]);
  const { finished, report } = await verified(home.path, folder);
  assertEquals(faultsOf(report), []);
  assertEquals(finished.code, 0);
  assertEquals(report.chunks, 4);
  assert(report.chunk_list.every((chunk) => chunk.logged_size === chunk.size));
  Deno.removeSync(join(folder, "chunk_00001.flac"));
  const { report: damaged } = await verified(home.path, folder);
  assertEquals(faultsOf(damaged), ["chunk_00001.flac: it is missing"]);
  // A session of before has no index.
  Deno.removeSync(join(folder, "chunks.jsonl"));
  const { report: old } = await verified(home.path, folder);
  assertMatch(old.remark_list.join(), /rotated away/);
});

Deno.test("verify: accepts a log kept at a level without chunk lines and reports it in a note", async () => {
  using home = tempFolder();
  for (const level of ["warning", "error"]) {
    const folder = await recordNoise(home.path, level, ["--log-level", level]);
    const { finished, report } = await verified(home.path, folder);
    assertEquals([finished.code, faultsOf(report)], [0, []]);
    assertMatch(report.remark_list.join(), /chunks\.jsonl names its chunks/);
    assert(
      report.chunk_list.every((chunk) => chunk.logged_size === chunk.size),
    );
    const { stdout } = await echolog(["explain", folder], { home: home.path });
    // A slow start cuts the line, and is a gap from a second on.
    const session = new SessionOnDisk(folder);
    assertEquals(gapsOf(session), []);
    const [stop] = session.eventsOf("session_stop");
    if (stop?.gaps === 0) assertMatch(stdout, /█{50}/);
    assertMatch(stdout, new RegExp(`kept at level ${level}`));
  }
});

Deno.test("verify: accepts a copied session that lost its file times", async () => {
  using home = tempFolder();
  const folder = await recordNoise(home.path, "copied", ["--format", "wav"]);
  for (const time of [0, 1e9, Date.now() / 1000]) {
    using copy = await copied(folder);
    for (const { name } of Deno.readDirSync(copy.path)) {
      Deno.utimeSync(join(copy.path, name), time, time);
    }
    const { report } = await verified(home.path, copy.path);
    assertEquals(faultsOf(report), []);
  }
});

Deno.test("verify: prints a table and a verdict, without escape sequences in a pipe", async () => {
  using home = tempFolder();
  const folder = await recordNoise(home.path, "shown", []);
  const well = await echolog(["verify", "shown"], { home: home.path });
  assertMatch(well.stdout, /^FILE +SIZE +LOGGED +DECODED\n/);
  assertMatch(well.stdout, /\nshown matches its log: 4 chunks, 4(\.\d)? s of/);
  Deno.removeSync(join(folder, "chunk_00003.flac"));
  const bad = await echolog(["verify", "shown"], { home: home.path });
  assertEquals(bad.code, 1);
  assertMatch(bad.stdout, /\nchunk_00003\.flac +– +1\.200 s +– +WRONG\n/);
  assertMatch(bad.stdout, /does not match its log: 1 bad chunk of 4\.\n$/);
  // deno-lint-ignore no-control-regex -- the escape character is the subject
  assertEquals(/\x1b/.test(well.stdout + bad.stdout + bad.stderr), false);
});

Deno.test("verify: says in one sentence that all audio is missing", async () => {
  using home = tempFolder();
  const folder = await recordNoise(home.path, "silent", []);
  for (const { name } of [...Deno.readDirSync(folder)]) {
    if (name.startsWith("chunk_")) Deno.removeSync(join(folder, name));
  }
  const { code, stdout } = await echolog(["verify", "silent"], {
    home: home.path,
  });
  assertEquals(code, 1);
  assertMatch(
    stdout,
    /^The folder has no audio: all 4 chunks that the log names are missing\n\nsilent does not match its log: 1 problem\.\n$/,
  );
  const { report } = await verified(home.path, folder);
  assertEquals(report.chunk_list.map(({ fault_list }) => fault_list), [
    ...Array(4).fill(["it is missing"]),
  ]);
});

Deno.test("verify: reports that the folder of a session is missing", async () => {
  using home = tempFolder();
  await using running = startEcholog(["record", "--device", "test"], {
    home: home.path,
  });
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("ffmpeg_started");
  running.signal("SIGKILL");
  await running.finished;
  for (const { pid } of session.eventsOf("ffmpeg_started")) {
    Deno.kill(pid, "SIGKILL");
  }
  Deno.renameSync(session.folder, join(home.path, "away"));
  const { code, stderr } = await echolog(["verify"], { home: home.path });
  assertEquals(code, 1);
  assertMatch(
    stderr,
    /^echolog: The folder of session \S+ is missing: .*\n$/,
  );
});

Deno.test("verify: exits 69 and explains how to install ffmpeg when it is missing", async () => {
  using home = tempFolder();
  await recordNoise(home.path, "blind", []);
  const { code, stderr } = await echolog(
    ["verify", "blind", "--ffmpeg", join(home.path, "none")],
    { home: home.path },
  );
  assertEquals(code, 69);
  assertMatch(
    stderr,
    /^echolog: Cannot find ffmpeg: \/.*\/none is not an executable file; install it .*\n$/,
  );
});

Deno.test("verify: accepts an ffmpeg wrapper that prints a line first", async () => {
  using home = tempFolder();
  await recordNoise(home.path, "wrapped", []);
  const ffmpeg = join(home.path, "ffmpeg");
  const script = '#!/bin/sh\necho hello\nexec ffmpeg "$@"\n';
  Deno.writeTextFileSync(ffmpeg, script, { mode: 0o755 });
  const { code, stdout } = await echolog(
    ["verify", "wrapped", "--ffmpeg", ffmpeg],
    { home: home.path },
  );
  assertEquals(code, 0, stdout);
});

for (
  const [what, text] of [
    ["cannot be started", "#!/dev/null/none\n"],
    ["lacks a library", "#!/bin/sh\necho missing.so >&2\nexit 127\n"],
    ["is another program", "#!/bin/sh\n"],
  ]
) {
  Deno.test(`verify: exits 69 without a verdict when ffmpeg ${what}`, async () => {
    using home = tempFolder();
    await recordNoise(home.path, "blind", []);
    const ffmpeg = join(home.path, "ffmpeg");
    Deno.writeTextFileSync(ffmpeg, text ?? "", { mode: 0o755 });
    const { code, stdout, stderr } = await echolog(
      ["verify", "blind", "--ffmpeg", ffmpeg],
      { home: home.path },
    );
    assertEquals({ code, stdout }, { code: 69, stdout: "" });
    assertMatch(stderr, /^echolog: Cannot run .*ffmpeg: .*; install it .*\n$/);
  });
}

Deno.test("verify: gives no verdict when ffmpeg disappears before it decodes", async () => {
  using home = tempFolder();
  await recordNoise(home.path, "blind", []);
  const ffmpeg = join(home.path, "ffmpeg");
  const shell = join(home.path, "sh");
  Deno.symlinkSync("/bin/sh", shell);
  const script = `#!${shell}\nrm '${shell}'\nexec ffmpeg "$@"\n`;
  Deno.writeTextFileSync(ffmpeg, script, { mode: 0o755 });
  const { code, stdout, stderr } = await echolog(
    ["verify", "blind", "--ffmpeg", ffmpeg],
    { home: home.path },
  );
  assertEquals({ code, stdout }, { code: 1, stdout: "" });
  assertMatch(stderr, /^echolog: Cannot start .*ffmpeg: .* is missing\n$/);
});
