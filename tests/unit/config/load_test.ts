import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  assertChunkSize,
  assertLimits,
  configPlaces,
  describeOverrides,
  loadOutputDir,
  loadSettings,
} from "../../../src/config/load.ts";
import type { ConfigHost } from "../../../src/config/paths.ts";
import { describeError, EchologError } from "../../../src/errors.ts";

const HOME_CONF = "/home/ann/.config/echolog/echolog.conf";

function machine(
  files: Record<string, string | Uint8Array | Error> = {},
  environment: Record<string, string> = {},
): ConfigHost {
  return {
    env: (name) => environment[name],
    home: "/home/ann",
    cwd: "/cur",
    os: "linux",
    readFile(path) {
      const file = files[path];
      if (file === undefined) throw new Deno.errors.NotFound(path);
      if (file instanceof Error) throw file;
      return typeof file === "string" ? new TextEncoder().encode(file) : file;
    },
  };
}

function load(
  flags: Record<string, string> = {},
  surroundings: ConfigHost = machine(),
  configPath?: string,
) {
  return loadSettings({
    flags: new Map(Object.entries(flags)),
    ...(configPath === undefined ? {} : { configPath }),
  }, surroundings);
}

function refusal(...parameters: Parameters<typeof load>): string {
  const error = assertThrows(() => load(...parameters), EchologError);
  assertEquals(error.exitCode, 2);
  const line = describeError(error);
  assertEquals(line.split("\n").length, 1);
  return line;
}

Deno.test("loadSettings: returns the defaults without flags or a file", () => {
  const { settings, sources, configPath } = load();
  assertEquals(settings.sampleRate, 48_000);
  assertEquals(settings.format, "flac");
  assertEquals(settings.segmentDuration, 300);
  assertEquals(settings.outputDir, "/home/ann/recordings");
  assertEquals(settings.logMaxBytes, 5_242_880);
  assertEquals(settings.logBackupCount, 3);
  assertEquals(settings.device, null);
  assertEquals(sources.size, 0);
  assertEquals(configPath, null);
});

Deno.test("loadSettings: prefers flags to the file and the file to the defaults", () => {
  const file = "[recording]\nchannels = 1\nsample_rate = 44100\n";
  const loaded = load({ channels: "4" }, machine({ [HOME_CONF]: file }));
  assertEquals(loaded.settings.channels, 4);
  assertEquals(loaded.settings.sampleRate, 44_100);
  assertEquals(loaded.sources.get("channels"), "flag");
  assertEquals(loaded.sources.get("sampleRate"), "file");
  assertEquals(loaded.sources.get("format"), undefined);
  assertEquals(loaded.configPath, HOME_CONF);
});

Deno.test("describeOverrides: lists each non-default setting with its source", () => {
  const file = '[logging]\nlevel = "debug"\nbackup_count = 3\n';
  const loaded = load(
    { "segment-duration": "3s", "output-dir": "/a b", channels: "2" },
    machine({ [HOME_CONF]: file }),
  );
  assertEquals(
    describeOverrides(loaded),
    'recording.segment_duration=3s(flag) recording.output_dir="/a b"(flag) logging.level=debug(file)',
  );
  assertEquals(describeOverrides(load()), "");
  for (const folder of ["~/recordings", "/home/ann/recordings"]) {
    assertEquals(describeOverrides(load({ "output-dir": folder })), "");
  }
});

Deno.test("describeOverrides: masks the command of notifications", () => {
  const file = '[notify]\ncommand = ["~/tell", "https://x/T0PSECRET"]\n';
  const loaded = load({}, machine({ [HOME_CONF]: file }));
  assertEquals(describeOverrides(loaded), "notify.command=***(file)");
  // The program may be in the home folder.
  assertEquals(loaded.settings.notifyCommand, [
    "/home/ann/tell",
    "https://x/T0PSECRET",
  ]);
});

Deno.test("loadSettings: does not show a command of notifications that it refuses", () => {
  const file = '[notify]\ncommand = "curl https://x/T0PSECRET"\n';
  const error = assertThrows(
    () => load({}, machine({ [HOME_CONF]: file })),
    EchologError,
  );
  assertEquals(error.message.includes("T0PSECRET"), false, error.message);
});

