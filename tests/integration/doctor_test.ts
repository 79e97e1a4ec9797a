import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { processStart } from "../../src/platform/processes.ts";
import { fakeFfmpeg } from "../faults/support.ts";
import {
  echolog,
  onlySession,
  startEcholog,
  type StartOptions,
} from "../support/echolog.ts";
import { smallDisk } from "../support/small_disk.ts";
import { SoundServer } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

/** Runs the doctor and gives its lines by the name of the check. */
async function examine(args: readonly string[], options: StartOptions) {
  const finished = await echolog(["doctor", ...args], options);
  const lines = finished.stdout.trimEnd().split("\n");
  const line = (name: string) =>
    lines.find((line) => line.slice(9, 18).trimEnd() === name) ?? "";
  return { ...finished, lines, line };
}

const ALL = ["config", "ffmpeg", "device", "output", "state", "sessions"];

Deno.test("doctor: reports every check as ok, suggests the next command and leaves nothing behind", async () => {
  using home = tempFolder();
  const args = ["--device", "test", "--format", "opus"];
  const { code, stderr, lines } = await examine(args, { home: home.path });
  assertEquals({ code, stderr }, { code: 0, stderr: "" }, lines.join("\n"));
  assertEquals(
    lines.slice(0, -1).map((line) => line.slice(0, 18)),
    [...ALL, "cron"].map((name) => `ok       ${name.padEnd(9)}`),
  );
  assertMatch(lines[1] ?? "", /^ok {7}ffmpeg {3}\d\S* at \/\S+ffmpeg$/);
  assertMatch(
    lines[2] ?? "",
    /test: 5\d\d ms captured, peak -\d\d\.\d dBFS$/,
  );
  assertEquals(
    lines.at(-1),
    "Next: echolog record --device test --format opus",
  );
  assertEquals([...Deno.readDirSync(home.path)], []);
});

Deno.test("doctor: records from a sound server and prints the crontab line that it needs", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  server.playNumbers(20);
  await server.waitForSound();
  const env = server.clientEnv;
  const { code, line, lines } = await examine(
    ["--device", "pulse:loop.monitor"],
    { home: home.path, env },
  );
  assertEquals(code, 0, lines.join("\n"));
  assertMatch(
    line("device"),
    /^ok .*pulse:loop\.monitor: 5\d\d ms captured, peak -?\d+\.\d dBFS$/,
  );
  const advice = "add this line at the top of the crontab: ";
  assertMatch(line("cron"), /^warning /);
  assertStringIncludes(
    line("cron"),
    `${advice}XDG_RUNTIME_DIR=${env.XDG_RUNTIME_DIR}`,
  );

  // The default device is the server's only as long as it is found.
  const byAddress = await examine([], {
    home: home.path,
    env: { PULSE_SERVER: env.PULSE_SERVER ?? "", XDG_RUNTIME_DIR: "" },
  });
  assertMatch(byAddress.line("device"), /^ok .*pulse:default: /);
  assertEquals(
    byAddress.lines.at(-1),
    `Next: ${advice}PULSE_SERVER=${env.PULSE_SERVER}`,
  );
});

Deno.test("doctor: warns about a device that gives digital silence and exits 0", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  const { code, line } = await examine(["--device", "pulse:loop.monitor"], {
    home: home.path,
    env: server.clientEnv,
  });
  assertEquals(code, 0);
  assertMatch(line("device"), /^warning .*all of it digital silence; check/);
});

Deno.test("doctor: reports a killed sound server as the cause of a failed device and continues its checks", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  await server.pullThePlug();
  const { code, line, lines } = await examine(
    ["--device", "pulse:loop.monitor"],
    { home: home.path, env: server.clientEnv },
  );
  assertEquals(code, 1);
  assertMatch(
    line("device"),
    // Since ffmpeg 7 the line does not name the source.
    /^failed .*no sound server answers.*: (loop\.monitor|Error opening input): /,
  );
  assertMatch(line("output"), /^ok /);
  // With the server all its sources are gone, so a list of them would not help.
  assertMatch(lines.at(-1) ?? "", /^Next: start the sound server, .*XDG_/);
});

Deno.test("doctor: masks passwords in its output", async () => {
  using home = tempFolder();
  const device = "rtsp://bob:hunter2@127.0.0.1:9/x?token=s3same";
  for (const json of [[], ["--json"]]) {
    const { code, stdout, stderr } = await echolog(
      ["doctor", "--device", device, ...json],
      { home: home.path },
    );
    assertEquals(code, 1);
    assertStringIncludes(stdout, "Connection refused");
    assertStringIncludes(stdout, "rtsp://***@127.0.0.1:9/x");
    assertEquals(/hunter2|s3same/.test(stdout + stderr), false, stdout);
  }
  const config = join(home.path, "echolog.conf");
  Deno.writeTextFileSync(
    config,
    `[recording]\ndevice = "${device}"\nchanels = 1\n`,
  );
  const bad = ["--config", config, "--device", device, "--channels", "9"];
  const { stdout, stderr } = await echolog(["doctor", ...bad], {
    home: home.path,
  });
  assertEquals(/hunter2|s3same/.test(stdout + stderr), false, stdout);
});

