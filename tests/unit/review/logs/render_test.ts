import { assertEquals } from "@std/assert";
import {
  encodeEvent,
  type EncodeOptions,
} from "../../../../src/log/format/event_fields.ts";
import { jsonFormat, textFormat } from "../../../../src/log/format/line.ts";
import { ReadLine } from "../../../../src/log/read/reader.ts";
import { asJson } from "../../../../src/review/logs/render.ts";
import { forAll } from "../../../support/random.ts";
import { EVENT_NAMES, randomEvent } from "../../../support/random_events.ts";

const options = (format: EncodeOptions["format"]): EncodeOptions => ({
  format,
  utc: true,
  redact: (text) => text,
});

function rendered(line: string): unknown {
  return JSON.parse(asJson(new ReadLine(0, line, false)));
}

Deno.test("logs: renders a text line as the JSON line of the same event", () => {
  forAll((random) => {
    const event = randomEvent(random, random.pick(EVENT_NAMES));
    const text = encodeEvent(event, options(textFormat));
    const json = encodeEvent(event, options(jsonFormat));
    assertEquals(rendered(text), JSON.parse(json), text);
    assertEquals(rendered(json), JSON.parse(json));
  });
});

Deno.test("logs: takes the type of a field from the event, not from how its value looks", () => {
  const head = "2025-09-22T10:00:00Z WARNING echolog.recorder:";
  const fields = (line: string) => {
    const { time: _t, level: _l, logger: _n, event: _e, ...rest } = Object(
      rendered(`${head} ${line}`),
    );
    return rest;
  };
  assertEquals(fields("session_start ffmpeg=9.0 echolog=true device=12"), {
    ffmpeg: "9.0",
    echolog: "true",
    device: "12",
  });
  assertEquals(fields('session_start sample_rate="48000" ffmpeg=null'), {
    sample_rate: 48_000,
    ffmpeg: null,
  });
  assertEquals(fields('warning code=12 a=1e+21 b="1e+21" c=true d="true"'), {
    code: "12",
    a: 1e21,
    b: "1e+21",
    c: true,
    d: "true",
  });
  // An event of another version.
  assertEquals(fields('news size=12 name="12"'), { size: 12, name: "12" });
});

Deno.test("logs: escapes controls in lines that cannot be read, and in JSON", () => {
  const bad = asJson(new ReadLine(0, "\x9b31m torn \u202e", false));
  assertEquals(bad, '{"event":"unreadable","text":"\\u009b31m torn \\u202e"}');
  const line =
    '{"time":"2025-09-22T10:00:00Z","level":"INFO","logger":"a.b","event":"x","y":"\x85"}';
  assertEquals(asJson(new ReadLine(0, line, false)).includes("\\u0085"), true);
});
