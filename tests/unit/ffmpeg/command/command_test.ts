import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
} from "@std/assert";
import { chunkName, chunkNumber } from "../../../../src/audio/chunk_name.ts";
import {
  alignVariables,
  buildArgs,
} from "../../../../src/ffmpeg/command/command.ts";
import { frameStart } from "../../../../src/ffmpeg/command/filters.ts";
import type { RunSpec } from "../../../../src/ffmpeg/command/run_spec.ts";
import { RUN_SPEC as SPEC } from "../../../support/run_spec.ts";

function line(change: Partial<RunSpec> = {}): string {
  return buildArgs({ ...SPEC, ...change }).join(" ");
}

Deno.test("buildArgs: reads the test device as a tone at real-time speed", () => {
  assertStringIncludes(
    line(),
    "-f lavfi -i sine=frequency=440:sample_rate=48000 -map 0:a:0 -af arealtime=limit=1800,",
  );
});

Deno.test("buildArgs: requests small fragments from a sound server", () => {
  const device = { kind: "format", format: "pulse", name: "mic" } as const;
  assertStringIncludes(
    line({ device }),
    "-f pulse -fragment_size 3840 -sample_rate 48000 -channels 2 -i mic",
  );
});

Deno.test("buildArgs: requests rate and channels from ALSA but not from other devices", () => {
  const alsa = { kind: "format", format: "alsa", name: "hw:1,0" } as const;
  assertStringIncludes(
    line({ device: alsa, inputChannels: 1, sampleRate: 44_100 }),
    "-f alsa -sample_rate 44100 -channels 1 -i hw:1,0",
  );
  const mac = { kind: "format", format: "avfoundation", name: ":0" } as const;
  assertStringIncludes(line({ device: mac }), "-f avfoundation -i :0");
});

Deno.test("buildArgs: limits a virtual source to real-time speed", () => {
  const device = {
    kind: "format",
    format: "lavfi",
    name: "anoisesrc",
  } as const;
  assertStringIncludes(
    line({ device }),
    "-f lavfi -i anoisesrc -map 0:a:0 -af arealtime=limit=1800,",
  );
});

Deno.test("buildArgs: opens a URL unchanged and without a speed limit", () => {
  const device = { kind: "url", url: "rtsp://host/a" } as const;
  assertStringIncludes(line({ device }), " -i rtsp://host/a ");
  assert(!line({ device }).includes("arealtime"));
});

Deno.test("buildArgs: places the user's arguments directly before the input and the output", () => {
  const words = buildArgs({
    ...SPEC,
    inputArgs: ["-thread_queue_size", "64"],
    outputArgs: ["-compression_level", "0"],
  });
  assert(words.indexOf("-thread_queue_size") < words.indexOf("-i"));
  assert(words.indexOf("-compression_level") > words.indexOf("-c:a"));
  assert(words.indexOf("-compression_level") < words.length - 1);
});

for (
  const name of ["-af", "-filter", "-filter:a", "-filter:0", "-filter:a:0"]
) {
  Deno.test(`buildArgs: puts a filter given as ${name} before its own filters`, () => {
    const outputArgs = [name, "volume=2", "-compression_level", "0"];
    const words = buildArgs({ ...SPEC, outputArgs });
    const graph = words[words.indexOf("-af") + 1] ?? "";
    assertStringIncludes(graph, "volume=2,aformat=");
    assertStringIncludes(graph, ",ametadata=");
    assertEquals(words.filter((word) => /^-(af|filter(:|$))/.test(word)), [
      "-af",
    ]);
    assertStringIncludes(words.join(" "), "-compression_level 0");
  });
}

Deno.test("buildArgs: makes ffmpeg 7 check for a stop often and requests no progress reports", () => {
  const words = buildArgs(SPEC);
  assert(Number(words[words.indexOf("-stats_period") + 1]) <= 0.5);
  // Each report would wake up the recorder, who knows from the peaks.
  assert(!words.includes("-progress"));
});

Deno.test("buildArgs: captures a device in pieces of 100 ms, and of 20 ms at low latency", () => {
  const device = { kind: "format", format: "pulse", name: "x" } as const;
  const normal = line({ device, latency: "normal" });
  assertStringIncludes(normal, "-fragment_size 19200");
  assertStringIncludes(normal, "asetnsamples=n=4800");
  // Half of it: FLAC's streamable subset ends at 4608 samples.
  assertStringIncludes(normal, "-frame_size 2400");
  const low = line({ device, latency: "low" });
  assertStringIncludes(low, "-fragment_size 3840");
  assertStringIncludes(low, "asetnsamples=n=960");
});

