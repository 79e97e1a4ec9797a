import { assertEquals } from "@std/assert";
import { parseReport } from "../../../src/ffmpeg/stdout.ts";

Deno.test("parseReport: reads captured time in microseconds", () => {
  assertEquals(parseReport("out_time_us=1020000"), {
    kind: "progress",
    captured: 1.02,
  });
});

Deno.test("parseReport: reads a closed chunk with its times", () => {
  assertEquals(parseReport("chunk_00002.flac.part,2.000000,4.500000"), {
    kind: "segment",
    file: "chunk_00002.flac.part",
    start: 2,
    end: 4.5,
  });
});

Deno.test("parseReport: reads frame numbers and peaks", () => {
  const frames = [
    "frame:0    pts:0       pts_time:0",
    "frame:49   pts:47040   pts_time:0.98",
    // As ffmpeg 5 prints what was captured after eleven days.
    "frame:50000049 pts:-86203323856916 pts_time:-1.7959e+09",
  ].map(parseReport);
  assertEquals(frames, [
    { kind: "frame", frame: 0, clock: 0 },
    { kind: "frame", frame: 49, clock: 47_040 },
    { kind: "frame", frame: 50_000_049, clock: -86_203_323_856_916 },
  ]);
  const level = "lavfi.astats.Overall.Peak_level=";
  assertEquals(parseReport(`${level}-18.063656`), {
    kind: "peak",
    dbfs: -18.063656,
  });
  assertEquals(parseReport(`${level}-inf`), { kind: "peak", dbfs: -Infinity });
  assertEquals(parseReport("lavfi.astats.12.Peak_level=-6.5"), {
    kind: "channel_peak",
    channel: 12,
    dbfs: -6.5,
  });
});

Deno.test("parseReport: returns null for irrelevant or invalid lines", () => {
  for (
    const line of [
      "",
      "progress=continue",
      "out_time_us=N/A",
      "frame:x    pts:47040   pts_time:0.98",
      "lavfi.astats.Overall.Peak_level=nan",
      "lavfi.astats.1.Peak_level=nan",
      "lavfi.astats.1.RMS_level=-3",
      "lavfi.astats.1234.Peak_level=-3",
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
