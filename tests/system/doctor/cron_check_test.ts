import { assertEquals } from "@std/assert";
import { fakeFfmpeg } from "../../faults/support.ts";
import { tempFolder } from "../../support/temp.ts";
import { check } from "../../support/cron_check.ts";

/** An ffmpeg that reaches the sound server only by a variable of this value. */
function ffmpegThatNeeds(home: string, variable: string): Promise<string> {
  const [name, value] = variable.split("=");
  return fakeFfmpeg(
    home,
    `[ "$${name}" = '${value}' ] || { echo '[error] no server' >&2; exit 1; }
     echo out_time_us=500000`,
  );
}

Deno.test("checkCron: suggests the line that makes the device work", async () => {
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

Deno.test("checkCron: suggests no line when none makes the device work", async () => {
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

Deno.test("checkCron: accepts a device that works with cron's environment", async () => {
  using home = tempFolder();
  const ffmpeg = await ffmpegThatNeeds(home.path, "LOGNAME=ann");
  assertEquals((await check({ ffmpeg, device: "pulse:mic" })).state, "ok");
});

Deno.test("checkCron: warns when cron would use another default device and suggests the line", async () => {
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
