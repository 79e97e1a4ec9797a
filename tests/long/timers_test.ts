// The timers of scripts/systemd, as they are: a recorder that died is repaired,
// and one that hangs is reported.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  installEcholog,
  installTell,
  installUnits,
  toldIn,
} from "../support/installed.ts";
import { sessionsIn } from "../support/rollover.ts";
import { tempFolder } from "../support/temp.ts";
import { startUserManager } from "../support/user_manager.ts";
import { waitFor } from "../support/wait.ts";

/** The names of the events that were sent. */
function events(home: string): string[] {
  return toldIn(home).split("\n")
    .flatMap((line) => /^([a-z_]+): /.exec(line)?.[1] ?? []);
}

/** Records as a service that is not restarted, with a timer. */
async function recordWith(timer: string) {
  const stack = new AsyncDisposableStack();
  const home = stack.use(tempFolder()).path;
  installEcholog(home);
  installUnits(home, "Restart=no");
  installTell(home);
  Deno.writeTextFileSync(
    join(home, ".config", "echolog", "echolog.conf"),
    '[recording]\ndevice = "test"\n[notify]\ncommand = ["~/.config/echolog/tell"]\n',
  );
  const manager = await startUserManager(home);
  if (typeof manager === "string") throw new Error(manager);
  stack.use(manager);
  await manager.systemctl("enable", "--now", timer);
  await manager.systemctl("start", "echolog");
  await waitFor("the start", () => events(home).includes("started") || null);
  const pid = Number(await manager.property("echolog", "MainPID"));
  return { stack, home, manager, pid };
}

/** Waits for an event; returns how long that took, in seconds. */
async function waitForEvent(home: string, event: string): Promise<number> {
  const began = performance.now();
  await waitFor(event, () => events(home).includes(event) || null, {
    limit: 400_000,
    context: () => toldIn(home),
  });
  const seconds = (performance.now() - began) / 1000;
  console.log(`${event} came after ${seconds.toFixed(0)} s`);
  return seconds;
}

Deno.test("echolog-repair.timer: a recorder that was killed is reported within five minutes, once", async () => {
  const { stack, home, manager, pid } = await recordWith(
    "echolog-repair.timer",
  );
  await using _stack = stack;
  Deno.kill(pid, "SIGKILL");
  assert(await waitForEvent(home, "crashed") < 5 * 60 + 30);
  const [session] = sessionsIn(join(home, "recordings"));
  assertEquals(session?.events().at(-1)?.event, "session_stop");
  await manager.systemctl("start", "echolog-repair");
  assertEquals(await manager.property("echolog-repair", "Result"), "success");
  assertEquals(events(home).sort(), ["crashed", "failed", "started"]);
});

Deno.test("echolog-check.timer: a service that hangs is reported, once", async () => {
  const { stack, home, manager } = await recordWith("echolog-check.timer");
  await using _stack = stack;
  const [session] = sessionsIn(join(home, "recordings"));
  await session?.waitForEvent("ffmpeg_started");
  // The timer counts from its last check, and without one from the login.
  await manager.systemctl("start", "echolog-check");
  // Its ffmpeg, too: without it, audio would still be recorded.
  await manager.systemctl("kill", "--signal=STOP", "echolog");
  try {
    // A minute without audio, a minute between two checks, and what they take.
    assert(await waitForEvent(home, "failed") < 150);
    const end = Date.now() + 70_000;
    await waitFor("another check", () => Date.now() > end || null, {
      limit: 80_000,
    });
    assertEquals(events(home), ["started", "failed"]);
  } finally {
    await manager.systemctl("kill", "--signal=CONT", "echolog");
  }
});
