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

Deno.test("a peak is preceded by its place, and the first by the beginning of the audio", () => {
  const places = [
    "frame:0    pts:0       pts_time:0",
    "frame:49   pts:47040   pts_time:0.98",
    "frame:149  pts:143040  pts_time:2.98",
    // A source of 44.1 kHz, recorded at 48 kHz.
    "frame:99   pts:95040   pts_time:2.155102",
  ].map(parseReport);
  assertEquals(places, [
    { kind: "begun" },
    { kind: "position", position: 0 },
    { kind: "position", position: 2 },
    { kind: "position", position: 1.0884353535353535 },
  ]);
  const level = "lavfi.astats.Overall.Peak_level=";
  assertEquals(parseReport(`${level}-18.063656`), {
    kind: "peak",
    dbfs: -18.063656,
  });
  assertEquals(parseReport(`${level}-inf`), { kind: "peak", dbfs: -Infinity });
});

Deno.test("what is of no interest or makes no sense is passed over", () => {
  for (
    const line of [
      "",
      "progress=continue",
      "out_time_us=N/A",
      "frame:49   pts:NOPTS   pts_time:NOPTS",
      "lavfi.astats.Overall.Peak_level=nan",
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
