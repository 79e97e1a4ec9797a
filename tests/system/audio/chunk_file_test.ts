import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
} from "@std/assert";
import { join } from "@std/path";
import { type BitDepth, bytesPerSample } from "../../../src/audio/bit_depth.ts";
import { finishChunkFile } from "../../../src/audio/chunk_file.ts";
import {
  type Format,
  FORMAT_NAMES,
  FORMATS,
} from "../../../src/audio/format.ts";
import { buildArgs } from "../../../src/ffmpeg/command/command.ts";
import {
  decodeFiles,
  passesFlacTest,
  probeDuration,
} from "../../support/sound_server.ts";
import { probeDepth } from "../../support/deep_sound.ts";
import { RUN_SPEC } from "../../support/run_spec.ts";
import { runProgram } from "../../support/program.ts";
import { tempFolder } from "../../support/temp.ts";

/** Chunks of 1 s as ffmpeg leaves them, of noise that fills frames to their limit. */
async function makeChunks(
  folder: string,
  format: Format,
  seconds: number,
  outputArgs: readonly string[] = [],
  bitDepth: BitDepth = 16,
): Promise<string[]> {
  const args = buildArgs({
    ...RUN_SPEC,
    device: { kind: "format", format: "lavfi", name: "anoisesrc=r=48000:a=1" },
    format,
    bitDepth: FORMATS[format].bitDepths === null ? null : bitDepth,
    segmentDuration: 1,
    duration: seconds,
    outputArgs,
  }).map((word) => word.replace(/^arealtime=[^,]*,/, ""));
  const { success } = await new Deno.Command("ffmpeg", {
    args,
    cwd: folder,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  assert(success);
  return [...Deno.readDirSync(folder)].map(({ name }) => join(folder, name))
    .sort();
}

const DEPTHS: readonly (readonly [Format, BitDepth])[] = [
  ["flac", 16],
  ["flac", 24],
  ["wav", 16],
  ["wav", 24],
  ["wav", 32],
];

for (const [format, depth] of DEPTHS) {
  Deno.test(`finishChunkFile: writes the number of samples into a ${format} chunk of ${depth} bits`, async () => {
    using folder = tempFolder();
    const paths = await makeChunks(folder.path, format, 2.5, [], depth);
    const chunks = [];
    for (const path of paths) {
      chunks.push(await finishChunkFile(path, format, path !== paths[0]));
    }
    assertEquals(chunks.map((chunk) => chunk?.samples), [
      48_000,
      48_000,
      24_000,
    ]);
    for (const [index, path] of paths.entries()) {
      assertEquals(await probeDepth(path), depth);
      assertEquals(await probeDuration(path), chunks[index]?.duration);
      assertEquals(Deno.statSync(path).size, chunks[index]?.size);
      if (format === "flac") assert(await passesFlacTest(path));
    }
    assertEquals((await decodeFiles(paths)).length / 2, 120_000);
  });

  Deno.test(`finishChunkFile: keeps the whole frames of a ${format} chunk of ${depth} bits cut anywhere`, async () => {
    using folder = tempFolder();
    const [path] = await makeChunks(folder.path, format, 1, [], depth);
    assert(path !== undefined);
    const whole = Deno.readFileSync(path);
    const cuts = [1, 2, 3, 500, 1_000, 2_345, 20_000, 90_000]
      .map((bytes) => whole.length - bytes);
    for (const size of cuts) {
      Deno.writeFileSync(path, whole.subarray(0, size));
      const chunk = await finishChunkFile(path, format, false);
      assert(chunk !== null, `cut to ${size}`);
      assertEquals(Deno.statSync(path).size, chunk.size);
      const frame = 960 * 2 * bytesPerSample(depth) + 260;
      assert(size - chunk.size < frame, "less than a frame is taken off");
      // ffprobe cuts the digits after the sixth.
      assertAlmostEquals(await probeDuration(path), chunk.duration, 2e-6);
      const samples = await decodeFiles([path]);
      assertEquals(samples.length / 2, chunk.samples);
      if (format === "flac") assert(await passesFlacTest(path));
    }
  });
}

Deno.test("finishChunkFile: counts the samples of flac frames of another size and of 24 bits", async () => {
  using folder = tempFolder();
  const paths = await makeChunks(folder.path, "flac", 2, [
    ...["-af", "asetpts=N/SR/TB", "-frame_size", "4608"],
    ...["-sample_fmt", "s32"],
  ]);
  let samples = 0;
  for (const path of paths) {
    const chunk = await finishChunkFile(path, "flac", false);
    samples += chunk?.samples ?? 0;
    // ffmpeg ends with an empty file when the audio ends where a chunk does.
    assert(chunk === null || await passesFlacTest(path));
  }
  assertEquals(samples, 96_000);
});

Deno.test("finishChunkFile: returns null for a flac file that holds only tags", async () => {
  using folder = tempFolder();
  const paths = await makeChunks(folder.path, "flac", 2, [
    ...["-metadata", `title=${"long ".repeat(100)}`],
  ]);
  const last = paths.at(-1) ?? "";
  assert(Deno.statSync(last).size > 8_600);
  const chunks = [];
  for (const path of paths) {
    chunks.push(await finishChunkFile(path, "flac", path !== paths[0]));
  }
  assertEquals(
    chunks.map((chunk) => chunk?.samples ?? null),
    [48_000, 48_000, null],
  );
});

Deno.test("finishChunkFile: removes zeros after the last frame of a flac chunk", async () => {
  using folder = tempFolder();
  const [path] = await makeChunks(folder.path, "flac", 1.5);
  assert(path !== undefined);
  const whole = Deno.readFileSync(path);
  for (const zeros of [100, 4_096, 300_000]) {
    Deno.writeFileSync(path, whole);
    Deno.writeFileSync(path, new Uint8Array(zeros), { append: true });
    const chunk = await finishChunkFile(path, "flac", false);
    assertEquals(chunk?.samples, 48_000, `${zeros} zeros`);
    assertEquals(Deno.statSync(path).size, whole.length);
    assert(await passesFlacTest(path));
  }
});

/** Offsets of the ends of a FLAC file's frames, and the samples up to each. */
async function frameEnds(
  path: string,
): Promise<{ end: number; sum: number }[]> {
  const { code, stdout } = await runProgram("ffprobe", [
    ...["-v", "error", "-of", "csv=p=0", path],
    ...["-show_entries", "packet=duration,size,pos"],
  ]);
  assertEquals(code, 0);
  let sum = 0;
  return stdout.trim().split("\n").map((line) => {
    const [duration = 0, size = 0, pos = 0] = line.split(",").map(Number);
    sum += duration;
    return { end: pos + size, sum };
  });
}

Deno.test("finishChunkFile: keeps zeros that are the last frame's own, of each depth and number of channels", async () => {
  using folder = tempFolder();
  for (const [depth, channels] of [["s16", 1], ["s32", 2]] as const) {
    const path = join(folder.path, "chunk.flac");
    const made = await runProgram("ffmpeg", [
      ...["-v", "error", "-y", "-f", "lavfi", "-i"],
      "anoisesrc=r=48000:a=0.5:d=40:seed=437",
      ...["-ac", String(channels), "-sample_fmt", depth],
      ...["-frame_size", "960", path],
    ]);
    assertEquals(made.code, 0, made.stderr);
    const whole = Deno.readFileSync(path);
    const zeroEnds = (await frameEnds(path))
      .filter(({ end }) => whole[end - 1] === 0);
    // One of 256 sums ends in a zero, of 2,000.
    assert(zeroEnds.length > 0);
    for (const { end, sum } of zeroEnds.slice(0, 3)) {
      for (const zeros of [0, 1, 2, 17, 4_096]) {
        Deno.writeFileSync(path, whole.subarray(0, end));
        Deno.writeFileSync(path, new Uint8Array(zeros), { append: true });
        const chunk = await finishChunkFile(path, "flac", false);
        assertEquals(chunk?.samples, sum, `${zeros} zeros`);
        assertEquals(Deno.statSync(path).size, end, `${zeros} zeros`);
      }
      assert(await passesFlacTest(path));
    }
  }
});

Deno.test("finishChunkFile: counts the samples that a decoder plays from opus chunks", async () => {
  using folder = tempFolder();
  const paths = await makeChunks(folder.path, "opus", 2.5);
  let samples = 0;
  for (const [index, path] of paths.entries()) {
    const chunk = await finishChunkFile(path, "opus", index > 0);
    samples += chunk?.samples ?? 0;
    const decoded = (await decodeFiles([path])).length / 2;
    // ffmpeg's decoder plays the last packet whole, though its end is padding.
    const padding = index === paths.length - 1 ? 960 : 0;
    assertAlmostEquals(decoded, chunk?.samples ?? 0, padding);
  }
  assertEquals(samples, 120_000);
});

for (
  const [rate, channels] of [
    [48_000, 2],
    [44_100, 1],
    [22_050, 2],
    [8_000, 1],
  ] as const
) {
  Deno.test(`finishChunkFile: counts the samples that a decoder plays from mp3 chunks, ${rate} Hz, ${channels} ch`, async () => {
    using folder = tempFolder();
    const paths = await makeChunks(folder.path, "mp3", 2.5, [
      ...["-ar", String(rate), "-ac", String(channels)],
    ]);
    assertEquals(paths.length, 3);
    let samples = 0;
    for (const [index, path] of paths.entries()) {
      const chunk = await finishChunkFile(path, "mp3", index > 0);
      assert(chunk !== null);
      samples += chunk.samples;
      assertEquals((await decodeFiles([path])).length / 2, chunk.samples);
      assertAlmostEquals(await probeDuration(path), chunk.duration, 0.001);
      assertEquals(Deno.statSync(path).size, chunk.size);
    }
    // The delay of the encoder, and padding to whole frames.
    const added = samples - 2.5 * rate;
    assert(added >= 1_105 && added < 1_105 + 288 + 1_152, `${added} samples`);
  });
}

Deno.test("finishChunkFile: keeps the whole frames of an mp3 chunk cut anywhere, or filled with zeros", async () => {
  using folder = tempFolder();
  const [path] = await makeChunks(folder.path, "mp3", 1.5);
  assert(path !== undefined);
  const whole = Deno.readFileSync(path);
  const cuts = [1, 2, 3, 381, 383, 384, 385, 500, 1_000, 5_000]
    .map((bytes) => whole.length - bytes);
  for (const zeros of [0, 1, 4_096, 300_000]) {
    for (const size of cuts) {
      Deno.writeFileSync(path, whole.subarray(0, size));
      Deno.writeFileSync(path, new Uint8Array(zeros), { append: true });
      const chunk = await finishChunkFile(path, "mp3", false);
      assert(chunk !== null, `cut to ${size}`);
      assertEquals(Deno.statSync(path).size, chunk.size);
      // Zeros in the last frame are in a frame all the same.
      assert(Math.abs(size - chunk.size) < 384, "about a frame is taken off");
      assertEquals((await decodeFiles([path])).length / 2, chunk.samples);
    }
  }
});

Deno.test("finishChunkFile: an mp3 chunk of a single frame can be opened", async () => {
  using folder = tempFolder();
  const [path] = await makeChunks(folder.path, "mp3", 1);
  assert(path !== undefined);
  const whole = Deno.readFileSync(path);
  const tag = whole.indexOf(0xff);
  Deno.writeFileSync(path, whole.subarray(0, tag + 384 + 100));
  const chunk = await finishChunkFile(path, "mp3", false);
  assertEquals(chunk?.samples, 2 * 1_152);
  assertEquals(Deno.statSync(path).size, tag + 2 * 384);
  // ffmpeg recognizes so few frames by the name of the file alone.
  const named = join(folder.path, "chunk_00001.mp3");
  Deno.renameSync(path, named);
  assertEquals((await decodeFiles([named])).length / 2, 2 * 1_152);
});

for (const format of FORMAT_NAMES) {
  Deno.test(`finishChunkFile: returns null for a ${format} file without audio and rejects other data`, async () => {
    using folder = tempFolder();
    const path = join(folder.path, "chunk");
    const [first] = await makeChunks(folder.path, format, 1);
    assert(first !== undefined);
    const whole = Deno.readFileSync(first);
    for (const size of [0, 1, 4, 30, 44]) {
      Deno.writeFileSync(path, whole.subarray(0, size));
      assertEquals(
        await finishChunkFile(path, format, false),
        null,
        `${size} bytes`,
      );
    }
    Deno.writeFileSync(path, new Uint8Array(100_000));
    assertEquals(await finishChunkFile(path, format, false), null);
    Deno.writeFileSync(path, new Uint8Array(5_000).fill(0xff));
    await assertRejects(
      () => finishChunkFile(path, format, false),
      Error,
      "cannot be read",
    );
    assertEquals(Deno.statSync(path).size, 5_000);
  });
}

for (const depth of [16, 24, 32] as const) {
  Deno.test(`finishChunkFile: returns null for the header alone of a wav file of ${depth} bits`, async () => {
    using folder = tempFolder();
    const [first] = await makeChunks(folder.path, "wav", 1, [], depth);
    assert(first !== undefined);
    const whole = Deno.readFileSync(first);
    const tags = new TextDecoder("latin1").decode(whole.subarray(0, 200));
    Deno.writeFileSync(first, whole.subarray(0, tags.indexOf("data") + 8));
    assertEquals(await finishChunkFile(first, "wav", false), null);
  });
}