Deno.test("loadSettings: expands ~ but not ~user to the home folder", () => {
  assertEquals(
    load({ "output-dir": "~/x", ffmpeg: "~/bin/ffmpeg" }).settings.ffmpegPath,
    "/home/ann/bin/ffmpeg",
  );
  assertEquals(load({ "output-dir": "~" }).settings.outputDir, "/home/ann");
  assertEquals(
    load({ "output-dir": "~bob/x" }).settings.outputDir,
    "/cur/~bob/x",
  );
});

Deno.test("loadSettings: rejects a tilde without a home folder but accepts an absolute path", () => {
  const homeless = { ...machine(), home: null };
  assertStringIncludes(refusal({}, homeless), "~/recordings");
  assertEquals(
    load({ "output-dir": "/srv" }, homeless).settings.outputDir,
    "/srv",
  );
});

Deno.test("loadSettings: resolves a relative output folder against the current folder", () => {
  assertEquals(load({ "output-dir": "here" }).settings.outputDir, "/cur/here");
});

Deno.test("loadSettings: resolves an output folder in the file against the file's folder", () => {
  const text = '[recording]\noutput_dir = "night"';
  const folder = "/home/ann/.config/echolog/night";
  assertEquals(
    load({}, machine({ [HOME_CONF]: text })).settings.outputDir,
    folder,
  );
  const named = machine({ "/cur/sub/x.conf": text, "sub/x.conf": text });
  assertEquals(
    load({}, named, "sub/x.conf").settings.outputDir,
    "/cur/sub/night",
  );
  // A flag is typed in the current folder.
  const flagged = load(
    { "output-dir": "night" },
    machine({ [HOME_CONF]: text }),
  );
  assertEquals(flagged.settings.outputDir, "/cur/night");
});

Deno.test("loadOutputDir: reads the folder from a file with other mistakes", () => {
  const text =
    '[recording]\noutput_dir = "/x"\nsample_rate = "loud"\ncolour = 1';
  const files = machine({ [HOME_CONF]: text });
  assertEquals(loadOutputDir({ flags: new Map() }, files), "/x");
  const flags = new Map([["output-dir", "y"]]);
  assertEquals(loadOutputDir({ flags }, files), "/cur/y");
  // What is not TOML may name any folder.
  const torn = machine({ [HOME_CONF]: "[recording" });
  assertThrows(() => loadOutputDir({ flags: new Map() }, torn), EchologError);
  assertEquals(loadOutputDir({ flags }, torn), "/cur/y");
});

Deno.test("loadSettings: reports the backslashes of a Windows path", () => {
  for (const path of ["C:\\Users\\ann", "C:\\temp", "d:\\x\\\\y"]) {
    const text = `# both\n[recording]\noutput_dir = "${path}"`;
    assertStringIncludes(
      refusal({}, machine({ [HOME_CONF]: text })),
      `line 3 has single backslashes in "${path}"; write the path with / or in single quotes`,
    );
  }
  for (
    const value of [
      "'C:\\Users\\ann'",
      '"C:/Users/ann"',
      '"C:\\\\Users\\\\ann"',
    ]
  ) load({}, machine({ [HOME_CONF]: `[recording]\noutput_dir = ${value}` }));
});

Deno.test("loadSettings: prefers --config to the environment and that to the usual places", () => {
  const files = {
    "/cur/mine.conf": "[recording]\nchannels = 3\n",
    "/env.conf": "[recording]\nchannels = 4\n",
    "/xdg/echolog/echolog.conf": "[recording]\nchannels = 5\n",
    "/etc/echolog.conf": "[recording]\nchannels = 6\n",
  };
  const all = { ECHOLOG_CONFIG: "/env.conf", XDG_CONFIG_HOME: "/xdg" };
  const channels = (env: Record<string, string>, path?: string) =>
    load({}, machine(files, env), path).settings.channels;
  assertEquals(channels(all, "mine.conf"), 3);
  assertEquals(channels(all), 4);
  assertEquals(channels({ XDG_CONFIG_HOME: "/xdg" }), 5);
  assertEquals(channels({}), 6);
});

Deno.test("configPlaces: omits /etc on Windows", () => {
  assertEquals(
    configPlaces({ ...machine(), os: "windows", home: null }),
    [],
  );
});

Deno.test("loadSettings: rejects a named configuration file that does not exist", () => {
  assertStringIncludes(refusal({}, machine(), "/no.conf"), "/no.conf");
  assertStringIncludes(
    refusal({}, machine({}, { ECHOLOG_CONFIG: "/no.conf" })),
    "$ECHOLOG_CONFIG",
  );
});

