import { assert, assertEquals } from "@std/assert";
import { readLog } from "../../src/log/read/reader.ts";
import { openSessionLog } from "../../src/log/write/session_log.ts";
import { FakeClock } from "../fakes/clock.ts";
import { tempFolder } from "../support/temp.ts";
import { event } from "../support/events.ts";

Deno.test("SessionLog: writes 10,000 lines a second at level debug without growing in memory", async () => {
  using folder = tempFolder();
  const clock = new FakeClock();
  const path = `${folder.path}/session.log`;
  const log = openSessionLog({
    path,
    sessionId: "x",
    start: clock.now(),
    level: "debug",
    clock,
    backupCount: 100,
  });
  const emit = (n: number) => {
    log.emit(
      event("ffmpeg_stderr", { time: clock.now(), line: `packet ${n}` }),
    );
    if (n % 100 === 99) clock.advance(10);
  };
  let n = 0;
  while (n < 100_000) emit(n++);
  const before = Deno.memoryUsage().rss;
  while (n < 600_000) emit(n++);
  const grown = Deno.memoryUsage().rss - before;
  log.close();
  assert(grown < 60_000_000, `${grown}`);
  let read = 0;
  let parts = 0;
  for await (const { entry } of readLog(path)) {
    if (entry?.event === "log_rotated") parts++;
    else if (entry?.fields.get("line")?.text === `packet ${read}`) read++;
  }
  assertEquals(read, 600_000);
  assert(parts > 5);
});
