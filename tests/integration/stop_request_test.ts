import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { echolog, onlySession, startEcholog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";

const fixture = "without_stop_signal.ts";

Deno.test("stop: asks by a file where no signal can, as on Windows", async () => {
  using home = tempFolder();
  const at = { home: home.path, fixture };
  await using running = startEcholog(["record", "--device", "test"], at);
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("ffmpeg_started");
  const { code, stdout, stderr } = await echolog(["stop"], at);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^Stopped \w+; log: /);
  assertEquals((await running.finished).code, 0);
  const [stop] = session.eventsOf("session_stop");
  assertEquals([stop?.reason, stop?.exit_code], ["stop_command", 0]);
  const hidden = [...Deno.readDirSync(session.folder)]
    .map(({ name }) => name).filter((name) => name.startsWith("."));
  assertEquals(hidden, []);
});