Deno.test("buildArgs: cuts a stream into frames of 20 ms at any latency", () => {
  const device = { kind: "url", url: "rtsp://h/a" } as const;
  for (const latency of ["normal", "low"] as const) {
    assertStringIncludes(line({ device, latency }), "asetnsamples=n=960");
  }
});

Deno.test("buildArgs: uses frames of 20 ms at any sample rate with low latency", () => {
  assertStringIncludes(line(), "-frame_size 960");
  assertStringIncludes(line({ sampleRate: 44_100 }), "-frame_size 882");
  assertStringIncludes(line({ sampleRate: 8_000 }), "asetnsamples=n=160");
});

Deno.test("buildArgs: counts frames at the rate of the recording regardless of the source", () => {
  assertStringIncludes(
    line({ sampleRate: 44_100 }),
    "aformat=sample_rates=44100:sample_fmts=s16,asetpts=",
  );
  assertEquals(frameStart({ ...SPEC, sampleRate: 44_100 }, 50), 1);
  assertEquals(frameStart(SPEC, 50_000_000), 1_000_000);
  assertAlmostEquals(
    frameStart({ ...SPEC, sampleRate: 11_025 }, 50),
    1.0023,
    0.0001,
  );
});

Deno.test("buildArgs: joins all filters into a single chain", () => {
  const words = buildArgs({ ...SPEC, duration: 5 });
  const graph = words[words.indexOf("-af") + 1] ?? "";
  assertStringIncludes(graph, ",astats=");
  assert(!/;|\[|split|nullsink/.test(graph), graph);
});

Deno.test("buildArgs: deletes the metadata of a stream, which could look like a report", () => {
  const device = { kind: "url", url: "rtsp://host/a" } as const;
  assertStringIncludes(line({ device }), ",ametadata=mode=delete,astats=");
  assert(!line().includes("mode=delete"));
});

Deno.test("buildArgs: selects the encoder and the muxer of each format", () => {
  assertStringIncludes(line({ format: "wav" }), "-c:a pcm_s16le");
  assertStringIncludes(line({ format: "wav" }), "-segment_format wav");
  assertStringIncludes(line({ format: "opus" }), "-c:a libopus");
  assertStringIncludes(line({ format: "opus" }), "-segment_format ogg");
  const mp3 = line({ format: "mp3", bitDepth: null });
  // Each chunk decodes by itself, from its first frame on.
  assertStringIncludes(mp3, "-c:a libmp3lame -reservoir 0 ");
  assertStringIncludes(mp3, "-segment_format mp3");
  assertStringIncludes(mp3, ":write_xing=0:");
});

Deno.test("buildArgs: writes times without exponents and omits an absent duration", () => {
  assertStringIncludes(line({ duration: 36_000_000 }), "atrim=end=36000000,");
  assertStringIncludes(line({ segmentDuration: 2.5 }), "-segment_time 2.5 ");
  assert(!line().includes("atrim"));
});

Deno.test("buildArgs: names chunks without their folder, which ffmpeg runs in", () => {
  const words = buildArgs(SPEC);
  assertEquals(words.at(-1), "./chunk_%05d.flac.part");
  assert(!words.join(" ").includes(SPEC.folder));
});

Deno.test("buildArgs: starts numbering at the given chunk", () => {
  assertStringIncludes(line({ firstChunk: 7 }), "-segment_start_number 7");
});

Deno.test("chunkNumber: reverses chunkName and returns null for other names", () => {
  assertEquals(chunkName(3, "flac"), "chunk_00003.flac");
  assertEquals(chunkNumber("chunk_00003.flac"), 3);
  assertEquals(chunkNumber("chunk_123456.wav.part"), 123_456);
  for (const name of ["chunk_3.flac", "x_00003.flac", "chunk_00003.aac"]) {
    assertEquals(chunkNumber(name), null, name);
  }
});

Deno.test("buildArgs: cuts chunks by the clock when they are aligned", () => {
  assertEquals(line().includes("atclocktime"), false);
  assertEquals(line({ align: "off" }).includes("atclocktime"), false);
  for (const align of ["utc", "local"] as const) {
    assertStringIncludes(
      line({ align, segmentDuration: 3600 }),
      "-segment_time 3600 -segment_atclocktime 1 -segment_clocktime_offset 0.02",
    );
  }
  assertEquals(alignVariables("utc"), { TZ: "UTC" });
  assertEquals(alignVariables("local"), {});
});
