import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { echolog, onlySession } from "../support/echolog.ts";
import { SoundServer } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";

for (const channels of ["1", "2"]) {
  Deno.test(`record: has no warning in a clean session of a sound server, ${channels} channels`, async () => {
    await using server = await SoundServer.start();
    using home = tempFolder();
    server.playTone(440);
    await server.waitForSound();
    const { code } = await echolog([
      ...["record", "--device", "pulse:loop.monitor", "--duration", "2s"],
      ...["--channels", channels],
    ], { home: home.path, env: server.clientEnv });
    assertEquals(code, 0);
    const session = await onlySession(join(home.path, "recordings"));
    const [stop] = session.eventsOf("session_stop");
    // A busy machine may start late, which is a warning and true.
    const late = session.eventsOf("gap")
      .filter(({ cause }) => cause === "slow_start").length;
    assertEquals(
      { warnings: stop?.warnings, errors: stop?.errors },
      { warnings: late, errors: 0 },
      session.events().filter((event) =>
        "code" in event || event.event === "ffmpeg_stderr" ||
        event.event === "gap"
      ).map((event) => JSON.stringify(event)).join("\n"),
    );
  });
}
