import {
  assert,
  assertEquals,
  assertFalse,
  assertStringIncludes,
} from "@std/assert";
import type {
  EventName,
  FfmpegStderr,
  SessionEvent,
} from "../../../../src/events.ts";
import {
  decodeEvent,
  encodeEvent,
} from "../../../../src/log/format/event_fields.ts";
import {
  decodeLine,
  jsonFormat,
  type LineFormat,
  textFormat,
} from "../../../../src/log/format/line.ts";
import { levelOf, loggerOf } from "../../../../src/log/format/levels.ts";
import { decodePairs } from "../../../support/go_logfmt.ts";
import { event } from "../../../support/events.ts";
import { forAll } from "../../../support/random.ts";
import {
  EVENT_NAMES,
  randomEvent,
  REASONS,
  SEVERITIES,
} from "../../../support/random_events.ts";

const FORMATS = [["text", textFormat], ["JSON", jsonFormat]] as const;

function encode(event: SessionEvent, format: LineFormat = textFormat): string {
  return encodeEvent(event, { format, utc: true, redact: (text) => text });
}

function decode(line: string): SessionEvent | null {
  const decoded = decodeLine(line);
  return decoded === null ? null : decodeEvent(decoded);
}

/** Fields that the line of another version may lack. */
const MAY_LACK: { readonly [K in EventName]?: RegExp } = {
  session_start: /^(?!session_id$|start$)/,
  ffmpeg_started: /./,
  ffmpeg_stderr: /^(run|severity|context)$/,
  ffmpeg_stopped: /./,
  chunk_created: /^(run|peak_dbfs)$/,
  recovery: /^(attempt|delay|exit_code|signal)$/,
  warning: /^message$/,
  error: /^message$/,
  log_rotated: /^reason$/,
  session_stop: /^(?!reason$)/,
};

for (const [name, format] of FORMATS) {
  Deno.test(`decodeEvent: restores every event from its ${name} line`, () => {
    forAll((random) => {
      const event = randomEvent(random, random.pick(EVENT_NAMES));
      assertEquals(decode(encode(event, format)), event);
    });
  });

  Deno.test(`decodeEvent: rejects a ${name} line without a required field`, () => {
    forAll((random) => {
      const event = randomEvent(random, random.pick(EVENT_NAMES));
      const line = decodeLine(encode(event, format));
      assert(line !== null);
      const kept = [...line.fields].filter(() => !random.oneIn(8));
      if (kept.length === line.fields.size) return;
      const missing = [...line.fields.keys()]
        .filter((key) => !kept.some(([other]) => other === key));
      const read = decodeEvent({ ...line, fields: new Map(kept) });
      const mayMiss = missing.every((key) =>
        /^(at|count|first|last|recovered|bit_depth|timezone)$/.test(key) ||
        (MAY_LACK[event.event]?.test(key) ?? false) ||
        (/^(warning|error)$/.test(event.event) && !/^(code|message)$/.test(key))
      );
      assertEquals(read !== null, mayMiss, missing.join());
    }, 2_000);
  });
}

Deno.test("encodeEvent: writes the same fields in the same order in both formats", () => {
  const encoder = new TextEncoder();
  forAll((random) => {
    const event = randomEvent(random, random.pick(EVENT_NAMES));
    const pairs = decodePairs(encoder.encode(encode(event))).slice(4);
    const parsed: unknown = JSON.parse(encode(event, jsonFormat));
    const keys = Object.keys(Object(parsed)).slice(4);
    assertEquals(pairs.map(([key]) => key), keys);
  }, 2_000);
});

