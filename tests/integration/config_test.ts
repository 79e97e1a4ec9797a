import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { renderExample } from "../../src/config/reference.ts";
import { KEYED_SETTINGS } from "../../src/config/keys.ts";
import { echolog, onlySession } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";

/** A user with a home folder, and a configuration where that is given. */
function user(text?: string) {
  const home = tempFolder();
  const path = join(home.path, ".config", "echolog", "echolog.conf");
  if (text !== undefined) {
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeTextFileSync(path, text);
  }
  return {
    home: home.path,
    path,
    run: (args: string[], env: Record<string, string> = {}) =>
      echolog(["config", ...args], { home: home.path, cwd: home.path, env }),
    read: () => Deno.readTextFileSync(path),
    [Symbol.dispose]: () => home[Symbol.dispose](),
  };
}

type User = ReturnType<typeof user>;

async function printed(one: User, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await one.run(args);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return stdout;
}

async function refused(
  one: User,
  args: string[],
  expected: RegExp,
  env: Record<string, string> = {},
) {
  const { code, stdout, stderr } = await one.run(args, env);
  assertEquals({ code, stdout }, { code: 2, stdout: "" }, stderr);
  assertMatch(stderr, /^echolog: [^\n]+\n$/);
  assertMatch(stderr, expected);
}

Deno.test("config set: creates the user's file, which the next recording uses", async () => {
  using ann = user();
  assertEquals(
    await printed(ann, "set", "recording.channels", "1"),
    `Set recording.channels = 1 in ${ann.path}\n`,
  );
  assertEquals(ann.read(), "[recording]\nchannels = 1\n");
  if (Deno.build.os !== "windows") {
    assertEquals((Deno.statSync(ann.path).mode ?? 0) & 0o777, 0o600);
    assertEquals((Deno.statSync(dirname(ann.path)).mode ?? 0) & 0o777, 0o700);
  }
  const { code } = await echolog(
    ["record", "--device", "test", "--duration", "2s"],
    { home: ann.home },
  );
  assertEquals(code, 0);
  const session = await onlySession(join(ann.home, "recordings"));
  const [start] = session.eventsOf("session_start");
  assertStringIncludes(start?.overrides ?? "", "recording.channels=1(file)");
  assertEquals([start?.channels, start?.config], [1, ann.path]);
});

Deno.test("config set: changes or adds a setting and keeps every other byte of the file", async () => {
  const text = "\ufeff# mine\r\n[recording]\r\nchannels  = 2\t# ü";
  using ann = user(text);
  await printed(ann, "set", "recording.channels", "1");
  assertEquals(ann.read(), text.replace("= 2", "= 1"));
  await printed(ann, "set", "recording.segment_duration", "10s");
  await printed(ann, "set", "logging.max_bytes", "5MB");
  await printed(ann, "set", "ffmpeg.input_args", '["-ac","1"]');
  assertEquals(
    ann.read(),
    text.replace("= 2", "= 1") + '\r\nsegment_duration = "10s"' +
      '\r\n\r\n[logging]\r\nmax_bytes = "5MB"' +
      '\r\n\r\n[ffmpeg]\r\ninput_args = ["-ac", "1"]',
  );
});

Deno.test("config set: rejects invalid settings and files and writes nothing", async () => {
  const text = "[recording]\nsample_rate = 44100\n";
  using ann = user(text);
  await refused(ann, ["set", "recording.format", "opus"], /opus at 44100 Hz/);
  await refused(
    ann,
    ["set", "recording.channels", "99"],
    /Cannot set recording\.channels to 99; expected a whole number from 1 to 32/,
  );
  await refused(
    ann,
    ["set", "recording.chanels", "1"],
    /Unknown key recording\.chanels; did you mean recording\.channels\?/,
  );
  await refused(
    ann,
    ["set", "recording.device", "x:y", "--config", ann.home],
    /it is a folder/,
  );
  assertEquals(ann.read(), text);
  Deno.writeTextFileSync(ann.path, "[recording\n");
  await refused(
    ann,
    ["set", "recording.channels", "1"],
    /echolog\.conf: Parse error on line 1.*; change it in an editor/,
  );
  assertEquals(ann.read(), "[recording\n");
  assertEquals([...Deno.readDirSync(dirname(ann.path))].length, 1);
});