Deno.test("loadSettings: rejects an unknown key and suggests the nearest known one", () => {
  const line = refusal({}, machine({ [HOME_CONF]: "[logging]\nlevl = 1\n" }));
  assertStringIncludes(line, "logging.levl");
  assertStringIncludes(line, "did you mean logging.level?");
});

Deno.test("loadSettings: rejects an unknown section even when it is empty", () => {
  assertStringIncludes(
    refusal({}, machine({ [HOME_CONF]: "[record]\n" })),
    "Unknown key record",
  );
});

Deno.test("loadSettings: rejects keys with the names of JavaScript's own, and empty ones", () => {
  for (
    const [text, key] of [
      ["__proto__ = 1", "__proto__"],
      ["[__proto__]\nchannels = 1", "__proto__"],
      ["recording.__proto__.channels = 1", "recording.__proto__"],
      ["recording = { __proto__ = 1 }", "recording.__proto__"],
      ["constructor = 1", "constructor"],
      ["[recording]\nconstructor.prototype.x = 1", "recording.constructor"],
      ["toString = 1", "toString"],
      ["[hasOwnProperty]", "hasOwnProperty"],
      ['"" = 1', '""'],
      ['[recording]\n"" = 1', 'recording.""'],
      ['["".""]', '"".""'],
      ['"a b" = 1', '"a b"'],
    ] as const
  ) {
    assertStringIncludes(
      refusal({}, machine({ [HOME_CONF]: text })),
      `Unknown key ${key}`,
    );
  }
});

Deno.test("loadSettings: rejects very many and very deep keys at once", () => {
  const deep = Array.from({ length: 50_000 }, () => "a").join(".");
  const many = Array.from({ length: 200_000 }, (_, n) => `k${n} = 1\n`);
  const tables = Array.from({ length: 50_000 }, (_, n) => `[t${n}]\n`);
  for (
    const text of [
      `${deep} = 1`,
      `[${deep}]`,
      many.join(""),
      tables.join(""),
      `x = ${"[".repeat(50_000)}`,
      `x = ${"[".repeat(50_000)}${"]".repeat(50_000)}`,
      `x = ${"{a=".repeat(50_000)}1${"}".repeat(50_000)}`,
    ]
  ) {
    const surroundings = machine({ [HOME_CONF]: text });
    const before = performance.now();
    const line = refusal({}, surroundings);
    assert(line.length < 300, `${line.length}`);
    // Where unknown keys are allowed, their number is limited.
    const error = assertThrows(
      () => loadOutputDir({ flags: new Map() }, surroundings),
      EchologError,
    );
    assertMatch(describeError(error), /too deeply|keys, more than|not TOML/);
    // The parser alone takes minutes.
    assert(performance.now() - before < 60_000);
  }
});

Deno.test("loadSettings: rejects a value in place of a section", () => {
  assertStringIncludes(
    refusal({}, machine({ [HOME_CONF]: "logging = 3\n" })),
    "logging is a section",
  );
});

Deno.test("loadSettings: rejects a table in place of a value", () => {
  assertStringIncludes(
    refusal({}, machine({ [HOME_CONF]: "[logging.level]\nx = 1\n" })),
    "logging.level",
  );
});

Deno.test("loadSettings: reports a wrong value in the file with the file and what was expected", () => {
  const line = refusal(
    {},
    machine({ [HOME_CONF]: '[recording]\nchannels = "two"\n' }),
  );
  assertStringIncludes(line, `recording.channels = "two" in ${HOME_CONF}`);
  assertStringIncludes(line, "expected a whole number from 1 to 32");
});

Deno.test("loadSettings: rejects invalid TOML in one line with the line number", () => {
  assertMatch(
    refusal({}, machine({ [HOME_CONF]: "[recording\nchannels = 1" })),
    /it is not TOML: .*line 1/,
  );
});

