import { assert, assertEquals, assertMatch } from "@std/assert";
import type { FfmpegStderr, SessionEvent } from "../../../../src/events.ts";
import { encodeEvent } from "../../../../src/log/format/event_fields.ts";
import { textFormat } from "../../../../src/log/format/line.ts";
import { LogThrottle } from "../../../../src/log/write/throttle.ts";
import { forAll, Random } from "../../../support/random.ts";

const START = Date.UTC(2025, 8, 22, 10);
const SECOND = 1_000;
const HOUR = 3_600_000;

function line(
  time: number,
  text: string,
  more: Partial<FfmpegStderr> = {},
): FfmpegStderr {
  return {
    event: "ffmpeg_stderr",
    time,
    run: 1,
    severity: "warning",
    context: "alsa",
    line: text,
    ...more,
  };
}

function bytesOf(events: readonly SessionEvent[]): number {
  const encoder = new TextEncoder();
  return events.reduce((sum, event) => {
    const text = encodeEvent(event, {
      format: textFormat,
      utc: true,
      redact: (value) => value,
    });
    return sum + encoder.encode(text).length + 1;
  }, 0);
}

/** How many lines of ffmpeg the events represent. */
function countOf(events: readonly SessionEvent[]): number {
  return events.reduce((sum, event) => {
    if (event.event === "ffmpeg_stderr") return sum + (event.count ?? 1);
    if (event.event !== "warning") return sum;
    return sum + Number(event.details?.["count"] ?? 0);
  }, 0);
}

/** Offers lines at a rate, with a tick every second, to the end. */
function flooded(
  seconds: number,
  rate: number,
  text: (n: number) => string,
  more: Partial<FfmpegStderr> = {},
): SessionEvent[] {
  const throttle = new LogThrottle();
  const events: SessionEvent[] = [];
  let n = 0;
  for (let second = 0; second < seconds; second++) {
    for (let k = 0; k < rate; k++) {
      const time = START + second * SECOND + Math.floor((k * SECOND) / rate);
      events.push(...throttle.push(line(time, text(n++), more)));
    }
    events.push(...throttle.poll(START + (second + 1) * SECOND));
  }
  events.push(...throttle.flush(START + seconds * SECOND));
  return events;
}

/** What is written at the end of a run that failed. */
function ended(throttle: LogThrottle, now: number): SessionEvent[] {
  return [
    ...throttle.endRun(now),
    ...throttle.takeTail(now),
    ...throttle.flush(now),
  ];
}

Deno.test("LogThrottle: limits a minute of 10,000 equal lines a second to 20 kB and counts every line", () => {
  const events = flooded(
    60,
    10_000,
    (n) => `ALSA buffer xrun ${n} at 0x${n.toString(16)}, ${n * 3} samples`,
  );
  assert(bytesOf(events) < 20_000, `${bytesOf(events)}`);
  assertEquals(countOf(events), 600_000);
  const held = events.filter((event) =>
    event.event === "ffmpeg_stderr" && event.count !== undefined
  );
  const [first] = held;
  assert(first?.event === "ffmpeg_stderr");
  assertEquals(events.indexOf(first), 3, "a few are let through first");
  assertEquals(
    first.first,
    START,
    "the fourth line came in the same millisecond",
  );
  const last = held.at(-1);
  assert(last?.event === "ffmpeg_stderr");
  assertEquals(last.last, START + 60 * SECOND - 1);
});

Deno.test("LogThrottle: summarizes the lines since the previous summary", () => {
  const events = flooded(200, 10, (n) => `xrun ${n}`);
  const held = events.flatMap((event) =>
    event.event === "ffmpeg_stderr" && event.count !== undefined ? [event] : []
  );
  assert(held.length >= 3, "one in a minute at least");
  held.forEach((event, n) => {
    assert((event.first ?? 0) > (held[n - 1]?.last ?? 0));
    assert((event.last ?? 0) >= (event.first ?? 0));
    assert(event.time >= (event.last ?? 0));
  });
  assertEquals(countOf(events), 2_000);
});

Deno.test("LogThrottle: passes lines that differ in more than numbers", () => {
  const throttle = new LogThrottle();
  const texts = ["a", "b", "c d", "c  d", "xrun 1 of x", "xrun 1 of y"];
  for (let time = 0; time < 3; time++) {
    for (const text of texts) {
      assertEquals(throttle.push(line(START, text)).length, 1, text);
    }
  }
  for (
    const more of [{ run: 2 }, { severity: "error" }, {
      context: null,
    }] as const
  ) {
    assertEquals(throttle.push(line(START, "a", more)).length, 1);
  }
  assertEquals(throttle.push(line(START, "a")), []);
});

