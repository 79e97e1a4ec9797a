import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  installEcholog,
  installTell,
  installUnits,
  toldIn,
} from "../support/installed.ts";
import { tempFolder } from "../support/temp.ts";
import { startUserManager } from "../support/user_manager.ts";
import { waitFor } from "../support/wait.ts";

/** A home folder with echolog and its units installed, as the README says. */
function installedHome() {
  const folder = tempFolder();
  const at = (...parts: string[]) => join(folder.path, ...parts);
  installEcholog(folder.path);
  // The one difference from the installed unit: half a minute is too long to wait.
  installUnits(folder.path, "RestartSec=100ms");
  installTell(folder.path);
  Deno.writeTextFileSync(
    at(".config", "echolog", "echolog.conf"),
    '[recording]\ndevice = "test"\nsegment_duration = "1s"\n',
  );
  Deno.writeTextFileSync(
    at(".config", "echolog", "hall.conf"),
    "[recording]\nchannels = 99\n",
  );
  return folder;
}

/** The log of each session, oldest first. */
function logs(home: string): string[] {
  const folder = join(home, "recordings");
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort()
      .map((name) => Deno.readTextFileSync(join(folder, name, "session.log")));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

const lastLine = (log?: string) => log?.trimEnd().split("\n").at(-1) ?? "";

Deno.test("systemd: restarts a killed recorder, stops it cleanly and does not retry an invalid configuration", async () => {
  using home = installedHome();
  const started = await startUserManager(home.path);
  if (typeof started === "string") {
    console.log(`skipped: ${started}`);
    return;
  }
  await using manager = started;
  const hasChunk = (log?: string) => log?.includes(" chunk_created ") ?? false;

  await manager.systemctl("start", "echolog");
  await waitFor(
    "a chunk",
    () => hasChunk(logs(home.path)[0]) ? true : null,
  );
  const pid = Number(await manager.property("echolog", "MainPID"));
  Deno.kill(pid, "SIGKILL");
  await waitFor(
    "a chunk of a second session",
    () => hasChunk(logs(home.path)[1]) ? true : null,
  );
  assertEquals(await manager.property("echolog", "NRestarts"), "1");
  assertMatch(lastLine(logs(home.path)[0]), / session_stop reason=crashed /);

  await manager.systemctl("stop", "echolog");
  assertMatch(lastLine(logs(home.path)[1]), / session_stop reason=terminated /);
  assertEquals(await manager.property("echolog", "Result"), "success");

  await manager.systemctl("start", "echolog@hall");
  await waitFor("the end of a service with a wrong configuration", async () => {
    const state = await manager.property("echolog@hall", "ActiveState");
    return state === "failed" ? true : null;
  });
  const ended = ["ExecMainStatus", "NRestarts"]
    .map((name) => manager.property("echolog@hall", name));
  assertEquals(await Promise.all(ended), ["2", "0"]);
});

Deno.test("systemd: reports readiness and state, failures, and a check that fails once", async () => {
  using home = installedHome();
  const config = join(home.path, ".config", "echolog", "echolog.conf");
  Deno.writeTextFileSync(
    config,
    `${
      Deno.readTextFileSync(config)
    }[notify]\ncommand = ["~/.config/echolog/tell"]\n`,
  );
  const started = await startUserManager(home.path);
  if (typeof started === "string") {
    console.log(`skipped: ${started}`);
    return;
  }
  await using manager = started;
  // It returns when the session has started.
  await manager.systemctl("start", "echolog");
  assertEquals(await manager.property("echolog", "ActiveState"), "active");
  assertMatch(logs(home.path)[0] ?? "", / session_start /);
  await waitFor("the state in words", async () => {
    const text = await manager.property("echolog", "StatusText");
    return /^Recording test, session \d{8}T\d{6}Z$/.test(text) ? true : null;
  });
  await waitFor(
    "the first message",
    () => /started/.test(toldIn(home.path)) || null,
  );
  await manager.systemctl("start", "echolog-check");
  assertEquals(await manager.property("echolog-check", "Result"), "success");

  // Its recorder is killed, and the service ended: the repair sends the message.
  const pid = Number(await manager.property("echolog", "MainPID"));
  Deno.writeTextFileSync(
    join(home.path, ".config/systemd/user/echolog.service.d/test.conf"),
    "[Service]\nRestart=no\n",
  );
  await manager.systemctl("daemon-reload");
  Deno.kill(pid, "SIGKILL");
  await waitFor(
    "the message about the service",
    () => toldIn(home.path).includes("failed: echolog.service failed") || null,
  );
  await manager.systemctl("start", "echolog-repair");
  assertEquals(await manager.property("echolog-repair", "Result"), "success");
  await waitFor(
    "the message about the crash",
    () => /^crashed: The recorder was killed/m.test(toldIn(home.path)) || null,
  );

  // No recorder: the check fails once.
  await manager.systemctl("start", "echolog-check");
  assertEquals(await manager.property("echolog-check", "Result"), "exit-code");
  await waitFor(
    "the message about the check",
    () =>
      toldIn(home.path).includes("failed: echolog-check.service failed") ||
      null,
  );
  await manager.systemctl("start", "echolog-check");
  assertEquals(await manager.property("echolog-check", "Result"), "success");
  const checks = toldIn(home.path).match(/failed: echolog-check/g) ?? [];
  assertEquals(checks.length, 1);

  await manager.systemctl("start", "echolog@hall");
  await waitFor(
    "the message about a wrong configuration",
    () =>
      toldIn(home.path).includes("failed: echolog@hall.service failed") ||
      null,
  );
  // The text of a message comes before its JSON.
  const events = await waitFor("the last message", () => {
    const lines = toldIn(home.path).split("\n").slice(0, -1)
      .filter((line) => line.startsWith("{"));
    return lines.length < 5
      ? null
      : lines.map((line) => JSON.parse(line).event);
  });
  assertEquals(events.toSorted(), [
    ...["crashed", "failed", "failed", "failed", "started"],
  ]);
});
