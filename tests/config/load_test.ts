import {
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  configPlaces,
  describeOverrides,
  loadSettings,
  type Surroundings,
} from "../../src/config/load.ts";
import { describeError, EchologError } from "../../src/errors.ts";

const HOME_CONF = "/home/ann/.config/echolog/echolog.conf";

function machine(
  files: Record<string, string | Uint8Array | Error> = {},
  environment: Record<string, string> = {},
): Surroundings {
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
  surroundings: Surroundings = machine(),
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

Deno.test("without flags and file every setting has its default", () => {
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

Deno.test("a flag beats the file, and the file beats the default", () => {
  const file = "[recording]\nchannels = 1\nsample_rate = 44100\n";
  const loaded = load({ channels: "4" }, machine({ [HOME_CONF]: file }));
  assertEquals(loaded.settings.channels, 4);
  assertEquals(loaded.settings.sampleRate, 44_100);
  assertEquals(loaded.sources.get("channels"), "flag");
  assertEquals(loaded.sources.get("sampleRate"), "file");
  assertEquals(loaded.sources.get("format"), undefined);
  assertEquals(loaded.configPath, HOME_CONF);
});

Deno.test("overrides name each setting that is not the default, with its source", () => {
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

Deno.test("a tilde stands for the home folder, in flags and in the file", () => {
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

Deno.test("without a home folder a tilde is refused, and an absolute path is taken", () => {
  const homeless = { ...machine(), home: null };
  assertStringIncludes(refusal({}, homeless), "~/recordings");
  assertEquals(
    load({ "output-dir": "/srv" }, homeless).settings.outputDir,
    "/srv",
  );
});

Deno.test("a relative output folder is taken from the current folder", () => {
  assertEquals(load({ "output-dir": "here" }).settings.outputDir, "/cur/here");
});

Deno.test("the file named by --config comes before that of the environment and the usual places", () => {
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

Deno.test("Windows has no /etc", () => {
  assertEquals(
    configPlaces({ ...machine(), os: "windows", home: null }),
    [],
  );
});

Deno.test("a configuration that was named and is not there is refused", () => {
  assertStringIncludes(refusal({}, machine(), "/no.conf"), "/no.conf");
  assertStringIncludes(
    refusal({}, machine({}, { ECHOLOG_CONFIG: "/no.conf" })),
    "$ECHOLOG_CONFIG",
  );
});

Deno.test("an unknown key is refused with the nearest known one", () => {
  const line = refusal({}, machine({ [HOME_CONF]: "[logging]\nlevl = 1\n" }));
  assertStringIncludes(line, "logging.levl");
  assertStringIncludes(line, "did you mean logging.level?");
});

Deno.test("an unknown section is refused, even an empty one", () => {
  assertStringIncludes(
    refusal({}, machine({ [HOME_CONF]: "[record]\n" })),
    "Unknown key record",
  );
});

Deno.test("a value in the place of a section is refused", () => {
  assertStringIncludes(
    refusal({}, machine({ [HOME_CONF]: "logging = 3\n" })),
    "logging is a section",
  );
});

Deno.test("a table in the place of a value is refused", () => {
  assertStringIncludes(
    refusal({}, machine({ [HOME_CONF]: "[logging.level]\nx = 1\n" })),
    "logging.level",
  );
});

Deno.test("a wrong value in the file is named with the file and what was expected", () => {
  const line = refusal(
    {},
    machine({ [HOME_CONF]: '[recording]\nchannels = "two"\n' }),
  );
  assertStringIncludes(line, `recording.channels = "two" in ${HOME_CONF}`);
  assertStringIncludes(line, "expected a whole number from 1 to 32");
});

Deno.test("text that is no TOML is refused in one line that says where", () => {
  assertMatch(
    refusal({}, machine({ [HOME_CONF]: "[recording\nchannels = 1" })),
    /it is not TOML: .*line 1/,
  );
});

Deno.test("a name that is given twice is refused with both its lines", () => {
  const twice: readonly (readonly [string, string])[] = [
    [
      "[recording]\nchannels = 1\n# both\nchannels = 2\n",
      "recording.channels is in line 2 and again in line 4",
    ],
    [
      '\ufeff[logging]\r\nlevel = "info"\r\n[logging]\r\nutc = true\r\n',
      "logging is in line 1 and again in line 3",
    ],
    [
      'ffmpeg.input_args = ["-a"]\nffmpeg.input_args = ["-b"]\n',
      "ffmpeg.input_args is in line 1 and again in line 2",
    ],
    [
      "recording = { channels = 1, channels = 2 }\n",
      "recording.channels is in line 1 and again in line 1",
    ],
    [
      "recording = { channels = 1 }\n[recording]\n",
      "recording is in line 1 and again in line 2",
    ],
  ];
  for (const [text, expected] of twice) {
    assertStringIncludes(
      refusal({}, machine({ [HOME_CONF]: text })),
      `it is not TOML: ${expected};`,
    );
  }
});

Deno.test("bytes that are no text, a folder and an unreadable file are refused", () => {
  const junk = new Uint8Array([0xff, 0xfe, 0x00, 0x80]);
  assertStringIncludes(refusal({}, machine({ [HOME_CONF]: junk })), "UTF-8");
  const denied = new Deno.errors.PermissionDenied("denied");
  assertStringIncludes(
    refusal({}, machine({ [HOME_CONF]: denied })),
    "permission was denied",
  );
  const folder = new Error("Is a directory (os error 21)");
  assertStringIncludes(
    refusal({}, machine({ [HOME_CONF]: folder })),
    "a folder",
  );
});

Deno.test("a wrong flag is named with its value and what was expected", () => {
  assertEquals(
    refusal({ format: "mp3" }),
    "Cannot use --format mp3; expected one of flac, wav, opus",
  );
});

Deno.test("a session id that could lead out of the output folder is refused", () => {
  for (const id of ["../x", "a/b", ".hidden", "", "a b", "x".repeat(101)]) {
    refusal({ "session-id": id });
  }
});

Deno.test("the word for the newest session is no name of one", () => {
  assertMatch(
    refusal({ "session-id": "latest" }),
    /--session-id latest; expected .* and not latest, which means the newest/,
  );
});

Deno.test("settings that do not go together are refused", () => {
  assertStringIncludes(
    refusal({ format: "opus", "sample-rate": "44100" }),
    "opus at 44100 Hz",
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
