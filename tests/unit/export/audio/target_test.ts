import { assertEquals } from "@std/assert";
import {
  bitsOf,
  formOf,
  formOfCodec,
  frameBytes,
  widestOf,
} from "../../../../src/export/audio/pcm.ts";
import { targetOf } from "../../../../src/export/audio/target.ts";
import { onlyPlace } from "../../../../src/export/seams.ts";

Deno.test("targetOf: reads the format of a name, in any case", () => {
  assertEquals(targetOf("/x/a.flac"), "flac");
  assertEquals(targetOf("A.WAV"), "wav");
  assertEquals(targetOf("a.b.opus"), "opus");
  assertEquals(targetOf("a.mp3"), "mp3");
  for (const name of ["a", "a.ogg", ".flac.x", "flac", "a.toString", ""]) {
    assertEquals(targetOf(name), null, name);
  }
});

Deno.test("forms of samples: hold what they should", () => {
  assertEquals([16, 24, 32, null].map(formOf), [
    ...["s16le", "s24le", "s32le", "s16le"] as const,
  ]);
  assertEquals(formOfCodec("pcm_f32le"), "f32le");
  assertEquals(formOfCodec("flac"), null);
  assertEquals(widestOf(["s16le", "s24le"]), "s24le");
  assertEquals(widestOf([]), "s16le");
  assertEquals(bitsOf("s24le"), 24);
  assertEquals(frameBytes({ sampleRate: 1, channels: 8, form: "s24le" }), 24);
});

Deno.test("onlyPlace: finds samples that are there once, at a whole sample", () => {
  const bytes = (...values: number[]) => new Uint8Array(values);
  assertEquals(onlyPlace(bytes(1, 2, 3, 4, 5, 6), bytes(3, 4), 2), 1);
  assertEquals(onlyPlace(bytes(1, 2, 3, 4, 5, 6), bytes(2, 3), 2), null);
  // Silence is in many places.
  assertEquals(onlyPlace(bytes(0, 0, 0, 0), bytes(0, 0), 2), null);
  assertEquals(onlyPlace(bytes(1, 2), bytes(1, 2, 3, 4), 2), null);
});
