import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import type { FfmpegStderr, SessionEvent } from "../../src/events.ts";
import { decodeEvent } from "../../src/log/codec.ts";
import { decodeLine } from "../../src/log/logfmt.ts";
import { readLog } from "../../src/log/reader.ts";
import { createRedactor, secretsOf } from "../../src/log/redact.ts";
import {
  openSessionLog,
  type SessionLog,
  type SessionLogOptions,
} from "../../src/log/session_log.ts";
import { FakeClock } from "../fakes/clock.ts";
import { FakeLogFiles } from "../fakes/log_files.ts";
import { tempFolder } from "../support/temp.ts";
import { PATH } from "./handled.ts";
import { Random } from "./random.ts";
import { EVENT_NAMES, randomEvent } from "./random_events.ts";

interface Opened extends Disposable {
  readonly log: SessionLog;
  readonly files: FakeLogFiles;
  readonly clock: FakeClock;
  /** The events in the file. */
  events(): (SessionEvent | null)[];
}

function open(options: Partial<SessionLogOptions> = {}): Opened {
  const files = new FakeLogFiles();
  const clock = new FakeClock();
  const log = openSessionLog({
    path: PATH,
    sessionId: "x",
    start: clock.now(),
    files,
    clock,
    ...options,
  });
  return {
    log,
    files,
    clock,
    events: () =>
      files.text(PATH).split("\n").slice(0, -1).map((text) => {
        const line = decodeLine(text);
        return line === null ? null : decodeEvent(line);
      }),
    [Symbol.dispose]: () => log.close(),
  };
}

function stderr(
  clock: FakeClock,
  more: Partial<FfmpegStderr> = {},
): FfmpegStderr {
  return {
    event: "ffmpeg_stderr",
    time: clock.now(),
    run: 1,
    severity: "warning",
    context: null,
    line: "xrun",
    ...more,
  };
}

function random(name: SessionEvent["event"]): SessionEvent {
  return randomEvent(new Random(1), name);
}

Deno.test("every event is in the file when emit returns, in the order of the calls", () => {
  using opened = open({ level: "debug" });
  for (const name of EVENT_NAMES) {
    const event = random(name);
    opened.log.emit(event);
    if (name !== "ffmpeg_stderr") assertEquals(opened.events().at(-1), event);
  }
  assertEquals(opened.events().map((event) => event?.event), [...EVENT_NAMES]);
});

Deno.test("each level shows what it should, and always what frames a session", () => {
  const severities = ["debug", "info", "warning", "error"] as const;
  const wanted = {
    debug: "debug info warning error",
    info: "warning error",
    warning: "warning error",
    error: "error",
  };
  for (const level of severities) {
    using opened = open({ level });
    opened.log.emit(random("session_start"));
    for (const severity of severities) {
      opened.log.emit(stderr(opened.clock, { severity, line: severity }));
    }
    opened.log.emit(random("gap"));
    opened.log.emit(random("chunk_created"));
    opened.log.emit(random("session_stop"));
    const events = opened.events();
    const shown = events.flatMap((event) =>
      event?.event === "ffmpeg_stderr" ? [event.severity] : []
    );
    assertEquals(shown.join(" "), wanted[level]);
    assertEquals(events[0]?.event, "session_start");
    assertEquals(events.at(-1)?.event, "session_stop");
    const names = events.map((event) => event?.event);
    assertEquals(names.includes("gap"), level !== "error");
    assertEquals(names.includes("chunk_created"), /debug|info/.test(level));
  }
});

Deno.test("what is logged is counted, and what is left out is not", () => {
  using opened = open({ level: "warning" });
  for (
    const name of [
      "gap",
      "recovery",
      "warning",
      "error",
      "chunk_created",
    ] as const
  ) {
    opened.log.emit(random(name));
  }
  assertEquals(opened.log.counts(), { warnings: 3, errors: 1, dropped: 0 });
});

Deno.test("what was held back of a run stands before the run's end", () => {
  for (const name of ["ffmpeg_stopped", "session_stop"] as const) {
    using opened = open();
    for (let n = 0; n < 10; n++) opened.log.emit(stderr(opened.clock));
    opened.log.emit(random(name));
    const [last, summary] = opened.events().reverse();
    assertEquals(last?.event, name);
    assert(summary?.event === "ffmpeg_stderr");
    assertEquals(summary.count, 7);
  }
});

Deno.test("what ffmpeg said last before it ended unasked is there, whatever it said before", () => {
  for (const stopped_by of [null, "q"] as const) {
    using opened = open();
    const { log, clock } = opened;
    const say = (line: string) =>
      log.emit(stderr(clock, { severity: "error", line }));
    for (let n = 0; n < 5_000; n++) {
      say(`${String.fromCharCode(0x4e00 + n)} ${"frame ".repeat(20)}`);
    }
    say("Conversion failed!");
    assertFalse(opened.files.text(PATH).includes("Conversion failed!"));
    const stopped = random("ffmpeg_stopped");
    assert(stopped.event === "ffmpeg_stopped");
    log.emit({ ...stopped, stopped_by });
    const text = opened.files.text(PATH);
    assertEquals(text.includes("Conversion failed!"), stopped_by === null);
  }
});