Deno.test("loadSettings: rejects a duplicate name and reports both its lines", () => {
  const twice: readonly (readonly [string, string])[] = [
    [
      "[recording]\nchannels = 1\n# both\nchannels = 2\n",
      "recording.channels is on line 2 and again on line 4",
    ],
    [
      '\ufeff[logging]\r\nlevel = "info"\r\n[logging]\r\nutc = true\r\n',
      "logging is on line 1 and again on line 3",
    ],
    [
      'ffmpeg.input_args = ["-a"]\nffmpeg.input_args = ["-b"]\n',
      "ffmpeg.input_args is on line 1 and again on line 2",
    ],
    [
      "recording = { channels = 1, channels = 2 }\n",
      "recording.channels is on line 1 and again on line 1",
    ],
    [
      "recording = { channels = 1 }\n[recording]\n",
      "recording is on line 1 and again on line 2",
    ],
  ];
  for (const [text, expected] of twice) {
    assertStringIncludes(
      refusal({}, machine({ [HOME_CONF]: text })),
      `it is not TOML: ${expected};`,
    );
  }
});

Deno.test("loadSettings: rejects a file that is binary, unreadable or a folder", () => {
  const junk = new Uint8Array([0xff, 0xfe, 0x00, 0x80]);
  assertStringIncludes(refusal({}, machine({ [HOME_CONF]: junk })), "UTF-8");
  const denied = new Deno.errors.PermissionDenied("denied");
  assertStringIncludes(
    refusal({}, machine({ [HOME_CONF]: denied })),
    "permission denied",
  );
  const folder = new Error("Is a directory (os error 21)");
  assertStringIncludes(
    refusal({}, machine({ [HOME_CONF]: folder })),
    "a folder",
  );
});

Deno.test("loadSettings: reports a wrong flag with its value and what was expected", () => {
  assertEquals(
    refusal({ format: "aac" }),
    "Cannot use --format aac; expected one of flac, wav, opus, mp3",
  );
});

Deno.test("loadSettings: rejects a session id that is empty, too long or unsafe as a folder name", () => {
  for (const id of ["../x", "a/b", ".hidden", "", "a b", "x".repeat(101)]) {
    refusal({ "session-id": id });
  }
});

Deno.test("loadSettings: rejects latest as a session id", () => {
  assertMatch(
    refusal({ "session-id": "latest" }),
    /--session-id latest; expected .* and not latest, which means the newest/,
  );
});

Deno.test("loadSettings: rejects settings that conflict with each other", () => {
  assertStringIncludes(
    refusal({ format: "opus", "sample-rate": "44100" }),
    "opus at 44100 Hz",
  );
  assertEquals(
    refusal({ format: "mp3", "sample-rate": "96000" }),
    "Cannot record mp3 at 96000 Hz; set recording.sample_rate to one of 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000",
  );
  assertEquals(
    refusal({ format: "mp3", channels: "3" }),
    "Cannot record mp3 with 3 channels; choose one of 1, 2, or another --format",
  );
  assertStringIncludes(refusal({ channels: "9" }), "9 channels");
  assertStringIncludes(
    refusal({
      format: "wav",
      "sample-rate": "192000",
      channels: "8",
      "segment-duration": "1h",
    }),
    "4 GiB",
  );
});

Deno.test("loadSettings: reads the depth from a flag and, as a number or a text, from a file", () => {
  assertEquals(load().settings.bitDepth, "auto");
  assertEquals(load({ "bit-depth": "24" }).settings.bitDepth, 24);
  for (
    const [written, depth] of [["16", 16], ['"24"', 24], ['"auto"', "auto"]]
  ) {
    const text = `[recording]\nbit_depth = ${written}\n`;
    const { settings } = load({}, machine({ [HOME_CONF]: text }));
    assertEquals(settings.bitDepth, depth);
  }
  for (const depth of ["8", "20", "0x18", "24.0", ""]) {
    assertMatch(
      refusal({ "bit-depth": depth }),
      /--bit-depth .*; expected one of auto, 16, 24, 32$/,
    );
  }
});

Deno.test("loadSettings: rejects a depth that flac does not have, but not for other formats", () => {
  assertMatch(
    refusal({ "bit-depth": "32" }),
    /Cannot record flac with 32 bits; set recording.bit_depth to 16 or 24, or record wav$/,
  );
  for (const format of ["wav", "opus", "mp3"]) {
    assertEquals(load({ format, "bit-depth": "32" }).settings.bitDepth, 32);
  }
});

