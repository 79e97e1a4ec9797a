import { assertEquals, assertRejects } from "@std/assert";
import { followLog } from "../../../../src/log/read/follow.ts";
import { SessionLogHandler } from "../../../../src/log/write/handler.ts";
import { EventLogger } from "../../../../src/log/write/record.ts";
import { tempFolder } from "../../../support/temp.ts";

/** Numbers in the lines that the writer below makes. */
function numberOf(text: string): number | null {
  const match = / command=line-(\d+)$/.exec(text);
  return match === null ? null : Number(match[1]);
}

function writer(path: string, backupCount: number) {
  const handler = new SessionLogHandler("DEBUG", {
    path,
    sessionId: "s",
    start: 0,
    maxBytes: 2_000,
    backupCount,
  });
  handler.setup();
  const logger = new EventLogger("echolog.ffmpeg", [handler]);
  let next = 0;
  return {
    write() {
      const event = "ffmpeg_command";
      const command = `line-${next++}`;
      logger.event({ event, time: 0, run: 1, command }, "INFO");
    },
    [Symbol.dispose]: () => handler.destroy(),
  };
}

Deno.test("followLog: returns every line once and in order across 100 rotations", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  using log = writer(path, 3);
  for (let line = 0; line < 50; line++) log.write();
  const lines: number[] = [];
  let rotations = 0;
  const end = new AbortController();
  for await (const { text } of followLog(path, { signal: end.signal })) {
    if (text.includes(": log_rotated ")) rotations++;
    const number = numberOf(text);
    if (number === null) continue;
    lines.push(number);
    // The writer is never further ahead than the old files reach.
    if (rotations >= 100) end.abort();
    else if (number % 20 === 0) {
      for (let line = 0; line < 20; line++) log.write();
    }
  }
  assertEquals(lines, lines.map((_, index) => (lines[0] ?? 0) + index));
  assertEquals(lines.length > 2_000, true, `${lines.length}`);
});

Deno.test("followLog: follows a log that restarts in the same file", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  using log = writer(path, 0);
  log.write();
  const lines: number[] = [];
  const end = new AbortController();
  for await (const { text } of followLog(path, { signal: end.signal })) {
    const number = numberOf(text);
    if (number === null) continue;
    lines.push(number);
    if (number < 200) log.write();
    else end.abort();
  }
  assertEquals(lines, lines.map((_, index) => index));
});

Deno.test("followLog: follows a log that is deleted and created again", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  Deno.writeTextFileSync(path, "one\ntwo\n");
  const lines: string[] = [];
  const end = new AbortController();
  for await (const { text } of followLog(path, { signal: end.signal })) {
    lines.push(text);
    if (text === "two") {
      Deno.removeSync(path);
      Deno.writeTextFileSync(path, "three\nfour");
    }
    if (text === "three") end.abort();
  }
  assertEquals(lines, ["one", "two", "three", "four"]);
});

Deno.test("followLog: returns a line written in two parts as one line", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  Deno.writeTextFileSync(path, "one\nt");
  const lines: string[] = [];
  const end = new AbortController();
  for await (const { text } of followLog(path, { signal: end.signal })) {
    lines.push(text);
    if (text === "one") Deno.writeTextFileSync(path, "wo\n", { append: true });
    if (text === "two") end.abort();
  }
  assertEquals(lines, ["one", "two"]);
});

Deno.test("followLog: rejects a missing log", async () => {
  using folder = tempFolder();
  const { signal } = new AbortController();
  await assertRejects(
    () => Array.fromAsync(followLog(`${folder.path}/x`, { signal })),
    Deno.errors.NotFound,
  );
});

Deno.test("followLog: leaves out zeros that a power cut left", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  const zeros = "\0".repeat(195);
  Deno.writeTextFileSync(path, `a\n${zeros}\nb\n${zeros}`);
  const lines = followLog(path, { signal: AbortSignal.abort() });
  const texts = (await Array.fromAsync(lines)).map(({ text }) => text);
  assertEquals(texts, ["a", "b"]);
});
