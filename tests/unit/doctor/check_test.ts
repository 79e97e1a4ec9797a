import { assertEquals } from "@std/assert";
import { renderCheck } from "../../../src/cli/commands/doctor.ts";
import { failed, firstFix, ok, warning } from "../../../src/doctor/check.ts";
import { PLAIN } from "../../../src/terminal/style.ts";

Deno.test("firstFix: prefers the fix of the first failure to the advice of a warning", () => {
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

Deno.test("renderCheck: prints state, name, finding and advice on one line", () => {
  assertEquals(
    renderCheck(ok("ffmpeg", "5.1.9 at /usr/bin/ffmpeg"), PLAIN, Infinity),
    "ok       ffmpeg   5.1.9 at /usr/bin/ffmpeg",
  );
  assertEquals(
    renderCheck(warning("cron", "no server", "add a line"), PLAIN, Infinity),
    "warning  cron     no server; add a line",
  );
});

Deno.test("renderCheck: breaks lines between words and indents the rest", () => {
  const check = warning("cron", "it has no sound server", "add the line A=b");
  assertEquals(renderCheck(check, PLAIN, 40).split("\n"), [
    "warning  cron     it has no sound",
    "                  server; add the line",
    "                  A=b",
  ]);
});
