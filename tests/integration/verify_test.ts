import { assert, assertEquals, assertMatch } from "@std/assert";
import { pooledMap } from "@std/async/pool";
import { join } from "@std/path";
import type { VerifyReport } from "../../src/review/verify.ts";
import { gapsOf } from "../faults/support.ts";
import {
  echolog,
  onlySession,
  SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import type { Finished } from "../support/program.ts";
import { type TempFolder, tempFolder } from "../support/temp.ts";

const FORMATS = ["flac", "wav", "opus"] as const;

/**
 * Records noise for a moment, into three whole chunks and a short one. ffmpeg
 * reports each second: each chunk is closed after a report that was not the
 * first, which may be late.
 */
async function recorded(
  home: string,
  id: string,
  args: readonly string[],
): Promise<string> {
  const { code, stderr } = await echolog([
    ...[
      "record",
      "--device",
      `lavfi:anoisesrc=r=48000:a=0.3:seed=${id.length}`,
    ],
    ...["--duration", "4.2s", "--segment-duration", "1.2s"],
    ...["--session-id", id],
    ...args,
  ], { home, env: { XDG_STATE_HOME: join(home, `state-${id}`) } });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return join(home, "recordings", id);
}

/** A copy of a session to damage; file times are kept, as `cp -a` keeps them. */
async function copied(folder: string): Promise<TempFolder> {
  const copy = tempFolder();
  const { success } = await new Deno.Command("cp", {
    args: ["-a", `${folder}/.`, copy.path],
  }).output();
  assert(success);
  return copy;
}

async function verified(
  home: string,
  folder: string,
): Promise<{ finished: Finished; report: VerifyReport }> {
  const finished = await echolog(["verify", folder, "--json"], { home });
  return { finished, report: JSON.parse(finished.stdout) };
}

/** All faults, those of chunks behind the chunk's name. */
function faultsOf({ chunks, faults }: VerifyReport): string[] {
  return [
    ...chunks.flatMap(({ file, faults }) =>
      faults.map((fault) => `${file}: ${fault}`)
    ),
    ...faults,
  ];
}

/** Gives every chunk the time at which its audio ended: the recorder may have closed it later. */
function dateChunks(folder: string): void {
  const session = new SessionOnDisk(folder);
  for (const { file, end } of session.eventsOf("chunk_created")) {
    Deno.utimeSync(join(folder, file), new Date(end), new Date(end));
  }
}

function flipBit(path: string, position: number): void {
  const bytes = Deno.readFileSync(path);
  bytes[position] = (bytes[position] ?? 0) ^ 1;
  const { mtime, atime } = Deno.statSync(path);
  Deno.writeFileSync(path, bytes);
  Deno.utimeSync(path, atime ?? 0, mtime ?? 0);
}

function edit(path: string, from: RegExp, to: string): void {
  const text = Deno.readTextFileSync(path);
  assertMatch(text, from);
  Deno.writeTextFileSync(path, text.replace(from, to));
}

Deno.test("twenty healthy sessions of every format are as they were logged", async () => {
  using home = tempFolder();
  for (const format of FORMATS) {
    const shapes = Array.from({ length: 20 }, (_, index) => ({
      id: `${format}-${index}`,
      args: [
        ...["--format", format],
        ...["--channels", String(1 + index % 2)],
        ...[
          "--sample-rate",
          format !== "opus" && index % 5 === 0 ? "44100" : "48000",
        ],
        ...["--log-format", index % 3 === 0 ? "json" : "text"],
      ],
    }));
    // More at once would not all have audio before their time is over. All of
    // them first: a pool that is left early hides why.
    const folders = await Array.fromAsync(
      pooledMap(4, shapes, ({ id, args }) => recorded(home.path, id, args)),
    );
    for (const folder of folders) {
      const { finished, report } = await verified(home.path, folder);
      assertEquals(faultsOf(report), [], folder);
      assertEquals([finished.code, report.ok], [0, true], folder);
      assertEquals(report.chunks.length, 4, folder);
    }
  }
});

Deno.test("every kind of damage is found, whatever the format", async () => {
  using home = tempFolder();
  const whole = await Promise.all(
    FORMATS.map(async (format) =>
      [
        format,
        await recorded(home.path, `damaged-${format}`, ["--format", format]),
      ] as const
    ),
  );
  for (const [format, folder] of whole) {
    dateChunks(folder);
    const two = `chunk_00002.${format}`;
    const three = `chunk_00003.${format}`;
    const damages: [string, RegExp, (folder: string) => void][] = [
      [
        "a chunk deleted",
        new RegExp(`^${two}: it is not there`),
        (path) => Deno.removeSync(join(path, two)),
      ],
      [
        "a chunk left open by a session that has ended",
        /^chunk_00009\.\w+\.part could not be finished as a chunk, and is kept as it is/,
        (path) =>
          Deno.copyFileSync(
            join(path, two),
            join(path, `chunk_00009.${format}.part`),
          ),
      ],
      [
        "a chunk cut by one byte",
        new RegExp(`^${two}: its size is \\d+, the log has \\d+`),
        (path) => {
          const { size } = Deno.statSync(join(path, two));
          Deno.truncateSync(join(path, two), size - 1);
        },
      ],
      [
        "two chunks swapped",
        new RegExp(`^(${two}|${three}): .*(another chunk|may be)`),
        (path) => {
          Deno.renameSync(join(path, two), join(path, "x"));
          Deno.renameSync(join(path, three), join(path, two));
          Deno.renameSync(join(path, "x"), join(path, three));
        },
      ],
      [
        "a foreign file",
        /^holiday\.jpg is no file of this session/,
        (path) => Deno.writeTextFileSync(join(path, "holiday.jpg"), ""),
      ],
      [
        "a copy of the log that is no part of it",
        /^session\.log\.20251125103000 is no file of this session/,
        (path) =>
          Deno.copyFileSync(
            join(path, "session.log"),
            join(path, "session.log.20251125103000"),
          ),
      ],
      [
        "a foreign chunk",
        new RegExp(`^chunk_00009\\.${format}: no line of the log names it`),
        (path) =>
          Deno.copyFileSync(
            join(path, two),
            join(path, `chunk_00009.${format}`),
          ),
      ],
      [
        "an edited size",
        new RegExp(`^${two}: its size is \\d+, the log has 12`),
        (path) =>
          edit(
            join(path, "session.log"),
            new RegExp(`(file=${two} .* size=)\\d+`),
            "$112 ",
          ),
      ],
      [
        "an edited length",
        new RegExp(`^${two}: it decodes to 1\\.200 s, the log has 9\\.000 s`),
        (path) =>
          edit(
            join(path, "session.log"),
            new RegExp(`(file=${two} .* duration=)1\\.200s`),
            "$19.000s",
          ),
      ],
      [
        "a line of the log taken out",
        new RegExp(`^${two}: no line of the log names it`),
        (path) =>
          edit(
            join(path, "session.log"),
            new RegExp(`[^\\n]* chunk_created file=${two} [^\\n]*\\n`),
            "",
          ),
      ],
      [
        "a time of the log changed",
        /between chunk_00001\.\w+ and chunk_00002\.\w+ are neither audio nor a gap/,
        (path) => shift(join(path, "session.log"), two, 5_000),
      ],
      [
        "the end of the log cut off",
        /^the log has no end; echolog repair/,
        (path) =>
          edit(join(path, "session.log"), /[^\n]* session_stop [^\n]*\n$/, ""),
      ],
      [
        "the log deleted",
        /^session\.log is missing/,
        (path) => Deno.removeSync(join(path, "session.log")),
      ],
    ];
    if (format !== "wav") {
      damages.push([
        "one bit flipped in a frame",
        new RegExp(`^${two}: it does not decode: `),
        (path) =>
          flipBit(
            join(path, two),
            Math.floor(Deno.statSync(join(path, two)).size / 2),
          ),
      ]);
    }
    for (const [what, expected, damage] of damages) {
      using copy = await copied(folder);
      damage(copy.path);
      const { finished, report } = await verified(home.path, copy.path);
      const faults = faultsOf(report);
      assert(
        faults.some((fault) => expected.test(fault)),
        `${format}, ${what}: ${JSON.stringify(faults)}`,
      );
      assertEquals(finished.code, 1, `${format}, ${what}`);
    }
  }
});

/** Moves the times of a chunk's line, and of all after it, by some milliseconds. */
function shift(path: string, file: string, by: number): void {
  const lines = Deno.readTextFileSync(path).split("\n");
  const from = lines.findIndex((line) => line.includes(`file=${file} `));
  const moved = lines.map((line, index) =>
    index < from || !line.includes(" chunk_created ") ? line : line.replace(
      / (start|end)=(\S+)/g,
      (_, key, time) =>
        ` ${key}=${new Date(Date.parse(time) + by).toISOString()}`,
    )
  );
  Deno.writeTextFileSync(path, moved.join("\n"));
}

Deno.test("a missing part of a rotated log is found, wherever it was", async () => {
  using home = tempFolder();
  const folder = await recorded(home.path, "rotated", [
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

Deno.test("chunks whose lines were rotated away as they should are no fault", async () => {
  using home = tempFolder();
  const folder = await recorded(home.path, "short-memory", [
    ...["--log-max-bytes", "1000", "--log-backup-count", "0"],
  ]);
  const { finished, report } = await verified(home.path, folder);
  assertEquals(faultsOf(report), []);
  assertEquals(finished.code, 0);
  assertEquals(report.chunks.length, 4);
  assertMatch(report.notes.join(), /rotated away/);
});

Deno.test("a log kept at a level at which chunks have no lines is no fault, and that is said", async () => {
  using home = tempFolder();
  for (const level of ["warning", "error"]) {
    const folder = await recorded(home.path, level, ["--log-level", level]);
    const { finished, report } = await verified(home.path, folder);
    assertEquals([finished.code, faultsOf(report)], [0, []]);
    assertMatch(report.notes.join(), /names no chunks/);
    const { stdout } = await echolog(["explain", folder], { home: home.path });
    // A slow start is a gap: it cuts the line, or hides it where gaps have no
    // lines in the log.
    const session = new SessionOnDisk(folder);
    assertEquals(gapsOf(session), []);
    const [stop] = session.eventsOf("session_stop");
    if (stop?.gaps === 0) assertMatch(stdout, /█{70}/);
    assertMatch(stdout, new RegExp(`kept at level ${level}`));
  }
});

Deno.test("a copy of a session that lost its file times is no fault", async () => {
  using home = tempFolder();
  const folder = await recorded(home.path, "copied", ["--format", "wav"]);
  for (const time of [0, 1e9, Date.now() / 1000]) {
    using copy = await copied(folder);
    for (const { name } of Deno.readDirSync(copy.path)) {
      Deno.utimeSync(join(copy.path, name), time, time);
    }
    const { report } = await verified(home.path, copy.path);
    assertEquals(faultsOf(report), []);
  }
});

Deno.test("verify shows a table and a verdict, and no escape sequence in a pipe", async () => {
  using home = tempFolder();
  const folder = await recorded(home.path, "shown", []);
  const well = await echolog(["verify", "shown"], { home: home.path });
  assertMatch(well.stdout, /^FILE +SIZE +LOGGED +DECODED\n/);
  assertMatch(well.stdout, /\nshown is as it was logged: 4 chunks, 0:00:04 of/);
  Deno.removeSync(join(folder, "chunk_00003.flac"));
  const bad = await echolog(["verify", "shown"], { home: home.path });
  assertEquals(bad.code, 1);
  assertMatch(bad.stdout, /\nchunk_00003\.flac +– +1\.200 s +– +WRONG\n/);
  assertMatch(bad.stdout, /not as it was logged: 1 chunk of 4 wrong\.\n$/);
  // deno-lint-ignore no-control-regex -- the escape character is the subject
  assertEquals(/\x1b/.test(well.stdout + bad.stdout + bad.stderr), false);
});

Deno.test("verify of a session whose folder is away says so", async () => {
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
    /^echolog: The folder of session \S+ is not there: .*\n$/,
  );
});

Deno.test("verify without ffmpeg exits 69 and says how to get it", async () => {
  using home = tempFolder();
  await recorded(home.path, "blind", []);
  const { code, stderr } = await echolog(
    ["verify", "blind", "--ffmpeg", "/nonexistent/ffmpeg"],
    { home: home.path },
  );
  assertEquals(code, 69);
  assertMatch(
    stderr,
    /^echolog: Cannot find ffmpeg: \/nonexistent\/ffmpeg is no program; install it .*\n$/,
  );
});

Deno.test("a wrapper of ffmpeg may say something first", async () => {
  using home = tempFolder();
  await recorded(home.path, "wrapped", []);
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
    ["cannot be started", "#!/nonexistent/interpreter\n"],
    ["lacks a library", "#!/bin/sh\necho missing.so >&2\nexit 127\n"],
    ["is another program", "#!/bin/sh\n"],
  ]
) {
  Deno.test(`an ffmpeg that ${what} is told, and says nothing of the chunks`, async () => {
    using home = tempFolder();
    await recorded(home.path, "blind", []);
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
