import { assertEquals } from "@std/assert";
import { parseReport } from "../../src/ffmpeg/progress.ts";

Deno.test("captured time is read in microseconds", () => {
  assertEquals(parseReport("out_time_us=1020000"), {
    kind: "progress",
    captured: 1.02,
  });
});

Deno.test("a closed chunk is read with its times", () => {
  assertEquals(parseReport("chunk_00002.flac.part,2.000000,4.500000"), {
    kind: "segment",
    file: "chunk_00002.flac.part",
    start: 2,
    end: 4.5,
  });
});

Deno.test("what is of no interest or makes no sense is passed over", () => {
  for (
    const line of [
      "",
      "progress=continue",
      "out_time_us=N/A",
      "out_time_us=-9223372036854775808",
      "out_time=00:00:01.020000",
      "chunk_00001.flac.part,4.000000,2.000000",
      "chunk_00001.flac.part,x,2.000000",
      "../chunk_00001.flac.part,0.000000,2.000000",
      "chunk_00001.flac,0.000000,2.000000",
      ",,",
    ]
  ) assertEquals(parseReport(line), null, line);
});