Deno.test("LogThrottle: reports the count after a quiet period and passes lines again", () => {
  const throttle = new LogThrottle();
  for (let n = 0; n < 5; n++) throttle.push(line(START + n, `xrun ${n}`));
  assertEquals(throttle.poll(START + 4 * SECOND), []);
  const [reported, ...more] = throttle.poll(START + 6 * SECOND);
  assertEquals(more, []);
  assertEquals(reported, {
    ...line(START + 6 * SECOND, "xrun 4"),
    count: 2,
    first: START + 3,
    last: START + 4,
  });
  assert(!throttle.isHolding);
  assertEquals(throttle.push(line(START + 7 * SECOND, "xrun 5")).length, 1);
});

Deno.test("LogThrottle: reports a held count after the clock is set back", () => {
  const throttle = new LogThrottle();
  for (let n = 0; n < 5; n++) throttle.push(line(START, "xrun"));
  assertEquals(throttle.poll(START - HOUR).length, 1);
});

Deno.test("LogThrottle: uses the time at which a line arrived", () => {
  const throttle = new LogThrottle();
  for (let n = 0; n < 5; n++) {
    throttle.push(line(START, "xrun", { at: START - 1_000 + n }));
  }
  const [reported] = throttle.flush(START);
  assert(reported?.event === "ffmpeg_stderr");
  assertEquals([reported.first, reported.last, reported.at], [
    START - 997,
    START - 996,
    undefined,
  ]);
});

Deno.test("LogThrottle: limits an hour of any ffmpeg output to half a megabyte and counts every line", () => {
  const random = new Random(1);
  const letters = (length: number) =>
    Array.from({ length }, () => String.fromCharCode(random.int(97, 122))).join(
      "",
    );
  const shapes: readonly [string, (n: number) => string][] = [
    ["many kinds", () => letters(60)],
    ["long lines", () => letters(20) + "x".repeat(20_000)],
    ["what needs escapes", () => letters(20) + "\x1b".repeat(5_000)],
    ["long words", () => letters(20) + "漢".repeat(5_000)],
  ];
  for (const [what, text] of shapes) {
    const events = flooded(7_200, 5, text);
    for (const start of [START, START + HOUR]) {
      const hour = events.filter(({ time }) =>
        time >= start && time < start + HOUR
      );
      assert(bytesOf(hour) < 500_000, `${what}: ${bytesOf(hour)}`);
    }
    assertEquals(countOf(events), 36_000, what);
    const startedAt = events.filter((event) =>
      event.event === "warning" && event.details === undefined
    );
    assertEquals(startedAt.length, 2, `${what}: said once an hour`);
    for (const event of startedAt) {
      assert(
        event.event === "warning" && event.code === "ffmpeg_output_throttled",
      );
    }
  }
});

Deno.test("LogThrottle: reserves room for errors and for ffmpeg's last lines", () => {
  const throttle = new LogThrottle();
  const random = new Random(2);
  const offer = (more: Partial<FfmpegStderr>) =>
    throttle.push(
      line(
        START,
        `${random.words(40)} ${
          String.fromCharCode(0x4e00 + random.int(0, 9_999))
        }`,
        more,
      ),
    );
  const offerMany = (more: Partial<FfmpegStderr>) => {
    for (let n = 0; n < 5_000; n++) offer(more);
  };
  const passes = (more: Partial<FfmpegStderr>) =>
    offer(more).some((event) => event.event === "ffmpeg_stderr");
  offerMany({});
  assert(!passes({}));
  assert(passes({ severity: "error" }));
  offerMany({ severity: "error" });
  assert(!passes({ severity: "error" }));
  assert(passes({ at: START - 1 }));
});

for (const isUnasked of [true, false]) {
  Deno.test(`LogThrottle: ${isUnasked ? "logs the last suppressed lines when ffmpeg ends unexpectedly" : "only counts suppressed lines when ffmpeg was asked to end"}`, () => {
    const throttle = new LogThrottle();
    const random = new Random(3);
    const more = { severity: "error" as const };
    const total = 5_000;
    const before = Array.from({ length: total - 1 }, (_, n) => {
      const text = `${random.words(40)} ${String.fromCharCode(0x4e00 + n)}`;
      return throttle.push(line(START + n, text, more));
    }).flat();
    const last = { ...line(START + total, "Conversion failed!"), ...more };
    assertEquals(throttle.push(last), []);
    const reported = isUnasked
      ? ended(throttle, START + 2 * total)
      : throttle.flush(START + 2 * total);
    const lines = reported.filter((event) => event.event === "ffmpeg_stderr");
    assertEquals(lines.length, isUnasked ? 50 : 0);
    if (isUnasked) {
      const time = START + 2 * total;
      assertEquals(lines.at(-1), { ...last, time, at: START + total });
      assert(lines.every(({ at }) => at !== undefined && at >= START + 4_950));
    }
    assertEquals(countOf([...before, ...reported]), total);
    assert(bytesOf([...before, ...reported]) < 500_000);
  });
}

