import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  decodeEvent,
  encodeEvent,
} from "../../../../src/log/format/event_fields.ts";
import { UnsafePathError } from "../../../../src/platform/guarded/guard.ts";
import { SessionLogHandler } from "../../../../src/log/write/handler.ts";
import { jsonFormat, textFormat } from "../../../../src/log/format/line.ts";
import { type ReadLine, readLog } from "../../../../src/log/read/reader.ts";
import { EventLogger } from "../../../../src/log/write/record.ts";
import { levelOf } from "../../../../src/log/format/levels.ts";
import { tempFolder } from "../../../support/temp.ts";
import { assertRun, range } from "../../../support/handled_log.ts";
import { forAll, Random } from "../../../support/random.ts";
import { EVENT_NAMES, randomEvent } from "../../../support/random_events.ts";

async function readAll(path: string): Promise<ReadLine[]> {
  return await Array.fromAsync(readLog(path));
}

Deno.test("readLog: restores the events of a rotated log in both formats", async () => {
  for (const format of ["text", "json"] as const) {
    using folder = tempFolder();
    const path = `${folder.path}/session.log`;
    const events = Array.from({ length: 2_000 }, (_, n) => {
      const random = new Random(n);
      return randomEvent(random, random.pick(EVENT_NAMES));
    });
    {
      using handler = new SessionLogHandler("DEBUG", {
        path,
        sessionId: "x",
        start: 0,
        format,
        maxBytes: 20_000,
        backupCount: 1_000,
      });
      handler.setup();
      const logger = new EventLogger("echolog.session", [handler]);
      for (const event of events) logger.event(event, levelOf(event));
    }
    const read = await readAll(path);
    const ours = read.filter(({ entry }) =>
      entry?.event !== "log_rotated" ||
      entry.fields.get("session_id")?.text !== "x"
    );
    assertEquals(
      ours.map(({ entry }) => entry && decodeEvent(entry)),
      events,
    );
    const parts = [...new Set(read.map(({ part }) => part))];
    assert(parts.length > 10);
    assertEquals(parts, range(0, parts.length - 1).reverse());
  }
});

Deno.test("readLog: reads text, JSON and other lines mixed in one file", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  const event = {
    event: "ffmpeg_command",
    time: 0,
    run: 1,
    command: "ü",
  } as const;
  const [text, json] = [textFormat, jsonFormat].map((format) =>
    encodeEvent(event, { format, utc: true, redact: (value) => value })
  );
  Deno.writeTextFileSync(path, `${text}\n\n${json}\nhello\n\0\0\0\n${text}\n`);
  assertEquals(
    (await readAll(path)).map(({ entry, isTorn }) => [entry?.event, isTorn]),
    [
      ["ffmpeg_command", false],
      [undefined, false],
      ["ffmpeg_command", false],
      [undefined, false],
      // Not the zeros, which a power cut leaves.
      ["ffmpeg_command", false],
    ],
  );
});

Deno.test("readLog: marks a torn last line and returns no event for it", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  const line =
    "2025-09-22T10:00:00Z INFO echolog.ffmpeg: ffmpeg_command run=1 command=x";
  Deno.writeTextFileSync(`${path}.1`, `${line}1\n${line}`);
  Deno.writeTextFileSync(path, `${line}2\n${line.slice(0, 30)}`);
  assertEquals(
    (await readAll(path)).map((
      { part, text, entry, isTorn },
    ) => [part, text.length, entry !== null, isTorn]),
    [
      [1, line.length + 1, true, false],
      [1, line.length, false, true],
      [0, line.length + 1, true, false],
      [0, 30, false, true],
    ],
  );
});

Deno.test("readLog: skips missing parts and unrelated files", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  for (const name of [".2", ".10", ".1.gz", ".x", ".01", "2"]) {
    Deno.writeTextFileSync(`${path}${name}`, `${name}\n`);
  }
  Deno.mkdirSync(`${path}.3`);
  assertEquals((await readAll(path)).map(({ text }) => text), [".10", ".2"]);
});

Deno.test("readLog: refuses a link in place of the log or one of its parts", async () => {
  for (const name of ["session.log", "session.log.1"]) {
    using folder = tempFolder();
    const path = `${folder.path}/session.log`;
    Deno.writeTextFileSync(`${folder.path}/elsewhere`, "secret\n");
    Deno.writeTextFileSync(path, "here\n");
    if (name === "session.log") Deno.removeSync(path);
    Deno.symlinkSync("elsewhere", `${folder.path}/${name}`);
    await assertRejects(
      () => readAll(path),
      UnsafePathError,
      `${name}: it is a link`,
    );
  }
});

Deno.test("readLog: rejects a missing log", async () => {
  using folder = tempFolder();
  await assertRejects(
    () => readAll(`${folder.path}/session.log`),
    Deno.errors.NotFound,
    "Cannot find a log at",
  );
});

