import { assert, assertEquals, assertRejects } from "@std/assert";
import { decodeEvent, encodeEvent } from "../../src/log/codec.ts";
import { SessionLogHandler } from "../../src/log/handler.ts";
import { jsonFormat, textFormat } from "../../src/log/logfmt.ts";
import { type ReadLine, readLog } from "../../src/log/reader.ts";
import { EventLogger } from "../../src/log/record.ts";
import { levelOf } from "../../src/log/severity.ts";
import { tempFolder } from "../support/temp.ts";
import { assertRun, range } from "./handled.ts";
import { forAll, Random } from "./random.ts";
import { EVENT_NAMES, randomEvent } from "./random_events.ts";

async function readAll(path: string): Promise<ReadLine[]> {
  return await Array.fromAsync(readLog(path));
}

Deno.test("the events of a rotated log are read back as they were, whatever the form", async () => {
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

Deno.test("text and JSON can stand in one file, with what is neither", async () => {
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
      [undefined, false],
      ["ffmpeg_command", false],
    ],
  );
});

Deno.test("a torn last line is given, but not taken for an event", async () => {
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

Deno.test("a log may have lost files, and other files stand beside it", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  for (const name of [".2", ".10", ".1.gz", ".x", ".01", "2"]) {
    Deno.writeTextFileSync(`${path}${name}`, `${name}\n`);
  }
  Deno.mkdirSync(`${path}.3`);
  assertEquals((await readAll(path)).map(({ text }) => text), [".10", ".2"]);
});

Deno.test("a log that is a link to one is read, a link to nothing is not", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  Deno.writeTextFileSync(`${folder.path}/elsewhere`, "here\n");
  Deno.symlinkSync("elsewhere", path);
  Deno.symlinkSync("nowhere", `${path}.1`);
  assertEquals((await readAll(path)).map(({ text }) => text), ["here"]);
});

Deno.test("a log that is not there is not found", async () => {
  using folder = tempFolder();
  await assertRejects(
    () => readAll(`${folder.path}/session.log`),
    Deno.errors.NotFound,
    "Cannot find a log at",
  );
});

Deno.test("a log that is rotated while it is read is read once", async () => {
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

Deno.test("rotations while the files are being opened hide no line and show none twice", async () => {
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

Deno.test("a file that is on its way to its next number is not missed", async () => {
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

Deno.test("a log that is rotated all the time is not read wrongly but not at all", async () => {
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
    await assertRejects(() => readAll(path), Error, "rotated all the time");
  } finally {
    Deno.openSync = openSync;
  }
});

Deno.test("a file without newlines does not fill the memory", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  Deno.writeFileSync(path, new Uint8Array(20_000_000).fill(0x61));
  const [line] = await readAll(path);
  assert((line?.text.length ?? 0) < 2_000_000);
  assertEquals(line?.isTorn, true);
});

Deno.test("lines of any bytes are read to the end", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  const files: Uint8Array[] = [];
  forAll((random) => {
    files.push(
      Uint8Array.from(
        { length: random.int(0, 200) },
        () => random.oneIn(8) ? 10 : random.int(0, 255),
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
