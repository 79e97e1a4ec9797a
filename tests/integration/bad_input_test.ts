import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { echolog, echologCommand } from "../support/echolog.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";

/** Command lines that are refused, each with what the line must name. */
const COMMAND_LINES: readonly (readonly [readonly string[], RegExp])[] = [
  [["recrod"], /Unknown command recrod; did you mean record\?/],
  [["--verison"], /Unknown option --verison; did you mean --version\?/],
  [["record", "--devise", "test"], /--devise; did you mean --device\?/],
  [["record", "now"], /"now": record takes no argument/],
  [["record", "--device"], /--device needs a value/],
  [
    ["record", "--device", "microphone"],
    /--device microphone; expected FORMAT/,
  ],
  [["record", "--device", ""], /--device needs a value/],
  [["record", "--sample-rate", "fast"], /--sample-rate fast; expected a whole/],
  [["record", "--sample-rate", "1"], /from 8000 to 384000/],
  [
    ["record", "--channels", "0"],
    /--channels 0; expected a whole number from 1/,
  ],
  [["record", "--channels", "2.5"], /--channels 2\.5/],
  [
    ["record", "--format", "aac"],
    /--format aac; expected one of flac, wav, opus, mp3/,
  ],
  [
    ["record", "--segment-duration", "5x"],
    /--segment-duration 5x; expected a d/,
  ],
  [["record", "--segment-duration", "0"], /from 1s to 6h/],
  [["record", "--duration", "soon"], /--duration soon/],
  [["record", "--session-id", "../evil"], /--session-id \.\.\/evil; expected/],
  [["record", "--session-id", "latest"], /--session-id latest; expected .*not/],
  [["record", "--log-level", "loud"], /expected one of debug, info, warning/],
  [["record", "--log-rotation", "daily"], /expected one of size, time, off/],
  [["record", "--log-max-bytes", "-5"], /--log-max-bytes needs a value/],
  [["record", "--log-max-bytes", "5 apples"], /--log-max-bytes 5 apples/],
  [["record", "--log-backup-count", "many"], /--log-backup-count many/],
  [["record", "--log-format", "xml"], /expected one of text, json/],
  [
    ["record", "--format", "opus", "--sample-rate", "44100"],
    /opus at 44100 Hz/,
  ],
  [["record", "--config", "/dev/null/x.conf"], /\/dev\/null\/x\.conf/],
  [["record", "--format", "opus", "--channels", "3"], /opus with 3 channels/],
  [["record", "--format", "mp3", "--channels", "3"], /mp3 with 3 channels/],
  [
    ["record", "--format", "mp3", "--sample-rate", "96000"],
    /mp3 at 96000 Hz/,
  ],
  [
    ["record", "--device", "test", "--format", "wav", "--channels", "9"],
    /Cannot record 9 channels: .*; set --channels/,
  ],
  [
    [
      ...["record", "--device", "lavfi:anullsrc=cl=5.1"],
      ...["--format", "wav", "--channels", "32"],
    ],
    /Cannot record 32 channels/,
  ],
  [["record", "rtsp://u:hunter2@h/"], /"rtsp:\/\/\*\*\*@h\/": record takes/],
  [["completions"], /completions needs one of bash, zsh, fish/],
  [
    ["completions", "bsh"],
    /There is no completion script for bsh; did you mean bash/,
  ],
  [["status", "--jsno"], /--jsno; did you mean --json\?/],
];

/** Configuration files that are refused. */
const FILES: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
  ["a syntax error", "[recording\nchannels = 1\n", /not TOML/],
  ["an unknown key", "[recording]\nchanels = 1\n", /recording\.channels\?/],
  ["an unknown section", "[recordng]\nchannels = 1\n", /recordng\.channels/],
  ["a wrong type", '[recording]\nchannels = "two"\n', /channels = "two"/],
  ["a value out of range", "[recording]\nchannels = 99\n", /channels = 99/],
  ["a date", "[recording]\nchannels = 2025-01-01\n", /channels = /],
  ["a wrong list", '[ffmpeg]\ninput_args = "-x"\n', /a list of texts/],
  ["a value for a section", "logging = true\n", /logging is a section/],
  ["a value that is missing", "[disk]\nmin_free_bytes =\n", /not TOML/],
  ["binary junk", new Uint8Array([0, 255, 254, 7, 10, 128]), /not UTF-8/],
];

for (const [argv, expected] of COMMAND_LINES) {
  Deno.test(`command line: rejects "echolog ${argv.join(" ")}" in one line`, async () => {
    using home = tempFolder();
    await assertRefused(argv, home.path, expected);
  });
}

for (const [what, content, expected] of FILES) {
  Deno.test(`record: rejects a configuration with ${what} in one line`, async () => {
    using home = tempFolder();
    using elsewhere = tempFolder();
    const path = join(elsewhere.path, "echolog.conf");
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content;
    Deno.writeFileSync(path, bytes);
    await assertRefused(["record", "--config", path], home.path, expected);
  });
}