Deno.test("doctor: masks secrets in the command that it suggests", async () => {
  using home = tempFolder();
  const path = join(home.path, "tone.wav?token=s3same");
  await new Deno.Command("ffmpeg", {
    args: [
      ...["-v", "error", "-f", "lavfi", "-i", "sine=duration=2"],
      ...["-f", "wav", `file:${path}`],
    ],
  }).output();
  const { code, stdout, lines } = await examine(
    ["--device", `file://${path}`, "--output-dir", home.path],
    { home: home.path },
  );
  assertEquals(code, 0, stdout);
  assertMatch(
    lines.at(-1) ?? "",
    /^Next: echolog record --device .*token=\*\*\*/,
  );
  assertEquals(stdout.includes("s3same"), false, stdout);
});

Deno.test("doctor: reports an invalid configuration and continues with the defaults", async () => {
  using home = tempFolder();
  const config = join(home.path, "echolog.conf");
  Deno.writeTextFileSync(config, "[recording]\nformat = 'ogg'\n");
  const { code, line, lines } = await examine(
    ["--config", config, "--device", "test"],
    { home: home.path },
  );
  assertEquals(code, 1);
  assertMatch(line("config"), /^failed .*format = "ogg".*echolog\.conf/);
  assertMatch(line("device"), /^ok /);
  assertEquals(
    lines.at(-1),
    "Next: fix the configuration, or name another with --config",
  );
});

Deno.test("doctor: fails and explains how to install ffmpeg when it is missing", async () => {
  using home = tempFolder();
  const { code, line, lines } = await examine(["--ffmpeg", "/no/ffmpeg"], {
    home: home.path,
  });
  assertEquals(code, 1);
  assertMatch(
    line("ffmpeg"),
    /^failed .*\/no\/ffmpeg is not an executable file/,
  );
  assertMatch(line("output"), /^ok /);
  assertMatch(lines.at(-1) ?? "", /^Next: install it /);
});

Deno.test("doctor: fails when the output folder is read-only or full", async () => {
  using home = tempFolder();
  for (const [name, options] of [["ro", "size=1m,ro"], ["full", "size=64k"]]) {
    const disk = join(home.path, name ?? "");
    await using mount = await smallDisk(disk, options ?? "");
    if (mount === null) return;
    const { code, line } = await examine(
      ["--device", "test", "--output-dir", join(disk, "new")],
      { home: home.path },
    );
    assertEquals(code, 1);
    assertMatch(line("output"), /^failed .*(Read-only file system|is full)/);
    assertEquals([...Deno.readDirSync(disk)], []);
  }
});

Deno.test("doctor: fails when the disk has room for less than a chunk", async () => {
  using home = tempFolder();
  const disk = join(home.path, "small");
  await using mount = await smallDisk(disk, "size=2m");
  if (mount === null) return;
  const { code, line } = await examine(
    ["--device", "test", "--output-dir", disk],
    { home: home.path },
  );
  assertEquals(code, 1);
  assertMatch(line("device"), /^ok /);
  assertMatch(line("output"), /^failed .*no room for a chunk of 5 min: /);
  assertEquals([...Deno.readDirSync(disk)], []);
});

for (
  const [what, script, reason] of [
    [
      "may not write there",
      `case $* in
         *segment*) for last; do :; done
           echo "[error] $last: Permission denied" >&2; exit 1 ;;
         *) exec "$FFMPEG" "$@" ;;
       esac`,
      "Permission denied",
    ],
    [
      "runs as another user",
      `case $* in
         *segment*) exec setpriv --reuid 65534 --regid 65534 --clear-groups "$FFMPEG" "$@" ;;
         *) exec "$FFMPEG" "$@" ;;
       esac`,
      "Failed to open segment",
    ],
    [
      "writes elsewhere",
      `case $* in
         *segment*) exec "$FFMPEG" -v error -progress pipe:1 -f lavfi -i sine=d=0.5 -f null - ;;
         *) exec "$FFMPEG" "$@" ;;
       esac`,
      "it wrote no file",
    ],
  ] as const
) {
  Deno.test(`doctor: fails when ffmpeg ${what}`, async () => {
    using home = tempFolder();
    const recordings = join(home.path, "new", "recordings");
    const ffmpeg = await fakeFfmpeg(
      home.path,
      script,
    );
    const { code, line, lines } = await examine(
      ["--device", "test", "--ffmpeg", ffmpeg, "--output-dir", recordings],
      { home: home.path },
    );
    assertEquals(code, 1, lines.join("\n"));
    assertMatch(line("device"), /^ok .* captured/);
    assertMatch(line("output"), /^failed .*ffmpeg cannot write in /);
    assertStringIncludes(line("output"), reason);
    assertMatch(lines.at(-1) ?? "", /^Next: let ffmpeg write there/);
    // The folders of the trial are gone, and so are those made for it.
    const left = [...Deno.readDirSync(home.path)].map(({ name }) => name);
    assertEquals(left.includes("new"), false);
  });
}