Deno.test("readLog: returns every line once when the log rotates during reading", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  using handler = new SessionLogHandler("DEBUG", {
    path,
    sessionId: "x",
    start: 0,
    maxBytes: 1_000,
    backupCount: 1_000,
  });
  handler.setup();
  let n = 0;
  const log = (count: number) => {
    for (; count > 0; count--) handler.log(`line ${++n}`);
    handler.flush();
  };
  log(1_000);
  const read: number[] = [];
  for await (const { text } of readLog(path)) {
    const [, number] = /^line (\d+)$/.exec(text) ?? [];
    if (number !== undefined) read.push(Number(number));
    if (read.length % 50 === 0) log(100);
  }
  assert(read.length >= 1_000);
  assertRun(read, 1, read.length);
});

Deno.test("readLog: returns every line once when the log rotates while files are opened", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  using handler = new SessionLogHandler("DEBUG", {
    path,
    sessionId: "x",
    start: 0,
    maxBytes: 1_000,
    backupCount: 1_000,
  });
  handler.setup();
  let n = 0;
  const log = (count: number) => {
    for (; count > 0; count--) handler.log(`line ${++n}`);
    handler.flush();
  };
  log(1_000);
  const { openSync } = Deno;
  let left = 20;
  Deno.openSync = (name, options) => {
    const file = openSync(name, options);
    // The reader has opened one of the files: rotate before it gets to the next.
    if (options?.append !== true && left-- > 0) log(left * 30);
    return file;
  };
  const read: number[] = [];
  try {
    for await (const { text } of readLog(path)) {
      const [, number] = /^line (\d+)$/.exec(text) ?? [];
      if (number !== undefined) read.push(Number(number));
    }
  } finally {
    Deno.openSync = openSync;
  }
  assert(left < 0);
  assertRun(read, 1, n);
});

Deno.test("readLog: finds a file that is renamed while it is opened", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  for (const name of ["", ".1", ".2"]) {
    Deno.writeTextFileSync(`${path}${name}`, `in${name}\n`);
  }
  const { openSync } = Deno;
  Deno.openSync = (name, options) => {
    if (name === `${path}.2`) Deno.renameSync(name, `${path}.3`);
    return openSync(name, options);
  };
  try {
    const texts = (await readAll(path)).map(({ text }) => text);
    assertEquals(texts, ["in.2", "in.1", "in"]);
  } finally {
    Deno.openSync = openSync;
  }
});

Deno.test("readLog: fails when the log rotates on every attempt", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  Deno.writeTextFileSync(path, "line\n");
  const { openSync } = Deno;
  Deno.openSync = (name, options) => {
    const file = openSync(name, options);
    Deno.removeSync(path);
    Deno.writeTextFileSync(path, "line\n");
    return file;
  };
  try {
    const failed = await assertRejects(() => readAll(path), Error);
    assertMatch(failed.message, /it keeps being rotated|it was replaced while/);
  } finally {
    Deno.openSync = openSync;
  }
});

Deno.test("readLog: limits the length of a line in a file without newlines", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  Deno.writeFileSync(path, new Uint8Array(20_000_000).fill(0x61));
  const [line] = await readAll(path);
  assert((line?.text.length ?? 0) < 2_000_000);
  assertEquals(line?.isTorn, true);
});

Deno.test("readLog: reads lines of any bytes to the end", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  const files: Uint8Array[] = [];
  forAll((random) => {
    files.push(
      Uint8Array.from(
        { length: random.int(0, 200) },
        // No byte order mark, no other form of file, and no zeros, which are
        // nothing at the ends of a line.
        (_, at) => at === 0 ? 88 : random.oneIn(8) ? 10 : random.int(1, 255),
      ),
    );
  }, 100);
  for (const bytes of files) {
    Deno.writeFileSync(path, bytes);
    const newlines = bytes.filter((byte) => byte === 10).length;
    const isTorn = bytes.length > 0 && bytes.at(-1) !== 10;
    assertEquals((await readAll(path)).length, newlines + (isTorn ? 1 : 0));
  }
});

Deno.test("readLog: reads nothing in zeros that a power cut left, at an end or between lines", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  const line =
    "2025-09-22T10:00:00Z INFO echolog.session: ffmpeg_stopped run=1";
  const zeros = "\0".repeat(195);
  Deno.writeTextFileSync(path, `${line}\n${zeros}\n${zeros}${line}\n${zeros}`);
  const read = await readAll(path);
  assertEquals(read.map(({ text }) => text), [line, line]);
  assertEquals(read.map(({ isTorn }) => isTorn), [false, false]);
  Deno.writeTextFileSync(path, `${line}\n${line}${zeros}`);
  const [, torn] = await readAll(path);
  assertEquals([torn?.text, torn?.isTorn], [line, true]);
});
