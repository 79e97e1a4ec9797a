import { assertEquals } from "@std/assert";
import {
  chunkFormat,
  chunkName,
  chunkNumber,
  isTimed,
  timedName,
} from "../../../src/audio/chunk_name.ts";

const at = (text: string) => Date.parse(text);

Deno.test("timedName: has the start by the clock and the number", () => {
  assertEquals(
    timedName(1, "flac", at("2025-09-22T10:00:00.000Z")),
    "20250922T100000Z_00001.flac",
  );
  assertEquals(
    timedName(123_456, "wav", at("2025-09-22T10:00:07.899Z")),
    "20250922T100007Z_123456.wav",
  );
  // A boundary that is some milliseconds early is still the new hour's.
  assertEquals(
    timedName(2, "opus", at("2025-09-22T10:59:59.950Z")),
    "20250922T110000Z_00002.opus",
  );
});

Deno.test("timedName: a thousand chunks of one second have a thousand names", () => {
  const start = at("2025-09-22T10:00:00.500Z");
  const names = Array.from(
    { length: 1_000 },
    (_, index) => timedName(index + 1, "flac", start),
  );
  assertEquals(new Set(names).size, 1_000);
  // Legal on FAT and SMB.
  assertEquals(names.filter((name) => !/^[0-9A-Za-z_.]+$/.test(name)), []);
});

Deno.test("chunkNumber, chunkFormat: read both forms of a name, and no other", () => {
  for (const name of [chunkName(7, "flac"), timedName(7, "flac", 0)]) {
    assertEquals([chunkNumber(name), chunkFormat(name)], [7, "flac"]);
    assertEquals(chunkNumber(`${name}.part`), 7);
  }
  assertEquals(isTimed(timedName(7, "flac", 0)), true);
  assertEquals(isTimed(chunkName(7, "flac")), false);
  for (
    const name of [
      ...["20250922T100000Z.flac", "x20250922T100000Z_00001.flac"],
      ...["20250922T100000_00001.flac", "20250922T100000Z_1.flac"],
      ...["20250922T100000Z_00001.mp4", "chunk_20250922T100000Z_00001.flac"],
    ]
  ) assertEquals([chunkNumber(name), isTimed(name)], [null, false], name);
});
