import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { echolog } from "../support/echolog.ts";
import { BEGIN, run, session } from "../support/export_session.ts";
import { decodeFile } from "../support/exported.ts";
import { numberedPcm } from "../support/numbered_session.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("export: differing rates and channels become those of the first session", async () => {
  using home = tempFolder();
  await session(home.path, { id: "one", runs: [{ at: 0, length: 2 }] });
  await session(home.path, {
    ...{ id: "two", start: BEGIN + 3_000, sampleRate: 44_100, channels: 1 },
    runs: [{ at: 0, length: 2 }],
  });
  const { code, stdout } = await run(
    home.path,
    ...["export", "--from", "2025-09-22T10:00:00", "--for", "5s", "--json"],
  );
  assertEquals(code, 0);
  const printed = JSON.parse(stdout);
  assertEquals([printed.sample_rate, printed.channels], [48_000, 2]);
  assertEquals(printed.damage_list, []);
  const pcm = await decodeFile(join(home.path, "work", printed.file), "s16le");
  assertEquals(pcm.length, 5 * 48_000 * 4);
});

Deno.test("export: opus is decoded and encoded once, with all of its samples", async () => {
  using home = tempFolder();
  const { folder } = await session(home.path, {
    ...{ format: "opus", runs: [{ at: 0, length: 5 }] },
  });
  for (const name of ["x.wav", "x.opus", "x.mp3"]) {
    const { code, stdout, stderr } = await run(
      home.path,
      ...["export", "-o", name, "--json"],
    );
    assertEquals(code, 0, stderr);
    assertEquals(JSON.parse(stdout).damage_list, []);
    assertEquals(JSON.parse(stdout).duration, 5);
  }
  const parts: Uint8Array[] = [];
  for (const number of [1, 2, 3]) {
    const chunk = join(folder, `chunk_0000${number}.opus`);
    parts.push(await decodeFile(chunk, "s16le"));
  }
  const whole = await decodeFile(join(home.path, "work", "x.wav"), "s16le");
  const expected = new Uint8Array(
    await new Blob(parts as BlobPart[]).arrayBuffer(),
  );
  assertEquals(whole.length, 5 * 48_000 * 4);
  // The encoder pads its last packet, which the log does not count.
  assert(expected.length >= whole.length);
  assertEquals(whole, expected.subarray(0, whole.length));
});

for (const [rate, channels] of [[16_000, 1], [24_000, 2]] as const) {
  Deno.test(`export: opus of ${rate} Hz is as long as it was recorded`, async () => {
    using home = tempFolder();
    const { code } = await echolog([
      ...["record", "--device", "test", "--format", "opus", "--duration", "5s"],
      ...["--sample-rate", String(rate), "--channels", String(channels)],
      ...["--segment-duration", "2s"],
    ], { home: home.path });
    assertEquals(code, 0);
    for (const name of ["x.wav", "x.opus", "x.flac"]) {
      const { stdout } = await run(home.path, "export", "-o", name, "--json");
      const { duration, damage_list: damages, sample_rate: shown } = JSON.parse(
        stdout,
      );
      assertEquals([damages, shown], [[], 48_000], name);
      assert(Math.abs(duration - 5) < 0.03, `${name}: ${duration} s`);
      const pcm = await decodeFile(join(home.path, "work", name), "s16le");
      const length = pcm.length / (2 * channels * 48_000);
      assert(Math.abs(length - 5) < 0.05, `${name}: ${length} s`);
    }
  });
}

Deno.test("export: wav of any codec is decoded", async () => {
  using home = tempFolder();
  const config = join(home.path, "echolog.conf");
  for (const codec of ["pcm_u8", "pcm_alaw", "pcm_f64le", "pcm_f32le"]) {
    Deno.writeTextFileSync(
      config,
      `[ffmpeg]\noutput_args = ["-c:a", "${codec}"]\n`,
    );
    const { code, stderr } = await echolog([
      ...["record", "--device", "test", "--format", "wav", "--duration", "2s"],
      ...["--session-id", codec, "--config", config],
    ], { home: home.path });
    assertEquals(code, 0, stderr);
    const { stdout } = await run(
      home.path,
      ...["export", codec, "-o", `${codec}.wav`, "--json"],
    );
    const { damage_list: damages, duration } = JSON.parse(stdout);
    assertEquals([damages, duration], [[], 2], codec);
    const path = join(home.path, "work", `${codec}.wav`);
    const pcm = await decodeFile(path, "s16le");
    assertEquals(pcm.length, 2 * 48_000 * 4, codec);
    assert(pcm.some((byte) => byte !== 0), codec);
  }
});

Deno.test("export: the rate of a file is that of its first audio, not of the first session", async () => {
  using home = tempFolder();
  await session(home.path, {
    ...{ id: "one", runs: [{ at: 0, length: 4 }], lost: [2] },
  });
  await session(home.path, {
    ...{ id: "two", start: BEGIN + 5_000, sampleRate: 44_100, channels: 1 },
    runs: [{ at: 0, length: 4 }],
  });
  const { stdout } = await run(
    home.path,
    ...[
      "export",
      "--from",
      "2025-09-22T10:00:03",
      "--to",
      "10:00:08",
      "--json",
    ],
  );
  const { duration, sample_rate: rate, missing_list: missing, file } = JSON
    .parse(stdout);
  assertEquals([duration, rate], [5, 44_100]);
  assertEquals(
    missing.map(({ at, duration }: Record<string, number>) => [at, duration]),
    [[0, 1], [1, 1]],
  );
  const pcm = await decodeFile(join(home.path, "work", file), "s16le");
  assertEquals(pcm.length, 5 * 44_100 * 2);
  assertEquals(
    pcm.subarray(2 * 44_100 * 2),
    numberedPcm(1, 3 * 44_100, 1, 16),
  );
});