Deno.test("config set: fixes an invalid value in the file", async () => {
  using ann = user("[recording]\nchannels = 99 # all\n");
  await refused(ann, ["show"], /channels = 99/);
  await printed(ann, "set", "recording.channels", "2");
  assertEquals(ann.read(), "[recording]\nchannels = 2 # all\n");
});

Deno.test("config: uses the file named by --config or $ECHOLOG_CONFIG, and set creates it", async () => {
  using ann = user();
  const [flag, variable] = [join(ann.home, "a", "flag"), join(ann.home, "var")];
  const env = { ECHOLOG_CONFIG: "~/var" };
  await ann.run(["set", "recording.channels", "3", "--config", "a/flag"], env);
  assertEquals(Deno.readTextFileSync(flag), "[recording]\nchannels = 3\n");
  await ann.run(["set", "recording.channels", "4"], env);
  assertEquals(Deno.readTextFileSync(variable), "[recording]\nchannels = 4\n");
  const get = ["get", "recording.channels"];
  assertEquals((await ann.run(get, env)).stdout, "4\n");
  assertEquals((await ann.run([...get, "--config", flag], env)).stdout, "3\n");
  assertEquals((await ann.run(["path"], env)).stdout, `${variable}\n`);
  assertEquals((await ann.run(get)).stdout, "2\n");
});

Deno.test("config set: follows a symbolic link to the file and keeps the link", async () => {
  if (Deno.build.os === "windows") return;
  using ann = user("");
  const dotfiles = join(ann.home, "dotfile");
  Deno.writeTextFileSync(dotfiles, "# mine\n");
  Deno.removeSync(ann.path);
  Deno.symlinkSync(dotfiles, ann.path);
  await printed(ann, "set", "disk.min_free_bytes", "1GB");
  assertEquals(Deno.readLinkSync(ann.path), dotfiles);
  assertEquals(
    Deno.readTextFileSync(dotfiles),
    '# mine\n\n[disk]\nmin_free_bytes = "1GB"\n',
  );
});

Deno.test("config: reports a file that cannot be written in one line", async () => {
  using ann = user("");
  const below = join(ann.path, "echolog.conf");
  const expected = /Cannot write the configuration .*echolog\.conf: .*--config/;
  const set = ["set", "recording.channels", "1"];
  await refused(ann, [...set, "--config", below], expected);
  await refused(ann, ["init", "--config", below], expected);
  assertEquals(ann.read(), "");
});

Deno.test("config path: prints the file in use, or the one that set would create", async () => {
  using ann = user();
  const { code, stdout, stderr } = await ann.run(["path"]);
  assertEquals([code, stdout], [0, `${ann.path}\n`]);
  assertMatch(stderr, /^echolog: this file does not exist yet[^\n]*\n$/);
  await printed(ann, "init");
  assertEquals(await printed(ann, "path"), `${ann.path}\n`);
  const elsewhere = await ann.run(["path"], { XDG_CONFIG_HOME: "/xdg" });
  assertEquals(elsewhere.stdout, "/xdg/echolog/echolog.conf\n");
});

Deno.test("config init: writes the example and never overwrites a file", async () => {
  using ann = user();
  assertEquals(await printed(ann, "init"), `Wrote ${ann.path}\n`);
  assertEquals(ann.read(), renderExample());
  Deno.writeTextFileSync(ann.path, "# mine\n");
  await refused(ann, ["init"], /echolog\.conf: the file already exists/);
  assertEquals(ann.read(), "# mine\n");
  const other = join(ann.home, "other.conf");
  assertEquals(
    await printed(ann, "init", "--config", other),
    `Wrote ${other}\n`,
  );
  assertEquals(Deno.readTextFileSync(other), renderExample());
});

