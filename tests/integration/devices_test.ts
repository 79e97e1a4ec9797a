import { assertEquals, assertMatch } from "@std/assert";
import { deviceQueries } from "../../src/ffmpeg/devices/queries.ts";
import { findDevices } from "../../src/ffmpeg/devices/list.ts";
import { processStart } from "../../src/platform/processes.ts";
import { fakeFfmpeg } from "../faults/support.ts";
import { echolog } from "../support/echolog.ts";
import { SoundServer } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

Deno.test("devices: lists the sources of a sound server in --device syntax and test last", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  const { code, stdout, stderr } = await echolog(["devices"], {
    home: home.path,
    env: server.clientEnv,
  });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  assertMatch(
    lines[0] ?? "",
    /^pulse:loop\.monitor +Monitor of Null Output \(default\)$/,
  );
  assertMatch(lines.at(-1) ?? "", /^test +a 440 Hz tone/);
});

Deno.test("devices: prints each device, its description and whether it is the default as JSON", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  const { code, stdout } = await echolog(["devices", "--json"], {
    home: home.path,
    env: server.clientEnv,
  });
  assertEquals(code, 0);
  const listed = JSON.parse(stdout);
  assertEquals(listed[0], {
    device: "pulse:loop.monitor",
    description: "Monitor of Null Output",
    default: true,
  });
  for (const entry of listed) {
    assertEquals(Object.keys(entry), ["device", "description", "default"]);
  }
  assertEquals(listed.at(-1).device, "test");
});

Deno.test("devices: exits 0 and reports a sound server that does not answer", async () => {
  using home = tempFolder();
  const { code, stdout, stderr } = await echolog(["devices"], {
    home: home.path,
    env: { PULSE_SERVER: `unix:${home.path}/nowhere` },
  });
  assertEquals(code, 0);
  assertMatch(stdout, /^test +a 440 Hz tone[^\n]*\n$/m);
  assertMatch(stderr, /^echolog: pulse does not answer: [^\n]+$/m);
  const hasCard = /^alsa:/m.test(stdout);
  if (!hasCard) assertMatch(stderr, /^echolog: no capture device was found: /m);
});

Deno.test("devices: reports an ffmpeg that crashed on one kind and lists the others", async () => {
  using home = tempFolder();
  const ends = [
    ["kill -SEGV $$", "SIGSEGV"],
    ["echo 'no hint' >&2; exit 139", "exit code 139"],
  ] as const;
  for (const [end, how] of ends) {
    const ffmpeg = await fakeFfmpeg(
      home.path,
      `case "$*" in *alsa*) ${end} ;; esac\nexec "$FFMPEG" "$@"`,
    );
    const { code, stdout, stderr } = await echolog(
      ["devices", "--ffmpeg", ffmpeg],
      { home: home.path },
    );
    assertEquals(code, 0);
    assertMatch(stdout, /^test /m);
    assertMatch(
      stderr,
      new RegExp(
        `^echolog: alsa cannot be listed: ffmpeg crashed \\(${how}\\)`,
        "m",
      ),
    );
  }
});

Deno.test("devices: exits 69 and explains how to install ffmpeg when it is missing", async () => {
  using home = tempFolder();
  const { code, stdout, stderr } = await echolog(
    ["devices", "--ffmpeg", "/no/ffmpeg"],
    { home: home.path },
  );
  assertEquals({ code, stdout }, { code: 69, stdout: "" });
  assertMatch(
    stderr,
    /^echolog: Cannot find ffmpeg: \/no\/ffmpeg is not an executable file; install it [^\n]+\n$/,
  );
});

Deno.test("devices: exits 69 with ffmpeg's message when ffmpeg does not work", async () => {
  using home = tempFolder();
  const ffmpeg = `${home.path}/ffmpeg`;
  const script = "#!/bin/sh\necho missing.so >&2\nexit 127\n";
  Deno.writeTextFileSync(ffmpeg, script, { mode: 0o755 });
  const { code, stdout, stderr } = await echolog(
    ["devices", "--ffmpeg", ffmpeg],
    { home: home.path },
  );
  assertEquals({ code, stdout }, { code: 69, stdout: "" });
  assertMatch(
    stderr,
    /^echolog: Cannot run [^\n]+: it ended with exit code 127: missing\.so; install it /,
  );
});

Deno.test("devices: uses the ffmpeg of the configuration", async () => {
  using home = tempFolder();
  const ffmpeg = await fakeFfmpeg(
    home.path,
    `echo "Auto-detected sources for $3:"
     [ "$3" = pulse ] && echo '* desk [A desk] (none)'`,
  );
  const config = `${home.path}/echolog.conf`;
  Deno.writeTextFileSync(config, `[ffmpeg]\npath = "${ffmpeg}"\n`);
  const { stdout, stderr } = await echolog(["devices", "--config", config], {
    home: home.path,
  });
  assertMatch(stdout, /^pulse:desk +A desk \(default\)$/m);
  assertEquals(stderr, "");
});

Deno.test("devices: ends an ffmpeg that hangs, with its child process, and continues with the next system", async () => {
  using home = tempFolder();
  const ffmpeg = await fakeFfmpeg(
    home.path,
    `if [ "$3" = pulse ]; then sleep 1000 & echo $! >"$HOME_DIR/pid"; wait; fi
     echo "Auto-detected sources for $3:"
     echo '* default [A card] (none)'`,
  );
  const found = await findDevices(ffmpeg, deviceQueries("linux"), 5_000);
  assertEquals(found, {
    devices: [{
      device: "alsa:default",
      description: "A card",
      default: true,
    }],
    troubles: ["pulse does not answer: ffmpeg was stopped after 5 s"],
  });
  const pid = Number(Deno.readTextFileSync(`${home.path}/pid`));
  await waitFor("its child to end", () => processStart(pid) === null || null);
});

Deno.test("devices: says in its help that JACK is not listed", async () => {
  using home = tempFolder();
  const { stdout } = await echolog(["devices", "--help"], { home: home.path });
  assertMatch(stdout, /JACK are not listed: --device jack:NAME/);
});