Deno.test("record: rejects a folder in place of the configuration in one line", async () => {
  using home = tempFolder();
  using elsewhere = tempFolder();
  await assertRefused(
    ["record", "--config", elsewhere.path],
    home.path,
    /it is a folder/,
  );
});

Deno.test("record: rejects a recording named as the configuration, and does not read it", async () => {
  using home = tempFolder();
  using elsewhere = tempFolder();
  const path = join(elsewhere.path, "chunk_00001.wav");
  Deno.writeTextFileSync(path, "");
  // As a file with a hole, it takes no room.
  Deno.truncateSync(path, 4_000_000_000);
  await assertRefused(
    ["record", "--config", path],
    home.path,
    /it is larger than 1 MB/,
  );
});

Deno.test("record: rejects an unreadable configuration in one line", async () => {
  // Root may read everything but what a kernel file refuses.
  using home = tempFolder();
  using elsewhere = tempFolder();
  const path = join(elsewhere.path, "echolog.conf");
  Deno.writeTextFileSync(path, "", { mode: 0o000 });
  const isRoot = Deno.uid() === 0;
  const unreadable = isRoot ? "/proc/self/mem" : path;
  await assertRefused(
    ["record", "--config", unreadable],
    home.path,
    /Cannot read the configuration/,
  );
});

for (const name of ["HOME", "ECHOLOG_CONFIG"]) {
  Deno.test(`config path: reports a non-UTF-8 ${name} variable in one line`, async () => {
    if (Deno.build.os === "windows") {
      console.log("skipped: variables are UTF-16 there");
      return;
    }
    using home = tempFolder();
    // Deno gives no such variable to a program; a shell does.
    const { code, stdout, stderr } = await runProgram("sh", [
      ...["-c", `export ${name}="$(printf '/x\\377')"; exec "$@"`, "sh"],
      ...echologCommand(),
      ...["config", "path"],
    ], { env: { HOME: home.path, XDG_CONFIG_HOME: "" } });
    assertEquals([code, stdout], [2, ""]);
    assertMatch(
      stderr,
      new RegExp(
        `^echolog: [^\n]+ variable ${name}: it is not UTF-8; [^\n]+\n$`,
      ),
    );
  });
}

async function assertRefused(
  argv: readonly string[],
  home: string,
  expected: RegExp,
) {
  const { code, stdout, stderr } = await echolog(argv, { home });
  assertEquals({ code, stdout }, { code: 2, stdout: "" }, stderr);
  assertMatch(stderr, /^echolog: [^\n]+\n$/);
  assertMatch(stderr, expected);
  assertEquals([...Deno.readDirSync(home)], [], "nothing is made");
}

Deno.test("record and sessions: mask the password of an invalid setting", async () => {
  using home = tempFolder();
  const config = join(home.path, "echolog.conf");
  for (
    const text of [
      '["-password", "hunter2", "-timeout", 5]',
      '["-headers", "Authorization: Bearer hunter2", 5]',
      '"-password hunter2"',
    ]
  ) {
    Deno.writeTextFileSync(config, `[ffmpeg]\ninput_args = ${text}\n`);
    const what = "Cannot use ffmpeg\\.input_args = .*\\*\\*\\*";
    for (
      const [command, exit, line] of [
        ["record", 2, `^echolog: ${what}`],
        // It needs the folder only.
        ["sessions", 0, `^echolog: warning: ${what}`],
      ] as const
    ) {
      const { code, stderr } = await echolog([command, "--config", config], {
        home: home.path,
      });
      assertEquals(code, exit);
      assertMatch(stderr, new RegExp(line));
      assertEquals(stderr.includes("hunter2"), false, stderr);
    }
  }
});

Deno.test("record: masks and escapes the stack trace of an error at level debug", async () => {
  using home = tempFolder();
  const { code, stderr } = await echolog([
    ...["record", "--log-level", "debug", "--device", "test"],
    ...["--sample-rate", "rtsp://u:hunter2@h/x?token=s3cr3t\x1b[31m"],
  ], { home: home.path });
  assertEquals(code, 2);
  assertMatch(stderr, /\n {4}at /);
  assertEquals(/hunter2|s3cr3t/.test(stderr), false, stderr);
  assertEquals(stderr.includes("\x1b"), false);
});

Deno.test("record: rejects limits that would end it without a message, and makes nothing", async () => {
  for (
    const [limit, expected] of [
      [
        "-n 40",
        /^echolog: Cannot record with at most 40 open files; raise .*\n$/,
      ],
      [
        "-f 40000",
        /^echolog: Cannot record with files of at most 20480000 bytes: .*\n$/,
      ],
    ] as const
  ) {
    using home = tempFolder();
    const { code, stderr } = await runProgram("sh", [
      ...["-c", `ulimit ${limit} && exec "$@"`, "sh", ...echologCommand()],
      ...["record", "--device", "test", "--duration", "2s"],
    ], { env: { HOME: home.path } });
    assertEquals(code, 2, stderr);
    assertMatch(stderr, expected);
    assertEquals([...Deno.readDirSync(home.path)], []);
  }
});
