import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
} from "@std/assert";
import { FileHandler } from "@std/log/file-handler";
import { Logger } from "@std/log/logger";
import { FakeClock } from "../../../fakes/clock.ts";
import { FakeLogFiles } from "../../../fakes/log_files.ts";
import {
  assertRun,
  Handled,
  PATH,
  range,
  stderr,
} from "../../../support/handled_log.ts";

Deno.test("SessionLogHandler: works as a FileHandler of any logger", () => {
  using log = new Handled();
  assertInstanceOf(log.handler, FileHandler);
  const logger = new Logger("my.app", "DEBUG", { handlers: [log.handler] });
  logger.critical('it "works"\nwell');
  assertMatch(
    log.files.text(PATH),
    /^\S+Z ERROR my\.app: message text="it \\"works\\"\\nwell"\n$/,
  );
});

Deno.test("SessionLogHandler: writes lifecycle events and warnings before the call returns", () => {
  using log = new Handled();
  log.lifecycle(1);
  assertEquals(log.numbers, [1]);
  log.emit(stderr(log.clock.now(), 2, "WARNING"));
  assertEquals(log.numbers, [1, 2]);
  log.emit(stderr(log.clock.now(), 3, "ERROR"));
  assertEquals(log.numbers, [1, 2, 3]);
});

Deno.test("SessionLogHandler: delays other lines by at most a second and keeps their order", () => {
  using log = new Handled();
  log.detail(1);
  log.emit(stderr(log.clock.now(), 2, "INFO"));
  assertEquals(log.numbers, []);
  log.clock.advance(1_000);
  assertEquals(log.numbers, [1, 2]);
  log.detail(3);
  log.lifecycle(4);
  assertEquals(log.numbers, [1, 2, 3, 4]);
});

Deno.test("SessionLogHandler: flushes many lines before their second is over", () => {
  using log = new Handled();
  for (const n of range(1, 1_000)) log.detail(n);
  assert(log.numbers.length > 500, `${log.numbers.length}`);
});

Deno.test("SessionLogHandler: releases its timer on destroy and never keeps the process alive", () => {
  const log = new Handled();
  log.detail(1);
  assertEquals(log.clock.holding, 0);
  assertEquals(log.clock.waiting, 1);
  log.handler.destroy();
  assertEquals(log.clock.waiting, 0);
  assertEquals(log.files.openFiles, 0);
});

Deno.test("SessionLogHandler: writes lines after destroy and accepts a second destroy", () => {
  const log = new Handled();
  log.detail(1);
  log.handler.destroy();
  log.handler.destroy();
  log.detail(2);
  log.lifecycle(3);
  log.handler.flush();
  log.handler.destroy();
  assertEquals(log.numbers, [1, 2, 3]);
  assertEquals(log.files.openFiles, 0);
  assertEquals(log.trouble, []);
});

Deno.test("SessionLogHandler: accepts setup after destroy", () => {
  using log = new Handled();
  log.lifecycle(1);
  log.handler.destroy();
  log.handler.setup();
  log.handler.setup();
  log.detail(2);
  assertEquals(log.numbers, [1]);
  log.clock.advance(1_000);
  assertEquals(log.numbers, [1, 2]);
  assertEquals(log.files.openFiles, 1);
});

Deno.test("SessionLogHandler: drops events below its level but keeps log_rotated", () => {
  using log = new Handled();
  log.handler.levelName = "ERROR";
  log.lifecycle(1);
  log.emit(stderr(log.clock.now(), 2, "WARNING"));
  log.emit(stderr(log.clock.now(), 3, "ERROR"));
  log.emit({
    event: "log_rotated",
    time: log.clock.now(),
    session_id: "x",
    part: 9,
    reason: "size",
    start: 0,
  });
  assertEquals(log.numbers, [3]);
  assertMatch(log.lines[1] ?? "", / log_rotated session_id=x part=9 /);
});

Deno.test("SessionLogHandler: appends to an existing file, after a newline when its last line is torn", () => {
  const files = new FakeLogFiles();
  files.put(PATH, "whole\ntorn");
  using log = new Handled({}, { files });
  log.lifecycle(1);
  assertEquals(log.lines.slice(0, 2), ["whole", "torn"]);
  assertEquals(log.numbers, [1]);
});

