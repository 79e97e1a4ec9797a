import { assertEquals } from "@std/assert";
import { loadSettings } from "../../src/config/load.ts";
import {
  checkCron,
  cronEnvironment,
  type CronMachine,
  crontabLines,
} from "../../src/doctor/cron_check.ts";
import { parseDevice } from "../../src/ffmpeg/devices.ts";
import { fakeFfmpeg } from "../faults/support.ts";
import { tempFolder } from "../support/temp.ts";

/** An ffmpeg that reaches the sound server only by a variable of this value. */
function ffmpegThatNeeds(home: string, variable: string): Promise<string> {
  const [name, value] = variable.split("=");
  return fakeFfmpeg(
    home,
    `[ "$${name}" = '${value}' ] || { echo '[error] no server' >&2; exit 1; }
     echo out_time_us=500000`,
  );
}

interface Case {
  readonly ffmpeg: string;
  readonly device: string;
  readonly isDeviceSet?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: string;
  readonly isConfigNamed?: boolean;
  readonly isProgram?: (path: string) => boolean;
}

function check(given: Case) {
  const env = (name: string) => given.env?.[name];
  const machine: CronMachine = {
    os: "linux",
    env,
    home: "/home/ann",
    user: "ann",
    uid: 1000,
    exists: () => false,
    isProgram: given.isProgram ?? (() => true),
  };
  const flags = given.isDeviceSet === false
    ? new Map<string, string>()
    : new Map([["device", given.device]]);
  const loaded = loadSettings({
    flags,
    ...(given.config === undefined ? {} : { configPath: given.config }),
  }, {
    ...machine,
    cwd: "/",
    readFile(path) {
      if (given.config === undefined) throw new Deno.errors.NotFound(path);
      return new Uint8Array();
    },
  });
  const device = parseDevice(given.device);
  if (device === null) throw new Error("It is a device");
  return checkCron({
    loaded,
    isConfigNamed: given.isConfigNamed ?? false,
    tried: { spec: given.device, trial: { ...loaded.settings, device } },
    ffmpeg: given.ffmpeg,
    machine,
  });
}

Deno.test("cron gives four variables", () => {
  assertEquals(cronEnvironment({ home: "/home/ann", user: "ann" }), {
    HOME: "/home/ann",
    LOGNAME: "ann",
    SHELL: "/bin/sh",
    PATH: "/usr/bin:/bin",
  });
});

Deno.test("lines for a crontab come from what leads to the server here", () => {
  const env: Record<string, string> = {
    PULSE_SERVER: "unix:/p",
    XDG_RUNTIME_DIR: "/run/user/1000",
  };
  assertEquals(crontabLines((name) => env[name]), [
    "XDG_RUNTIME_DIR=/run/user/1000",
    "PULSE_SERVER=unix:/p",
  ]);
  assertEquals(crontabLines(() => undefined), []);
});

Deno.test("the line that is advised is one with which the device works", async () => {
  using home = tempFolder();
  const env = { XDG_RUNTIME_DIR: "/run/u", PULSE_SERVER: "unix:/p" };
  for (const line of ["XDG_RUNTIME_DIR=/run/u", "PULSE_SERVER=unix:/p"]) {
    const ffmpeg = await ffmpegThatNeeds(home.path, line);
    assertEquals(await check({ ffmpeg, device: "pulse:mic", env }), {
      name: "cron",
      state: "warning",
      text: "cron would not reach the sound server for pulse:mic",
      next: `add this line at the top of the crontab: ${line}`,
    });
  }
});

Deno.test("a device that no line helps is a warning without a line", async () => {
  using home = tempFolder();
  const ffmpeg = await ffmpegThatNeeds(home.path, "OTHER=1");
  const { state, text, next } = await check({ ffmpeg, device: "pulse:mic" });
  assertEquals([state, text], [
    "warning",
    "pulse:mic works here, but not with cron's environment",
  ]);
  assertEquals(
    next,
    "start echolog from a service of this user instead of cron",
  );
});

Deno.test("a device that works with cron's environment is well", async () => {
  using home = tempFolder();
  const ffmpeg = await ffmpegThatNeeds(home.path, "LOGNAME=ann");
  assertEquals((await check({ ffmpeg, device: "pulse:mic" })).state, "ok");
});

Deno.test("a default that cron would take for another device is a warning with the line", async () => {
  using home = tempFolder();
  const ffmpeg = await ffmpegThatNeeds(home.path, "LOGNAME=ann");
  const { state, next } = await check({
    ffmpeg,
    device: "pulse:default",
    isDeviceSet: false,
    env: { PULSE_SERVER: "unix:/p" },
  });
  assertEquals([state, next], [
    "warning",
    "add this line at the top of the crontab: PULSE_SERVER=unix:/p",
  ]);
});

Deno.test("a device of no sound server is not tried again", async () => {
  const ffmpeg = "/no/such/ffmpeg";
  assertEquals((await check({ ffmpeg, device: "alsa:hw:0" })).state, "ok");
});

Deno.test("an ffmpeg that cron would not find is a warning with the setting", async () => {
  const { state, text, next } = await check({
    ffmpeg: "/opt/own/ffmpeg",
    device: "test",
    isProgram: (path) => path === "/opt/own/ffmpeg",
  });
  assertEquals([state, text, next], [
    "warning",
    "cron would not find ffmpeg",
    'set ffmpeg.path = "/opt/own/ffmpeg" in the configuration',
  ]);
});

Deno.test("a configuration that only a variable names is a warning with the line", async () => {
  const config = "/etc/own.conf";
  const given = { ffmpeg: "/usr/bin/ffmpeg", device: "test", config };
  const { state, next } = await check(given);
  assertEquals([state, next], [
    "warning",
    "add this line at the top of the crontab: ECHOLOG_CONFIG=/etc/own.conf",
  ]);
  const named = await check({ ...given, isConfigNamed: true });
  assertEquals(named.state, "ok");
  const usual = "/home/ann/.config/echolog/echolog.conf";
  assertEquals((await check({ ...given, config: usual })).state, "ok");
});