/** Fields in the order of the specification. */
const FIELDS: Readonly<Record<EventName, string>> = {
  session_start:
    "session_id start device sample_rate channels bit_depth timezone codec format segment_duration output_dir config overrides log_level log_rotation log_max_bytes log_backup_count echolog ffmpeg os pid",
  ffmpeg_command: "run command",
  ffmpeg_started: "run pid latency",
  ffmpeg_stderr: "run severity context line at count first last",
  ffmpeg_stopped: "run exit_code signal stopped_by",
  chunk_created: "file seq run start end duration size peak_dbfs recovered",
  chunk_deleted: "session_id file seq start end size rule",
  gap: "start end duration cause",
  recovery: "attempt delay cause exit_code signal",
  warning: "code message",
  error: "code message",
  log_rotated: "session_id part reason start",
  session_stop:
    "reason exit_code chunks audio wall coverage gaps gap_total retries warnings errors log_lines_dropped",
};

Deno.test("encodeEvent: orders fields as specified", () => {
  const optional = / (at|count|first|last|recovered)\b/g;
  forAll((random) => {
    const name = random.pick(EVENT_NAMES);
    const line = decodeLine(encode(randomEvent(random, name)));
    const keys = [...line?.fields.keys() ?? []].join(" ");
    const wanted = FIELDS[name];
    if (name === "warning" || name === "error") {
      assert(keys.startsWith(wanted), keys);
    } else if (name === "ffmpeg_stderr" || name === "chunk_created") {
      assertEquals(keys.replace(optional, ""), wanted.replace(optional, ""));
      assert(wanted.startsWith(keys) || keys.endsWith("first last"), keys);
    } else assertEquals(keys, wanted);
  }, 1_000);
});

const TIME = Date.UTC(2025, 8, 22, 10, 0, 0, 7);
const STDERR: FfmpegStderr = {
  event: "ffmpeg_stderr",
  time: TIME,
  run: 1,
  severity: "info",
  context: null,
  line: "hello",
};

Deno.test("encodeEvent: formats lines as specified", () => {
  assertEquals(
    encode({
      event: "chunk_created",
      time: TIME,
      file: "chunk_00001.flac",
      seq: 1,
      run: 1,
      start: TIME - 300_000,
      end: TIME,
      duration: 300,
      size: 12_345_678,
      peak_dbfs: -3,
    }),
    "2025-09-22T10:00:00Z INFO echolog.recorder: chunk_created " +
      "file=chunk_00001.flac seq=1 run=1 start=2025-09-22T09:55:00.007Z " +
      "end=2025-09-22T10:00:00.007Z duration=300.000s size=12345678 peak_dbfs=-3.0",
  );
  assertEquals(
    encode({
      event: "session_stop",
      time: TIME,
      reason: "interrupted",
      exit_code: 0,
      chunks: 12,
      audio: 3599.5,
      wall: 3600,
      coverage: 99.986,
      gaps: 1,
      gap_total: 0.5,
      retries: 1,
      warnings: 2,
      errors: 0,
      log_lines_dropped: 0,
    }),
    "2025-09-22T10:00:00Z INFO echolog.session: session_stop " +
      "reason=interrupted exit_code=0 chunks=12 audio=3599.500s wall=3600.000s " +
      "coverage=99.99 gaps=1 gap_total=0.500s retries=1 warnings=2 errors=0 " +
      "log_lines_dropped=0",
  );
  assertEquals(
    encode({ ...STDERR, line: 'a "b"', at: TIME }, jsonFormat),
    '{"time":"2025-09-22T10:00:00Z","level":"DEBUG","logger":"echolog.ffmpeg",' +
      '"event":"ffmpeg_stderr","run":1,"severity":"info","context":null,' +
      '"line":"a \\"b\\"","at":"2025-09-22T10:00:00.007Z"}',
  );
});

Deno.test("levelOf: follows the severity of an ffmpeg line unless a level is given", () => {
  const levels = SEVERITIES.map((severity) => levelOf({ ...STDERR, severity }));
  assertEquals(
    levels.join(" "),
    "ERROR ERROR ERROR WARNING DEBUG DEBUG DEBUG DEBUG",
  );
  assertEquals(levelOf({ ...STDERR, level: "INFO" }), "INFO");
});

