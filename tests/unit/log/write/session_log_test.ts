import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import type { FfmpegStderr, SessionEvent } from "../../../../src/events.ts";
import { decodeEvent } from "../../../../src/log/format/event_fields.ts";
import { decodeLine } from "../../../../src/log/format/line.ts";
import {
  openSessionLog,
  type SessionLog,
  type SessionLogOptions,
} from "../../../../src/log/write/session_log.ts";
import { createRedactor, secretsOf } from "../../../../src/redact/redact.ts";
import { FakeClock } from "../../../fakes/clock.ts";
import { FakeLogFiles } from "../../../fakes/log_files.ts";
import { event } from "../../../support/events.ts";
import { PATH } from "../../../support/handled_log.ts";
import { Random } from "../../../support/random.ts";
import { EVENT_NAMES, randomEvent } from "../../../support/random_events.ts";

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

Deno.test("SessionLog: writes every event in order before emit returns", () => {
  using opened = open({ level: "debug" });
  for (const name of EVENT_NAMES) {
    const logged = opened.log.emit(random(name));
    if (name !== "ffmpeg_stderr") assertEquals(opened.events().at(-1), logged);
  }
  assertEquals(opened.events().map((event) => event?.event), [...EVENT_NAMES]);
});

Deno.test("SessionLog: filters by level but always keeps session_start and session_stop", () => {
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

Deno.test("SessionLog: counts only the warnings and errors that it logs", () => {
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
  const stop = opened.log.emit(event("session_stop"));
  assertEquals(stop, event("session_stop", { warnings: 3, errors: 1 }));
});

Deno.test("SessionLog: flushes held lines before the end of a run", () => {
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

Deno.test("SessionLog: logs the last line of a flood only when ffmpeg ends unexpectedly", () => {
  for (const isFailure of [true, false]) {
    using opened = open();
    const { log, clock } = opened;
    const say = (line: string) =>
      log.emit(stderr(clock, { severity: "error", line }));
    for (let n = 0; n < 5_000; n++) {
      say(`${String.fromCharCode(0x4e00 + n)} ${"frame ".repeat(20)}`);
    }
    say("Conversion failed!");
    assertFalse(opened.files.text(PATH).includes("Conversion failed!"));
    log.emit(event("ffmpeg_stopped"));
    if (isFailure) log.observe({ kind: "run_failed", time: clock.now() });
    log.flush();
    const text = opened.files.text(PATH);
    assertEquals(text.includes("Conversion failed!"), isFailure);
  }
});

Deno.test("SessionLog: reports held counts in time without keeping the process alive", () => {
  using opened = open();
  for (let n = 0; n < 10; n++) opened.log.emit(stderr(opened.clock));
  assertEquals(opened.clock.holding, 0);
  opened.clock.advance(10_000);
  const last = opened.events().at(-1);
  assert(last?.event === "ffmpeg_stderr");
  assertEquals(last.count, 7);
  assertEquals(opened.clock.waiting, 1, "only the handler's own timer is left");
});

Deno.test("SessionLog: reports held counts on every flush and close", () => {
  for (const act of ["flush", "close"] as const) {
    using opened = open();
    for (let n = 0; n < 10; n++) opened.log.emit(stderr(opened.clock));
    opened.log[act]();
    opened.log[act]();
    assertEquals(opened.events().length, 4);
    assertEquals(opened.log.emit(event("session_stop")).warnings, 4);
    assertEquals(opened.events().at(-1)?.event, "session_stop");
  }
});

Deno.test("SessionLog: holds nothing back at level debug", () => {
  using opened = open({ level: "debug" });
  for (let n = 0; n < 1_000; n++) opened.log.emit(stderr(opened.clock));
  assertEquals(opened.events().length, 1_000);
});

Deno.test("SessionLog: masks secrets in every text of every event", () => {
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
    code: "start_failed",
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

Deno.test("SessionLog: limits a minute of 10,000 lines a second to 20 kB at level info", () => {
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

Deno.test("SessionLog: never throws from emit", () => {
  using opened = open({ onError: () => {} });
  opened.log.emit({ ...random("gap"), time: NaN });
  opened.log.emit({ ...random("gap"), time: Infinity });
  opened.log.emit(stderr(opened.clock, { time: NaN }));
  opened.log.emit(random("session_stop"));
  assertEquals(opened.events().at(-1)?.event, "session_stop");
});

Deno.test("SessionLog: ends with session_stop even when lines were dropped before it", () => {
  for (const isGone of [true, false]) {
    using opened = open({ level: "debug", rotation: "off" });
    const { files, log, clock } = opened;
    files.capacity = 0;
    for (let n = 0; n < 6_000; n++) {
      log.emit(stderr(clock, { line: "x".repeat(1_000) }));
    }
    log.flush();
    const { dropped } = log;
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
    assertEquals(log.dropped, dropped);
  }
});

Deno.test("SessionLog: writes nothing after session_stop, not even lines that were lost", () => {
  using opened = open();
  const { log, files, clock } = opened;
  log.emit(event("session_start"));
  files.capacity = files.size(PATH);
  for (let count = 0; count < 60_000; count++) log.emit(event("gap"));
  files.capacity = Infinity;
  log.emit(event("session_stop"));
  log.emit(event("warning"));
  clock.advance(60_000);
  log.close();
  const names = opened.events().map((event) => event?.event);
  assertEquals(names.at(-1), "session_stop");
  assertEquals(names.filter((name) => name === "session_stop").length, 1);
  const { length } = names.filter((name) => name === "warning");
  assertEquals(length, 1, "the lost lines, before the end");
});

Deno.test("SessionLog: lines wait in order while they are held", () => {
  using opened = open();
  const { log } = opened;
  const names = () => opened.events().map((one) => one?.event);
  log.emit(event("session_start"));
  {
    using _one = log.hold();
    using _two = log.hold();
    log.emit(event("recovery"));
    log.emit(event("gap"));
    assertEquals(names(), ["session_start"]);
  }
  assertEquals(names(), ["session_start", "recovery", "gap"]);
  // The end of the session waits for nothing.
  using _three = log.hold();
  log.emit(event("recovery"));
  log.flush();
  assertEquals(names().length, 4);
  log.emit(event("gap"));
  log.close();
  assertEquals(names().length, 5);
});
