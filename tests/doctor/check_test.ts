import { assertEquals } from "@std/assert";
import { renderCheck } from "../../src/commands/doctor.ts";
import { failed, firstFix, ok, warning } from "../../src/doctor/check.ts";
import { PLAIN } from "../../src/ui/style.ts";

Deno.test("what mends the first failure comes before what a warning advises", () => {
  const checks = [
    ok("config", "fine"),
    warning("device", "silent", "unmute it"),
    failed("ffmpeg", "unknown", null),
    failed("output", "full", "make room"),
    failed("state", "gone", "look there"),
  ];
  assertEquals(firstFix(checks), "make room");
  assertEquals(firstFix(checks.slice(0, 3)), "unmute it");
  assertEquals(firstFix(checks.slice(0, 1)), null);
});

Deno.test("a check is one line: how it ended, what it is, what was found, what to do", () => {
  assertEquals(
    renderCheck(ok("ffmpeg", "5.1.9 at /usr/bin/ffmpeg"), PLAIN),
    "ok       ffmpeg   5.1.9 at /usr/bin/ffmpeg",
  );
  assertEquals(
    renderCheck(warning("cron", "no server", "add a line"), PLAIN),
    "warning  cron     no server; add a line",
  );
});