Deno.test("levelOf: returns ERROR for a failed session and INFO for a stopped one", () => {
  forAll((random) => {
    const event = randomEvent(random, "session_stop");
    assert(event.event === "session_stop");
    const wasAsked = REASONS.slice(0, 6).some((reason) =>
      reason === event.reason
    );
    assertEquals(levelOf(event), wasAsked ? "INFO" : "ERROR");
  }, 200);
});

Deno.test("loggerOf: returns the logger of the component that an event belongs to", () => {
  forAll((random) => {
    for (const name of EVENT_NAMES) {
      const event = randomEvent(random, name);
      const logger = loggerOf(event);
      if (name === "warning" || name === "error") continue;
      const wanted = name.startsWith("session_")
        ? "echolog.session"
        : name.startsWith("ffmpeg_")
        ? "echolog.ffmpeg"
        : name === "log_rotated"
        ? "echolog.log"
        : "echolog.recorder";
      assertEquals(logger, wanted);
    }
  }, 10);
  const warning = { event: "warning", time: TIME, message: "" } as const;
  assertEquals(loggerOf({ ...warning, code: "log_clock_back" }), "echolog.log");
  assertEquals(loggerOf({ ...warning, code: "disk_low" }), "echolog.recorder");
});

Deno.test("encodeEvent: writes valid lines for NaN and infinite numbers", () => {
  for (const [, format] of FORMATS) {
    for (const value of [NaN, Infinity, -Infinity]) {
      const line = encode({
        event: "warning",
        time: TIME,
        code: "clipping",
        message: "m",
        details: { value },
      }, format);
      assert(decode(line) !== null, line);
      const gap = encode({
        event: "gap",
        time: TIME,
        start: value,
        end: TIME,
        duration: value,
        cause: "stall",
      }, format);
      assert(decodeLine(gap) !== null, gap);
    }
  }
});

Deno.test("encodeEvent: fixes invalid keys of free fields", () => {
  const line = encode({
    event: "error",
    time: TIME,
    code: "start_failed",
    message: "m",
    details: { "a b": 1, "=": 2, event: 3, "": 4 },
  });
  assertEquals(
    line.slice(line.indexOf("code=")),
    "code=start_failed message=m _a_b=1 __=2 event_=3 _=4",
  );
});

Deno.test("encodeEvent: redacts texts but no other fields", () => {
  const line = encodeEvent({ ...STDERR, line: "secret", context: "secret" }, {
    format: textFormat,
    utc: true,
    redact: (text) => text.replace("secret", "***"),
  });
  assertFalse(line.includes("secret"));
  assert(line.endsWith("severity=info context=*** line=***"), line);
});

Deno.test("decodeEvent: reads a session_start of an older version, without a depth", () => {
  const { bit_depth: _, ...older } = event("session_start");
  const line = encode(older);
  assert(!line.includes("bit_depth"));
  assertEquals(decode(line), older);
});

Deno.test("encodeEvent: writes the depth after the channels, or null", () => {
  const start = (bit_depth: number | null) =>
    encode(event("session_start", { bit_depth }));
  assertStringIncludes(
    start(24),
    " channels=2 bit_depth=24 timezone=UTC codec=flac ",
  );
  assertStringIncludes(
    start(null),
    " channels=2 bit_depth=null timezone=UTC codec=flac ",
  );
});

Deno.test("decodeEvent: half a reason of a wrapped line is no end", () => {
  const read = (fields: string) => {
    const line = decodeLine(
      `2026-11-29T03:00:00Z INFO echolog.session: session_stop ${fields}`,
    );
    return line === null ? null : decodeEvent(line);
  };
  assertEquals(read("reason=stop_comman"), null);
  assertEquals(read("reason=moved_away exit_code=0")?.event, "session_stop");
  assertEquals(read("reason=stop_command")?.event, "session_stop");
});