Deno.test("doctor: does not send users to a list without devices, and names the way out once", async () => {
  using home = tempFolder();
  const ffmpeg = await fakeFfmpeg(
    home.path,
    `case $* in
       *-sources*) exit 0 ;;
       *) exec "$FFMPEG" "$@" ;;
     esac`,
  );
  const args = ["--device", "alsa:hw:99", "--ffmpeg", ffmpeg];
  const { code, stdout, lines } = await examine(args, { home: home.path });
  assertEquals(code, 1);
  assertEquals(stdout.includes("echolog devices"), false, stdout);
  const [, next = ""] = /^Next: (.*)$/.exec(lines.at(-1) ?? "") ?? [];
  assertMatch(next, /^start the sound server, .*or try --device test$/);
  assertEquals(stdout.split(next).length, 2, stdout);
});

Deno.test("doctor: does not open a device that is being recorded and warns about a dead session", async () => {
  using home = tempFolder();
  await using running = startEcholog(["record", "--device", "test"], {
    home: home.path,
  });
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("ffmpeg_started");
  const args = ["--device", "test"];
  const busy = await examine(args, { home: home.path });
  assertEquals(busy.code, 0);
  assertMatch(
    busy.line("device"),
    /^ok .*being recorded by session .*session\.log; not opened; check it with echolog status$/,
  );
  assertMatch(busy.line("sessions"), /^ok /);

  const [started] = session.eventsOf("ffmpeg_started");
  assert(started !== undefined);
  running.signal("SIGKILL");
  await running.finished;
  Deno.kill(started.pid, "SIGKILL");
  const { code, line, lines } = await examine(args, { home: home.path });
  assertEquals(code, 0);
  assertMatch(line("device"), /^ok .* captured/);
  assertMatch(line("sessions"), /^warning .*a recorder that died: \d{8}T/);
  assertEquals(lines.at(-1), "Next: run echolog repair");
  assertEquals(session.events().at(-1)?.event === "session_stop", false);
});

Deno.test("doctor: prints every check and the next step as JSON", async () => {
  using home = tempFolder();
  const { code, stdout, stderr } = await echolog(
    ["doctor", "--json", "--device", "alsa:hw:99"],
    { home: home.path },
  );
  assertEquals([code, stderr], [1, ""]);
  const report = JSON.parse(stdout);
  assertEquals(Object.keys(report), ["check_list", "next"]);
  const names = report.check_list.map(({ name }: { name: string }) => name);
  assertEquals(names, [...ALL, "cron"]);
  for (const check of report.check_list) {
    assertEquals(Object.keys(check), ["name", "result", "text", "advice"]);
  }
  assertEquals(report.check_list[2].result, "failed");
  assertEquals(report.next, report.check_list[2].advice);
});

Deno.test("doctor: stops its ffmpeg when it is terminated", async () => {
  using home = tempFolder();
  const ffmpeg = await fakeFfmpeg(
    home.path,
    `case $* in
       *progress*) echo $$ >"$HOME_DIR/pid"; exec sleep 1000 ;;
       *) exec "$FFMPEG" "$@" ;;
     esac`,
  );
  await using running = startEcholog(
    ["doctor", "--device", "test", "--ffmpeg", ffmpeg],
    { home: home.path },
  );
  const pid = await waitFor("ffmpeg", () => {
    try {
      return Number(Deno.readTextFileSync(`${home.path}/pid`)) || null;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  });
  assert(processStart(pid) !== null);
  running.signal("SIGTERM");
  assertEquals((await running.finished).code, 128 + 15);
  await waitFor("ffmpeg to end", () => processStart(pid) === null || null);
});

Deno.test("doctor: rejects an invalid flag as a usage error", async () => {
  using home = tempFolder();
  const { code, stdout, stderr } = await echolog(
    ["doctor", "--channels", "0"],
    { home: home.path },
  );
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /^echolog: Cannot use --channels 0; [^\n]+\n$/);
});
