import { assertEquals } from "@std/assert";
import type { BitDepth } from "../../../../src/audio/bit_depth.ts";
import {
  type Encoded,
  encodedBytes,
  pcmBits,
} from "../../../../src/ffmpeg/command/encoded_size.ts";

const WAV: Encoded = {
  format: "wav",
  sampleRate: 48_000,
  channels: 2,
  bitDepth: 16,
  outputArgs: [],
};

Deno.test("encodedBytes: depends on the format, the channels and the depth", () => {
  const of = (
    format: "wav" | "flac" | "opus" | "mp3",
    channels: number,
    bitDepth: BitDepth | null = 16,
  ) => encodedBytes({ ...WAV, format, channels, bitDepth });
  assertEquals(of("wav", 2), 192_000);
  assertEquals(of("opus", 2, null), 12_000);
  assertEquals(of("opus", 1, null), 8_000);
  assertEquals(of("mp3", 2, null), 16_000);
  assertEquals(of("mp3", 1, null), 8_000);
  assertEquals(of("flac", 2) < of("wav", 2), true);
  assertEquals(of("wav", 2, 24), 288_000);
  assertEquals(of("wav", 1, 32), 192_000);
  assertEquals(of("flac", 2, 24), 1.5 * of("flac", 2));
});

Deno.test("encodedBytes: counts the encoder, rate and channels that the user's arguments name", () => {
  const of = (...outputArgs: string[]) => encodedBytes({ ...WAV, outputArgs });
  assertEquals(of("-c:a", "pcm_s24le"), 288_000);
  assertEquals(of("-acodec", "pcm_f64le"), 768_000);
  assertEquals(of("-c:a", "pcm_mulaw"), 96_000);
  assertEquals(of("-c:a", "pcm_s24le", "-c:a", "pcm_u8"), 96_000);
  assertEquals(of("-ar", "96000", "-ac", "1"), 192_000);
  assertEquals(of("-ar:a", "8000", "-c:a", "pcm_s24le"), 48_000);
  assertEquals(of("-ar", "fast"), 192_000);
  // The size of other encoders is not known: the samples are its limit.
  assertEquals(of("-c:a", "adpcm_ms"), 192_000);
});

Deno.test("pcmBits: knows the PCM encoders of ffmpeg, and no others", () => {
  const cases: [string, number | null][] = [
    ["pcm_alaw", 8],
    ["pcm_mulaw", 8],
    ["pcm_vidc", 8],
    ["pcm_u8", 8],
    ["pcm_s8_planar", 8],
    ["pcm_s16be", 16],
    ["pcm_u24le", 24],
    ["pcm_s24daud", 24],
    ["pcm_f32le", 32],
    ["pcm_s32le_planar", 32],
    ["pcm_f64le", 64],
    ["pcm_s64le", 64],
    ["pcm_bluray", null],
    ["adpcm_ms", null],
    ["flac", null],
  ];
  for (const [encoder, bits] of cases) {
    assertEquals(pcmBits(encoder), bits, encoder);
  }
});