Deno.test("loadSettings: counts the bytes of a sample for the limit of 4 GiB", () => {
  const wav = { format: "wav", "segment-duration": "6h" };
  assertEquals(load({ ...wav, "bit-depth": "16" }).settings.bitDepth, 16);
  for (const depth of ["24", "32"]) {
    assertStringIncludes(refusal({ ...wav, "bit-depth": depth }), "4 GiB");
  }
  const { settings } = load(wav);
  assertChunkSize(settings, 16);
  assertThrows(() => assertChunkSize(settings, 24), EchologError, "4 GiB");
  assertChunkSize(load({ ...wav, format: "opus" }).settings, null);
});

Deno.test("loadSettings: counts the bytes of the encoder in effect for the limit of 4 GiB", () => {
  const wav = { format: "wav", "segment-duration": "6h" };
  const withArgs = (...args: string[]) =>
    machine({
      [HOME_CONF]: `[ffmpeg]\noutput_args = ${JSON.stringify(args)}\n`,
    });
  for (
    const args of [
      ["-c:a", "pcm_s24le"],
      ["-acodec", "pcm_f32le"],
      ["-c:a:0", "pcm_s64le"],
      ["-ar", "96000"],
      ["-ac", "6", "-c", "pcm_s16le"],
    ]
  ) {
    assertStringIncludes(refusal(wav, withArgs(...args)), "4 GiB");
  }
  // Half the bytes of a sample make room for twice the length.
  const hd = { ...wav, "sample-rate": "96000" };
  assertStringIncludes(refusal(hd), "4 GiB");
  const { settings } = load(hd, withArgs("-c:a", "pcm_alaw"));
  assertChunkSize(settings, 24);
});

Deno.test("loadSettings: records one channel as mono, unless --channels asks for more", () => {
  const file = machine({ [HOME_CONF]: "[recording]\nchannels = 6\n" });
  assertEquals(load({}, file).settings.channels, 6);
  const flags: Record<string, string>[] = [{}, { channels: "1" }];
  for (const given of flags) {
    const { settings } = load({ channel: "3", ...given }, file);
    assertEquals([settings.channel, settings.channels], [3, 1]);
  }
  assertEquals(
    load({ channel: "3", format: "opus" }, file).settings.channels,
    1,
  );
  assertMatch(
    refusal({ channel: "1", channels: "2" }),
    /Cannot record channel 1 alone with --channels 2; .*leave out --channels$/,
  );
  assertMatch(refusal({ channel: "0" }), /a whole number from 1 to 64/);
});

Deno.test("loadSettings: reads the stream from the file alone", () => {
  const stream = (value: string) =>
    machine({ [HOME_CONF]: `[recording]\nstream = ${value}\n` });
  assertEquals(load().settings.stream, null);
  assertEquals(load({}, stream("0")).settings.stream, 0);
  assertEquals(load({}, stream("2")).settings.stream, 2);
  assertMatch(refusal({}, stream("-1")), /stream = -1 in .*; expected a whole/);
});

Deno.test("configPlaces: ignores a relative XDG_CONFIG_HOME", () => {
  const places = configPlaces(machine({}, { XDG_CONFIG_HOME: "relative" }));
  assertEquals(places[0], HOME_CONF);
});

Deno.test("assertLimits: rejects limits that end a recording without a message", () => {
  const NONE = { fileBytes: Infinity, openFiles: Infinity };
  const { settings } = load();
  assertLimits(settings, 16, NONE);
  const refused = (limits: Partial<typeof NONE>, flags = {}) =>
    describeError(assertThrows(
      () => assertLimits(load(flags).settings, 16, { ...NONE, ...limits }),
      EchologError,
    ));
  assertMatch(
    refused({ fileBytes: 512 }),
    /at most 512 bytes: a chunk may need/,
  );
  assertMatch(refused({ openFiles: 20 }), /at most 20 open files; raise/);
  // Ten seconds are less than the log may need.
  const short = { "segment-duration": "10s" };
  assertMatch(refused({ fileBytes: 65_536 }, short), /the log may need/);
  assertLimits(load(short).settings, 16, { fileBytes: 2 ** 26, openFiles: 64 });
  const { settings: deep } = load(
    {},
    machine({
      [HOME_CONF]: '[ffmpeg]\noutput_args = ["-c:a", "pcm_f64le"]\n',
    }),
  );
  assertThrows(
    () => assertLimits(deep, 16, { ...NONE, fileBytes: 2 ** 26 }),
    EchologError,
    "a chunk may need",
  );
});
