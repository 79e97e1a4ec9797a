import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseDevice } from "../../../../src/audio/device.ts";
import { buildArgs } from "../../../../src/ffmpeg/command/command.ts";
import type { RunSpec } from "../../../../src/ffmpeg/command/run_spec.ts";
import {
  depthOf,
  depthOfDevice,
  depthOfStream,
  encoderOf,
} from "../../../../src/ffmpeg/command/sample_format.ts";
import { trialArgs } from "../../../../src/ffmpeg/command/trial.ts";
import { RUN_SPEC } from "../../../support/run_spec.ts";

function line(change: Partial<RunSpec>): string {
  return buildArgs({ ...RUN_SPEC, ...change }).join(" ");
}

const pulse = { kind: "format", format: "pulse", name: "mic" } as const;

Deno.test("buildArgs: requests 16 bits from a sound server as it gives them", () => {
  const words = line({ device: pulse });
  assertStringIncludes(words, "-f pulse -fragment_size 3840 -sample_rate");
  assert(!words.includes("pcm_"), words);
});

for (const [depth, bytes] of [[24, 5_760], [32, 7_680]] as const) {
  Deno.test(`buildArgs: requests ${depth} bits from a sound server or card`, () => {
    assertStringIncludes(
      line({ device: pulse, bitDepth: depth, format: "wav" }),
      ` -c:a pcm_s${depth}le -f pulse -fragment_size ${bytes} -sample_rate 48000 -channels 2 -i mic `,
    );
    const alsa = { kind: "format", format: "alsa", name: "hw:CARD=X" } as const;
    assertStringIncludes(
      line({ device: alsa, bitDepth: depth, format: "wav" }),
      ` -c:a pcm_s${depth}le -f alsa -sample_rate 48000 -channels 2 -i hw:CARD=X `,
    );
  });
}

Deno.test("buildArgs: lets the user's input arguments name another sample format", () => {
  const words = buildArgs({
    ...RUN_SPEC,
    device: pulse,
    bitDepth: 24,
    inputArgs: ["-c:a", "pcm_f32le"],
  });
  const input = words.slice(0, words.indexOf("-i"));
  assertEquals(
    input.flatMap((word, index) => word === "-c:a" ? [input[index + 1]] : []),
    ["pcm_s24le", "pcm_f32le"],
  );
});

Deno.test("buildArgs: makes the encoder write the depth in each format", () => {
  const cases = [
    ["flac", 16, ":sample_fmts=s16,", " -c:a flac -sample_fmt s16 -frame_size"],
    [
      ...["flac", 24, ":sample_fmts=s32,"],
      " -c:a flac -sample_fmt s32 -bits_per_raw_sample 24 -frame_size",
    ],
    ["wav", 16, ":sample_fmts=s16,", " -c:a pcm_s16le -sample_fmt s16 "],
    [
      ...["wav", 24, ":sample_fmts=s32,"],
      " -c:a pcm_s24le -sample_fmt s32 -bits_per_raw_sample 24 ",
    ],
    ["wav", 32, ":sample_fmts=s32,", " -c:a pcm_s32le -sample_fmt s32 -f "],
  ] as const;
  for (const [format, bitDepth, filter, encoder] of cases) {
    const words = line({ format, bitDepth });
    assertStringIncludes(words, `aformat=sample_rates=48000${filter}`);
    assertStringIncludes(words, encoder);
    const trial = trialArgs({ ...RUN_SPEC, format, bitDepth }, false).join(" ");
    assertStringIncludes(trial, encoder);
  }
});

Deno.test("buildArgs: sets no depth for opus", () => {
  const words = line({ format: "opus", bitDepth: null });
  assertStringIncludes(words, "aformat=sample_rates=48000,");
  assert(!/sample_fmt|bits_per/.test(words), words);
});

Deno.test("buildArgs: leaves the depth to an encoder that the user names", () => {
  const words = line({ bitDepth: 24, outputArgs: ["-c:a", "pcm_f32le"] });
  assertStringIncludes(words, "aformat=sample_rates=48000,");
  assert(!/sample_fmt|bits_per/.test(words), words);
});