Deno.test("counts that are held back are told in time, and no timer keeps the process alive", () => {
  using opened = open();
  for (let n = 0; n < 10; n++) opened.log.emit(stderr(opened.clock));
  assertEquals(opened.clock.holding, 0);
  opened.clock.advance(10_000);
  const last = opened.events().at(-1);
  assert(last?.event === "ffmpeg_stderr");
  assertEquals(last.count, 7);
  assertEquals(opened.clock.waiting, 1, "only the handler's own timer is left");
});

Deno.test("flush and close tell what is held back, and can be called again", () => {
  for (const act of ["flush", "close"] as const) {
    using opened = open();
    for (let n = 0; n < 10; n++) opened.log.emit(stderr(opened.clock));
    opened.log[act]();
    opened.log[act]();
    assertEquals(opened.events().length, 4);
    assertEquals(opened.log.counts().warnings, 4);
    opened.log.emit(random("session_stop"));
    assertEquals(opened.events().at(-1)?.event, "session_stop");
  }
});

Deno.test("at debug nothing is held back", () => {
  using opened = open({ level: "debug" });
  for (let n = 0; n < 1_000; n++) opened.log.emit(stderr(opened.clock));
  assertEquals(opened.events().length, 1_000);
});

Deno.test("secrets are masked in every text of every event", () => {
  const url = "rtsp://bob:hunter2!@cam/1?token=t0ps3cret";
  using opened = open({
    level: "debug",
    redact: createRedactor({ secrets: secretsOf(url) }),
  });
  const start = random("session_start");
  assert(start.event === "session_start");
  opened.log.emit({
    ...start,
    device: url,
    overrides: `recording.device=${url}(flag)`,
  });
  opened.log.emit({
    event: "ffmpeg_command",
    time: 0,
    run: 1,
    command: `ffmpeg -i '${url}'`,
  });
  opened.log.emit(
    stderr(opened.clock, { line: `${url}: 401`, context: "hunter2!" }),
  );
  opened.log.emit({
    event: "error",
    time: 0,
    code: "x",
    message: "password hunter2! is wrong",
    details: { url, part: "t0ps3cret" },
  });
  opened.log.flush();
  const text = opened.files.text(PATH);
  assertFalse(/hunter2|t0ps3cret|bob/.test(text), text);
  assertMatch(text, /device="rtsp:\/\/\*\*\*@cam\/1\?token=\*\*\*"/);
  assertMatch(
    text,
    /command="ffmpeg -i 'rtsp:\/\/\*\*\*@cam\/1\?token=\*\*\*'"/,
  );
});

Deno.test("10,000 lines a second for a minute take less than 20 kB at info", () => {
  using opened = open();
  const { clock, log } = opened;
  for (let n = 0; n < 600_000; n++) {
    log.emit(stderr(clock, { line: `ALSA buffer xrun ${n}` }));
    if (n % 100 === 99) clock.advance(10);
  }
  log.emit(random("session_stop"));
  assert(opened.files.size(PATH) < 20_000, `${opened.files.size(PATH)}`);
  const count = opened.events().reduce(
    (sum, event) =>
      event?.event === "ffmpeg_stderr" ? sum + (event.count ?? 1) : sum,
    0,
  );
  assertEquals(count, 600_000);
});

Deno.test("at debug all of 10,000 lines a second is there, rotated, and memory stays flat", async () => {
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
    log.emit(stderr(clock, { severity: "info", line: `packet ${n}` }));
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

Deno.test("no event can make emit throw", () => {
  using opened = open({ onTrouble: () => {} });
  opened.log.emit({ ...random("gap"), time: NaN });
  opened.log.emit({ ...random("gap"), time: Infinity });
  opened.log.emit(stderr(opened.clock, { time: NaN }));
  opened.log.emit(random("session_stop"));
  assertEquals(opened.events().at(-1)?.event, "session_stop");
});

Deno.test("the end is the last line also when lines were lost before it and the file is back only then", () => {
  for (const isGone of [true, false]) {
    using opened = open({ level: "debug", rotation: "off" });
    const { files, log, clock } = opened;
    files.capacity = 0;
    for (let n = 0; n < 6_000; n++) {
      log.emit(stderr(clock, { line: "x".repeat(1_000) }));
    }
    log.flush();
    const { dropped } = log.counts();
    assert(dropped > 0);
    // It is back before the end, or after the end has had to wait.
    if (isGone) files.capacity = Infinity;
    log.emit(random("session_stop"));
    files.capacity = Infinity;
    log.close();
    const last = opened.events().slice(-2);
    assertEquals(last.map((event) => event?.event), [
      "warning",
      "session_stop",
    ]);
    assert(last[0]?.event === "warning");
    assertEquals(last[0].details?.count, dropped);
    assertEquals(log.counts().dropped, dropped);
  }
});
