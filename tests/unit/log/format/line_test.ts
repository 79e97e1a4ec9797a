import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import {
  decodeLine,
  jsonFormat,
  type LineFormat,
  textFormat,
} from "../../../../src/log/format/line.ts";
import {
  capValue,
  MAX_VALUE_BYTES,
  quoteValue,
} from "../../../../src/log/format/quote.ts";
import { decodePairs } from "../../../support/go_logfmt.ts";
import { forAll } from "../../../support/random.ts";

const HEAD = [
  "2025-09-22T10:00:00Z",
  "INFO",
  "echolog.log",
  "message",
] as const;

function line(format: LineFormat, values: readonly string[]): string {
  const fields = values.map((value, n) => format.text(`k${n}`, value));
  return format.begin(...HEAD) + fields.join("") + format.end;
}

/** What a value is read back as, whatever it was. */
function kept(value: string): string {
  return capValue(value).toWellFormed();
}

for (
  const [name, format] of [["text", textFormat], ["JSON", jsonFormat]] as const
) {
  Deno.test(`decodeLine: restores every string from a ${name} line`, () => {
    forAll((random) => {
      const values = [random.text(), random.text(), random.text(200)];
      const decoded = decodeLine(line(format, values));
      assertEquals(
        [...decoded?.fields ?? []].map(([key, { text }]) => [key, text]),
        values.map((value, n) => [`k${n}`, kept(value)]),
      );
      assertEquals(decoded?.time, Date.UTC(2025, 8, 22, 10));
      assertEquals(decoded?.level, "INFO");
      assertEquals(decoded?.logger, "echolog.log");
      assertEquals(decoded?.event, "message");
    });
  });

  Deno.test(`LineFormat: writes a single ${name} line that is safe for a terminal`, () => {
    const unsafe = new RegExp(
      "[\\p{Cc}\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ufffd]",
      "u",
    );
    forAll((random) => {
      const text = line(format, [random.text(), random.text(100)]);
      assertFalse(unsafe.test(text), JSON.stringify(text));
      assert(text.isWellFormed());
    });
  });
}

Deno.test("textFormat: writes lines that go-logfmt parses to the same pairs", () => {
  const encoder = new TextEncoder();
  forAll((random) => {
    const values = [random.text(), random.text(), random.text(200)];
    const pairs = decodePairs(encoder.encode(line(textFormat, values)));
    assertEquals(pairs, [
      ["2025-09-22T10:00:00Z", null],
      ["INFO", null],
      ["echolog.log:", null],
      ["message", null],
      ...values.map((value, n) => [`k${n}`, kept(value)] as const),
    ]);
  });
});

Deno.test("jsonFormat: writes standard JSON with the head first", () => {
  forAll((random) => {
    const value = random.text(100);
    const parsed: unknown = JSON.parse(line(jsonFormat, [value]));
    assertEquals(Object.entries(Object(parsed)), [
      ["time", "2025-09-22T10:00:00Z"],
      ["level", "INFO"],
      ["logger", "echolog.log"],
      ["event", "message"],
      ["k0", kept(value)],
    ]);
  });
});

Deno.test("quoteValue: quotes a value only when necessary", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["hw:1,0", "hw:1,0"],
    ["/home/ü/漢字/🎙", "/home/ü/漢字/🎙"],
    ["", '""'],
    ["null", '"null"'],
    ["nullable", "nullable"],
    ["a b", '"a b"'],
    ["a=b", '"a=b"'],
    ['say "x"', '"say \\"x\\""'],
    ["C:\\x", '"C:\\\\x"'],
    ["a\nb\r\tc", '"a\\nb\\r\\tc"'],
    ["\x1b[31m", '"\\u001b[31m"'],
    ["\x7f\x9b", '"\\u007f\\u009b"'],
    ["\u2028\u202e\u2066\ufeff\u061c", '"\\u2028\\u202e\\u2066\\ufeff\\u061c"'],
    ["\ud800", '"\\ufffd"'],
    ["\ufffd", '"\\ufffd"'],
    ["\ud83c\udf99", "\ud83c\udf99"],
  ];
  for (const [value, written] of cases) {
    assertEquals(quoteValue(value), written);
  }
});

Deno.test("capValue: truncates a long value at a character, marks it and keeps it afterwards", () => {
  const encoder = new TextEncoder();
  forAll((random) => {
    const unit = random.pick(["x", "é", "漢", "🎙", "x🎙", "\n", "\ud800"]);
    const value = random.words(random.int(0, 3)) +
      unit.repeat(
        Math.ceil(random.pick([4_090, 4_100, 5_000, 100_000]) / unit.length),
      );
    const capped = capValue(value);
    const bytes = encoder.encode(capped).length;
    const whole = encoder.encode(value).length;
    assert(bytes <= MAX_VALUE_BYTES, `${bytes}`);
    assertEquals(capValue(capped), capped);
    if (whole <= MAX_VALUE_BYTES) {
      assertEquals(capped, value);
      return;
    }
    const [, text = "", left = ""] =
      /^([^]*)…\[(\d+) more bytes\]$/.exec(capped) ?? [];
    assert(value.startsWith(text));
    assertEquals(encoder.encode(text).length + Number(left), whole);
    assert(bytes > MAX_VALUE_BYTES - 40, "no more is cut than must be");
    if (value.isWellFormed()) assert(text.isWellFormed());
  }, 1_000);
});

Deno.test("decodeLine: returns null for text that is not a log line", () => {
  for (
    const text of [
      "",
      "hello",
      "{",
      "{}",
      "[]",
      "null",
      '{"time":"x","level":"INFO","logger":"a","event":"b"}',
      '{"time":"2025-09-22T10:00:00Z","level":"LOUD","logger":"a","event":"b"}',
      '{"time":"2025-09-22T10:00:00Z","level":"INFO","logger":"a","event":"b","x":{}}',
      "2025-09-22T10:00:00Z INFO echolog.log: message k",
      '2025-09-22T10:00:00Z INFO echolog.log: message k="a',
      '2025-09-22T10:00:00Z INFO echolog.log: message k="a"b',
      '2025-09-22T10:00:00Z INFO echolog.log: message k="\\x1b"',
      "2025-09-22T10:00:00Z INFO echolog.log: message k=a=b",
      "2025-09-22T10:00:00Z INFO echolog.log: message 1k=a",
      "2025-09-22T10:00:00 INFO echolog.log: message",
      "2025-99-22T10:00:00Z INFO echolog.log: message",
    ]
  ) {
    assertEquals(decodeLine(text), null, text);
  }
});

Deno.test("decodeLine: converts a local time to the moment it means", () => {
  const text = "2025-09-22T12:00:00+02:00 DEBUG echolog.log: message";
  assertEquals(decodeLine(text)?.time, Date.UTC(2025, 8, 22, 10));
  assertMatch(text, /^\S+ DEBUG /);
});