Deno.test("LogThrottle: logs the last lines despite many counts and earlier lines", () => {
  const throttle = new LogThrottle();
  const random = new Random(5);
  const events: SessionEvent[] = [];
  const say = (text: string) =>
    events.push(...throttle.push(line(START, text, { severity: "error" })));
  const kind = (n: number) => String.fromCharCode(0x4e00 + n);
  for (let n = 0; n < 1_500; n++) say(`${kind(n)} ${random.words(200)}`);
  for (let n = 0; n < 300; n++) say(`kind ${kind(n % 60)}`);
  for (let n = 0; n < 49; n++) say(kind(n) + "x".repeat(20_000));
  say("Conversion failed!");
  const reported = ended(throttle, START + 1);
  const late = reported.filter((event) =>
    event.event === "ffmpeg_stderr" && event.at !== undefined
  );
  assert(late.length > 1 && late.length < 50, `${late.length} lines`);
  const last = late.at(-1);
  assert(last?.event === "ffmpeg_stderr" && last.line === "Conversion failed!");
  assertEquals(countOf([...events, ...reported]), 1_850);
});

Deno.test("LogThrottle: counts last lines that do not fit, including those of a past hour", () => {
  const throttle = new LogThrottle();
  const random = new Random(4);
  const events: SessionEvent[] = [];
  const offer = (from: number) => {
    for (let n = from; n < from + 100; n++) {
      const text = random.words(40) + "x".repeat(20_000);
      events.push(...throttle.push(line(n, text, { severity: "error" })));
    }
  };
  offer(START);
  const reported = ended(throttle, START + 100);
  events.push(...reported);
  const late = reported.filter((event) => event.event === "ffmpeg_stderr");
  assert(late.length > 10 && late.length < 50, `${late.length} lines`);
  assertEquals(countOf(events), 100);
  offer(START + 200);
  events.push(...throttle.poll(START + HOUR));
  events.push(...ended(throttle, START + HOUR + 1));
  assertEquals(countOf(events), 200);
});

Deno.test("LogThrottle: forgets the oldest kind of line when there are too many and reports its count", () => {
  const throttle = new LogThrottle();
  const kind = (n: number) => String.fromCharCode(0x4e00 + n);
  const reported: SessionEvent[] = [];
  for (let time = 0; time < 5; time++) {
    reported.push(...throttle.push(line(START, kind(0))));
  }
  assertEquals(reported.length, 3);
  for (let n = 1; n <= 300; n++) {
    reported.push(...throttle.push(line(START, kind(n))));
  }
  // The first kind had to go, and was reported before.
  assertEquals(
    reported.filter((event) =>
      event.event === "ffmpeg_stderr" && event.count === 2
    )
      .length,
    1,
  );
  assertEquals(throttle.push(line(START, kind(0))).length, 1);
});

Deno.test("LogThrottle: logs or counts every line for any sequence of calls", () => {
  forAll((random) => {
    const throttle = new LogThrottle();
    const events: SessionEvent[] = [];
    let now = START;
    const count = random.int(1, 200);
    for (let n = 0; n < count; n++) {
      const text = random.pick(["a", "b", "c 1", "c 2", random.text(5)]);
      const more: Partial<FfmpegStderr> = random.oneIn(4)
        ? { at: now - 5 }
        : {};
      events.push(...throttle.push(line(now, text, more)));
      if (random.oneIn(10)) now += random.int(-10_000, 100_000);
      if (random.oneIn(10)) events.push(...throttle.poll(now));
    }
    events.push(...throttle.flush(now));
    assertEquals(countOf(events), count);
    assert(!throttle.isHolding);
    assertEquals(throttle.flush(now), []);
  }, 2_000);
});

Deno.test("LogThrottle: warns when a flood starts and reports count and times when it ends", () => {
  const events = flooded(2, 5_000, (n) => String.fromCharCode(0x4e00 + n));
  const warnings = events.filter((event) => event.event === "warning");
  assertEquals(warnings.length, 2);
  const [begin, end] = warnings;
  assert(begin?.event === "warning" && end?.event === "warning");
  assertMatch(begin.message, /counted/);
  assertEquals(Object.keys(end.details ?? {}), ["count", "first", "last"]);
});

Deno.test("LogThrottle: reports the count of a past hour when a run fails in the next", () => {
  const throttle = new LogThrottle();
  const events: SessionEvent[] = [];
  for (let n = 0; n < 1_500; n++) {
    const text = String.fromCharCode(0x4e00 + n) + "x".repeat(1_000);
    events.push(...throttle.push(line(START, text)));
  }
  events.push(...throttle.takeTail(START + HOUR + 1), ...throttle.flush(START));
  assertEquals(countOf(events), 1_500);
});