Deno.test("SessionLogHandler: completes partial writes without repeating or losing a line", () => {
  const files = new FakeLogFiles();
  files.longestWrite = 7;
  using log = new Handled({ maxBytes: 400, backupCount: 200 }, { files });
  for (const n of range(1, 100)) log.detail(n);
  log.handler.flush();
  assertRun(log.numbers, 1, 100);
  for (const part of log.parts) assert(part.endsWith("\n"));
});

Deno.test("SessionLogHandler: measures size in bytes, not in characters", () => {
  const line = "🎙".repeat(10); // 41 bytes with its newline, 21 UTF-16 code units.
  using log = new Handled({ maxBytes: 82, backupCount: 9, path: PATH });
  log.handler.log(line);
  log.handler.log(line);
  log.handler.flush();
  assertEquals(log.parts, [`${line}\n${line}\n`]);
  log.handler.log("");
  log.handler.flush();
  assertEquals(log.parts.length, 2);
});

Deno.test("SessionLogHandler: starts every later file with the session it belongs to", () => {
  using log = new Handled({ maxBytes: 500, backupCount: 9 });
  for (const n of range(1, 20)) log.detail(n);
  log.handler.flush();
  const [first = "", ...later] = log.parts;
  assertMatch(first, /^\S+Z DEBUG echolog\.ffmpeg: ffmpeg_stderr run=1 /);
  assert(later.length > 2);
  later.forEach((text, n) =>
    assertMatch(
      text,
      new RegExp(
        `^\\S+Z INFO echolog\\.log: log_rotated session_id=x part=${
          n + 2
        } reason=size start=\\S+\\n`,
      ),
    )
  );
});

Deno.test("SessionLogHandler: starts later files of a JSON log with a JSON line", () => {
  using log = new Handled({ maxBytes: 500, backupCount: 9, format: "json" });
  for (const n of range(1, 20)) log.detail(n);
  log.handler.flush();
  const [, second = ""] = log.parts;
  assertMatch(
    second,
    /^\{"time":"[^"]+","level":"INFO","logger":"echolog.log","event":"log_rotated"/,
  );
  for (const line of log.lines) JSON.parse(line);
});

Deno.test("SessionLogHandler: writes a line larger than a file whole into a file of its own", () => {
  using log = new Handled({ maxBytes: 300, backupCount: 9 });
  const long = "x".repeat(1_000);
  for (const text of ["a", long, long, "b"]) log.handler.log(text);
  log.handler.flush();
  assertEquals(
    log.parts.map((text) =>
      text.split("\n").filter((line) => !/log_rotated/.test(line))
    ),
    [["a", ""], [long, ""], [long, ""], ["b", ""]],
  );
});

Deno.test("SessionLogHandler: restarts the file when no old files are kept", () => {
  using log = new Handled({ maxBytes: 500, backupCount: 0 });
  for (const n of range(1, 20)) log.detail(n);
  log.handler.flush();
  assertEquals(log.files.names, [PATH]);
  const { numbers } = log;
  assertRun(numbers, numbers[0] ?? 0, 20);
  assertMatch(log.lines[0] ?? "", / log_rotated session_id=x part=[3-9] /);
});

Deno.test("SessionLogHandler: numbers old files from the newest and keeps at most backupCount", () => {
  for (const backupCount of [1, 3, 10]) {
    using log = new Handled({ maxBytes: 500, backupCount });
    for (const n of range(1, 100)) log.detail(n);
    log.handler.flush();
    assertEquals(
      log.files.names,
      [PATH, ...range(1, backupCount).map((n) => `${PATH}.${n}`)].sort(),
    );
    const { numbers } = log;
    assertRun(numbers, numbers[0] ?? 0, 100);
    const part = (text: string) => Number(/part=(\d+)/.exec(text)?.[1]);
    const parts = log.parts.map(part);
    assertEquals(parts, range(parts[0] ?? 0, (parts[0] ?? 0) + backupCount));
  }
});

Deno.test("SessionLogHandler: fills a hole between old files before it drops one", () => {
  const files = new FakeLogFiles();
  files.put(`${PATH}.1`, "one\n");
  files.put(`${PATH}.3`, "three\n");
  using log = new Handled({ maxBytes: 100, backupCount: 3 }, { files });
  log.lifecycle(1);
  log.lifecycle(2);
  assertEquals(files.text(`${PATH}.3`), "three\n");
  assertEquals(files.text(`${PATH}.2`), "one\n");
});