Deno.test("config show: prints every setting with its source, as TOML with the same values", async () => {
  using ann = user('[recording]\ndevice = "pulse:default"\nchannels = 1\n');
  const text = await printed(ann, "show");
  assertEquals(text.split("\n")[0], `# ${ann.path}`);
  assertMatch(text, /^recording\.device = "pulse:default" +# file$/m);
  assertMatch(text, /^recording\.sample_rate = 48000 +# default$/m);
  assertMatch(text, /^# ffmpeg\.path is not set {2}# default: ffmpeg on PATH/m);
  const copy = join(ann.home, "copy.conf");
  Deno.writeTextFileSync(copy, text);
  const settings = async (...args: string[]) =>
    JSON.parse(await printed(ann, "show", "--json", ...args));
  const shown = await settings();
  const copied = await settings("--config", copy);
  assertEquals(shown.config, ann.path);
  assertEquals(
    Object.keys(shown.settings),
    KEYED_SETTINGS.map(({ key }) => key),
  );
  for (const { key } of KEYED_SETTINGS) {
    assertEquals(copied.settings[key].value, shown.settings[key].value);
  }
  assertEquals(shown.settings["recording.channels"], {
    value: 1,
    source: "file",
  });
  assertEquals(shown.settings["ffmpeg.path"], {
    value: null,
    source: "default",
  });
});

Deno.test("config get: prints only the value, in the syntax of its flag", async () => {
  using ann = user('[ffmpeg]\ninput_args = [ "-ac", "1" ]\n');
  const get = (key: string) => printed(ann, "get", key);
  assertEquals(await get("recording.segment_duration"), "5m\n");
  assertEquals(await get("ffmpeg.input_args"), '["-ac","1"]\n');
  assertEquals(await get("recording.device"), "\n");
  await refused(ann, ["get", "chanels"], /did you mean recording\.channels\?/);
});

Deno.test("config: masks secrets in its output and keeps them in the file", async () => {
  using ann = user(
    '[ffmpeg]\ninput_args = ["-password", "swordfish", "token=abcdef", "title=swordfish"]\n',
  );
  const url = "rtsp://ann:hunter2@cam/1?token=t0psecret";
  const outputs = [
    await printed(ann, "set", "recording.device", url),
    await printed(ann, "show"),
    await printed(ann, "show", "--json"),
    await printed(ann, "get", "recording.device"),
    await printed(ann, "get", "ffmpeg.input_args"),
  ];
  for (const output of outputs) {
    for (const secret of ["hunter2", "t0psecret", "swordfish", "abcdef"]) {
      assertEquals(output.includes(secret), false, output);
    }
    assertStringIncludes(output, "***");
  }
  assertStringIncludes(ann.read(), `device = "${url}"`);
  await refused(ann, ["set", url, "1"], /Unknown key rtsp:\/\/\*\*\*@cam/);
});

Deno.test("config: masks secret arguments without hiding the arguments after them", async () => {
  using ann = user(
    '[ffmpeg]\ninput_args = ["-rtsp_password=AA", "-rw_timeout", "5000000", "-password", "BB", "-headers", "X-Token: CC\\r\\n", "-ac", "1"]\n',
  );
  const expected = [
    ...["-rtsp_password=***", "-rw_timeout", "5000000"],
    ...["-password", "***", "-headers", "X-Token: ***\r\n", "-ac", "1"],
  ];
  const list = (text: string) => JSON.parse(text.replace(/ +# .*/, ""));
  assertEquals(
    list(await printed(ann, "get", "ffmpeg.input_args")),
    expected,
  );
  const shown = /^ffmpeg\.input_args = (.*)$/m.exec(await printed(ann, "show"));
  assertEquals(list(shown?.[1] ?? ""), expected);
  const json = JSON.parse(await printed(ann, "show", "--json"));
  assertEquals(json.settings["ffmpeg.input_args"].value, expected);
});

Deno.test("config: rejects unknown actions and missing or excess operands", async () => {
  using ann = user();
  await refused(ann, [], /needs one of show, path, init, get, set/);
  await refused(
    ann,
    ["shwo"],
    /Unknown config action shwo; did you mean show/,
  );
  await refused(ann, ["get"], /config get needs a KEY/);
  await refused(ann, ["set", "recording.channels"], /set needs a VALUE/);
  await refused(ann, ["path", "x"], /"x": write config path/);
  await refused(ann, ["path", "--json"], /--json with config path/);
  assertEquals([...Deno.readDirSync(ann.home)], []);
});
