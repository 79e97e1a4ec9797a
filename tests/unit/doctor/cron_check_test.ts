import { assertEquals } from "@std/assert";
import {
  cronEnvironment,
  crontabLines,
} from "../../../src/doctor/cron_check.ts";
import { check } from "../../support/cron_check.ts";

Deno.test("cronEnvironment: returns the four variables that cron sets", () => {
  assertEquals(cronEnvironment({ home: "/home/ann", user: "ann" }), {
    HOME: "/home/ann",
    LOGNAME: "ann",
    SHELL: "/bin/sh",
    PATH: "/usr/bin:/bin",
  });
});

Deno.test("crontabLines: returns the variables that lead to the sound server", () => {
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

Deno.test("checkCron: skips the trial of a device without a sound server", async () => {
  const ffmpeg = "/no/such/ffmpeg";
  assertEquals((await check({ ffmpeg, device: "alsa:hw:0" })).state, "ok");
});

Deno.test("checkCron: warns when cron would not find ffmpeg and suggests the setting", async () => {
  const { state, text, next } = await check({
    ffmpeg: "/opt/own/ffmpeg",
    device: "test",
    isExecutable: (path) => path === "/opt/own/ffmpeg",
  });
  assertEquals([state, text, next], [
    "warning",
    "cron would not find ffmpeg",
    'set ffmpeg.path = "/opt/own/ffmpeg" in the configuration',
  ]);
});

Deno.test("checkCron: warns when only a variable names the configuration and suggests the line", async () => {
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
