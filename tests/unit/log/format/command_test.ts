import { assert, assertEquals } from "@std/assert";
import {
  decodeEvent,
  encodeEvent,
} from "../../../../src/log/format/event_fields.ts";
import {
  decodeLine,
  jsonFormat,
  textFormat,
} from "../../../../src/log/format/line.ts";

Deno.test("encodeEvent: keeps a long command whole", () => {
  const command = `ffmpeg -metadata 'comment=${
    "it'\\''s \n".repeat(10_000)
  }' end`;
  assert(command.length > 65_536);
  for (const format of [textFormat, jsonFormat]) {
    const line = encodeEvent(
      { event: "ffmpeg_command", time: 0, run: 1, command },
      { format, utc: true, redact: (text) => text },
    );
    assertEquals(line.split("\n").length, 1);
    const decoded = decodeLine(line);
    assert(decoded !== null);
    const event = decodeEvent(decoded);
    assert(event?.event === "ffmpeg_command");
    assertEquals(event.command, command);
  }
});
