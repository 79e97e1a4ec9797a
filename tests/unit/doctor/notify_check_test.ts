import { assertEquals, assertMatch } from "@std/assert";
import { checkNotify } from "../../../src/doctor/notify_check.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { TimeFormat } from "../../../src/times/shown.ts";

/** What the check says of a command. */
async function said(
  command: readonly string[],
  isTried = false,
): Promise<string> {
  const check = await checkNotify({
    settings: { notifyCommand: command, notifyTimeout: 5 },
    device: "test",
    isTried,
    isProgram: (name) => name === "/bin/tell",
    machine: "studio",
    times: TimeFormat.utc,
    redact: (text) => text,
    clock: systemClock,
  });
  return check === null ? "" : `${check.state}: ${check.text}`;
}

Deno.test("checkNotify: names the program, and never its arguments", async () => {
  assertEquals(await said([]), "");
  assertEquals(
    await said(["/bin/tell", "s3cret"]),
    "ok: /bin/tell; echolog doctor --notify tries it",
  );
  assertMatch(
    await said(["/bin/missing", "s3cret"]),
    /^warning: \/bin\/missing is not a program that can be run: no notif/,
  );
});

Deno.test("checkNotify: fails without a command to try", async () => {
  assertEquals(await said([], true), "failed: no command is set");
});