Deno.test("encoderOf: returns the encoder in effect", () => {
  const of = (...outputArgs: string[]) =>
    encoderOf({ format: "wav", bitDepth: 16, outputArgs });
  assertEquals(of(), "pcm_s16le");
  assertEquals(of("-c:a", "pcm_s24le"), "pcm_s24le");
  assertEquals(of("-acodec", "pcm_s24le", "-ar", "8000"), "pcm_s24le");
  assertEquals(of("-codec:a:0", "pcm_f32le", "-c", "pcm_s32le"), "pcm_s32le");
  assertEquals(of("-compression_level", "8", "-c:a"), "pcm_s16le");
  const deep = { format: "wav", bitDepth: 24, outputArgs: [] } as const;
  assertEquals(encoderOf(deep), "pcm_s24le");
  const lossy = { format: "opus", bitDepth: null, outputArgs: [] } as const;
  assertEquals(encoderOf(lossy), "libopus");
});

Deno.test("depthOf: returns the bits that are in the chunks, or null", () => {
  const of = (bitDepth: 16 | 24 | null, ...outputArgs: string[]) =>
    depthOf({ format: "wav", bitDepth, outputArgs });
  assertEquals(of(16), 16);
  assertEquals(of(24), 24);
  assertEquals(of(null), null);
  assertEquals(of(16, "-c:a", "pcm_s24le"), 24);
  assertEquals(of(16, "-c:a", "pcm_f32le"), null);
  assertEquals(of(24, "-c:a", "libmp3lame"), null);
});

Deno.test("depthOfDevice: knows the depth of kinds of devices and asks others", () => {
  const cases: [string, 16 | 24 | null][] = [
    ["test", 16],
    ["pulse:default", 16],
    ["alsa:hw:CARD=X", 16],
    ["dshow:audio=Mic", 16],
    ["jack:echolog", 24],
    ["avfoundation::0", 24],
    ["lavfi:anoisesrc", null],
    ["http://host/a", null],
    ["HTTPS://host/a", null],
    ["file:///a.wav", null],
    ["rtsp://host/a", 16],
    ["srt://host:1", 16],
    ["udp://host:1", 16],
  ];
  for (const [spec, depth] of cases) {
    const device = parseDevice(spec);
    assert(device !== null);
    assertEquals(depthOfDevice(device), depth, spec);
  }
});

Deno.test("depthOfStream: reads the depth of the chosen audio stream", () => {
  const of = (...lines: string[]) =>
    depthOfStream(lines.map((line) => `  Stream ${line}`), 0);
  // The forms of ffmpeg 5.1 to 9.
  const cases: [string, 16 | 24][] = [
    ["#0:0: Audio: mp3, 44100 Hz, stereo, fltp, 128 kb/s", 16],
    ["#0:0: Audio: aac (LC), 48000 Hz, stereo, fltp, 125 kb/s", 16],
    [
      "#0:1[0x2](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, stereo, fltp, 128 kb/s (default)",
      16,
    ],
    ["#0:0: Audio: opus, 48000 Hz, stereo, fltp", 16],
    ["#0:0: Audio: pcm_mulaw, 8000 Hz, 1 channels, s16, 64 kb/s", 16],
    ["#0:0: Audio: flac, 48000 Hz, stereo, s16", 16],
    ["#0:0: Audio: flac, 48000 Hz, stereo, s32 (24 bit)", 24],
    [
      "#0:0: Audio: alac (alac / 0x63616C61), 48000 Hz, stereo, s32p (24 bit)",
      24,
    ],
    [
      "#0:0: Audio: pcm_f32le ([3][0][0][0] / 0x0003), 48000 Hz, 2 channels, flt, 3072 kb/s",
      24,
    ],
    [
      "#0:0: Audio: pcm_s16le ([1][0][0][0] / 0x0001), 48000 Hz, stereo, s16, 1536 kb/s",
      16,
    ],
  ];
  for (const [line, depth] of cases) assertEquals(of(line), depth, line);
  assertEquals(of("#0:0: Video: h264, yuv420p"), null);
  const two = [
    "  Stream #0:0: Video: h264, yuv420p",
    "  Stream #0:1: Audio: mp3, 44100 Hz, stereo, fltp",
    "  Stream #0:2: Audio: flac, 48000 Hz, stereo, s32 (24 bit)",
  ];
  assertEquals(depthOfStream(two, 0), 16);
  assertEquals(depthOfStream(two, 1), 24);
  assertEquals(depthOfStream(two, 2), null);
});