Deno.test("SessionLogHandler: continues sizes and part numbers after a restart", () => {
  const files = new FakeLogFiles();
  const clock = new FakeClock();
  const options = { maxBytes: 500, backupCount: 99 };
  for (const n of range(1, 30)) {
    using log = new Handled(options, { files, clock });
    log.detail(n);
  }
  using log = new Handled(options, { files, clock });
  assertRun(log.numbers, 1, 30);
  for (const name of files.names) assert(files.size(name) <= 500, name);
  const parts = log.parts.slice(1).map((text) => /part=(\d+)/.exec(text)?.[1]);
  assertEquals(parts.map(Number), range(2, parts.length + 1));
});

const NOON = Date.UTC(2025, 8, 22, 12);
const HOUR = 3_600_000;
const byHour = { rotation: "time", timeWhen: "H", backupCount: 99 } as const;

Deno.test("SessionLogHandler: keeps the lines of a period in one file when rotating by time", () => {
  using log = new Handled(byHour, { clock: new FakeClock(NOON) });
  log.detail(1);
  log.clock.advance(HOUR - 1_000);
  log.detail(2);
  log.clock.step(999);
  log.detail(3);
  log.clock.step(1);
  log.detail(4); // On the boundary, with 3 still waiting.
  log.clock.advance(5 * HOUR);
  log.detail(5);
  log.handler.flush();
  assertEquals(
    log.parts.map((text) => text.match(/run=\d/g)?.join(" ")),
    ["run=1 run=2 run=3", "run=4", "run=5"],
  );
  assertMatch(
    log.parts[1] ?? "",
    /^2025-09-22T13:00:00Z INFO echolog.log: log_rotated session_id=x part=2 reason=time /,
  );
});

Deno.test("SessionLogHandler: takes the period of a file from its first line after a restart", () => {
  const files = new FakeLogFiles();
  const clock = new FakeClock(NOON);
  {
    using log = new Handled(byHour, { files, clock });
    log.lifecycle(1);
  }
  clock.advance(HOUR / 2);
  {
    using log = new Handled(byHour, { files, clock });
    log.lifecycle(2);
    assertEquals(log.parts.length, 1, "still the same period");
  }
  clock.advance(HOUR / 2);
  using log = new Handled(byHour, { files, clock });
  log.lifecycle(3);
  assertEquals(log.parts.map((text) => text.match(/run=\d/g)?.join(" ")), [
    "run=1 run=2",
    "run=3",
  ]);
});

Deno.test("SessionLogHandler: takes the period of an unreadable file from its modification time", () => {
  for (const [mtime, count] of [[NOON + 1, 1], [NOON - 1, 2]] as const) {
    const files = new FakeLogFiles();
    files.put(PATH, "what is this?\n", mtime);
    using log = new Handled(byHour, { files, clock: new FakeClock(NOON) });
    log.lifecycle(1);
    assertEquals(log.parts.length, count);
  }
});

Deno.test("SessionLogHandler: warns once and keeps the file when the clock goes back by more than a period", () => {
  using log = new Handled(byHour, { clock: new FakeClock(NOON) });
  log.lifecycle(1);
  log.clock.step(-HOUR);
  log.lifecycle(2);
  log.clock.step(-24 * HOUR);
  log.lifecycle(3);
  log.lifecycle(4);
  assertEquals(log.parts.length, 1);
  assertEquals(log.numbers, [1, 2, 3, 4]);
  const warnings = log.lines.filter((line) => /WARNING/.test(line));
  assertEquals(warnings.length, 1);
  assertMatch(
    warnings[0] ?? "",
    /^2025-09-21T11:00:00Z WARNING echolog.log: warning code=log_clock_back /,
  );
  assertEquals(log.handler.warnings, 1);
});

Deno.test("SessionLogHandler: keeps a single file when rotation is off", () => {
  using log = new Handled({ rotation: "off", maxBytes: 10 });
  for (const n of range(1, 100)) log.detail(n);
  log.clock.step(400 * 24 * HOUR);
  log.detail(101);
  log.handler.flush();
  assertEquals(log.files.names, [PATH]);
  assertRun(log.numbers, 1, 101);
});
