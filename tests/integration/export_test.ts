import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { echolog, startEcholog } from "../support/echolog.ts";
import { assertExported, decodeFile } from "../support/exported.ts";
import {
  makeNumberedSession,
  numberedPcm,
  type NumberedSession,
  type SessionMade,
} from "../support/numbered_session.ts";
import { smallDisk } from "../support/small_disk.ts";
import { traced } from "../support/traced.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

/** 10:00:00 in UTC. */
const BEGIN = Date.UTC(2025, 8, 22, 10);

const NIGHT: SessionMade = {
  ...{ id: "20250922T100000Z", start: BEGIN, format: "flac", chunk: 2 },
  ...{ sampleRate: 48_000, channels: 2, bitDepth: 16 },
  // A gap from 10:00:05 to 10:00:07.
  runs: [{ at: 0, length: 5 }, { at: 7, length: 5 }],
};

async function session(
  home: string,
  made: Partial<SessionMade> = {},
): Promise<NumberedSession> {
  return await makeNumberedSession(join(home, "recordings"), {
    ...NIGHT,
    ...made,
  });
}

/** Runs echolog in a folder of its own, in UTC. */
async function run(home: string, ...args: string[]) {
  const cwd = join(home, "work");
  Deno.mkdirSync(cwd, { recursive: true });
  return await echolog(args, { home, cwd });
}

function filesIn(home: string): string[] {
  return [...Deno.readDirSync(join(home, "work"))].map(({ name }) => name)
    .sort();
}

Deno.test("export: writes the moment that was asked for, and says what is in the file", async () => {
  using home = tempFolder();
  const { spans } = await session(home.path);
  const { code, stdout, stderr } = await run(
    home.path,
    ...["export", "--from", "2025-09-22 10:00:03", "--to", "10:00:09"],
  );
  assertEquals([code, stderr], [0, ""]);
  const name = "20250922T100000Z_20250922T100003Z-20250922T100009Z.flac";
  assertEquals(filesIn(home.path), [name]);
  assertMatch(
    stdout,
    new RegExp(`^Wrote ${name}: 6 s, .* kB
2025-09-22 10:00:03 to 10:00:09 UTC: flac, 48000 Hz, 2 ch, 16 bits
From 20250922T100000Z \\(test\\)
Audio is missing in 1 place, 2 s in all, as silence:
  0:00:02.000  2 s: the device or its sound server disappeared during the recording
$`),
  );
  const path = join(home.path, "work", name);
  assertExported({
    ...{ pcm: await decodeFile(path, "s16le"), channels: 2, bits: 16, spans },
    ...{ sampleRate: 48_000, from: BEGIN + 3_000, to: BEGIN + 9_000 },
    missing: [{ at: 2, start: BEGIN + 5_000, end: BEGIN + 7_000 }],
  });
  const { stdout: probed } = await new Deno.Command("ffprobe", {
    args: ["-v", "error", "-show_entries", "format_tags", "-of", "json", path],
  }).output();
  const { tags } = JSON.parse(new TextDecoder().decode(probed)).format;
  assertEquals(tags.DATE ?? tags.date, "2025-09-22T10:00:03.000Z");
  assertStringIncludes(tags.COMMENT ?? tags.comment, "20250922T100000Z");
});

Deno.test("export: without a range, writes the whole session under its name", async () => {
  using home = tempFolder();
  const { spans } = await session(home.path);
  const { code, stdout } = await run(home.path, "export", "--json");
  assertEquals(code, 0);
  const printed = JSON.parse(stdout);
  assertEquals(printed.samples, 12 * 48_000);
  assertEquals([printed.duration, printed.audio], [12, 10]);
  assertEquals([printed.complete, printed.clock_ahead], [false, 0]);
  assertEquals(printed.missing_list, [{
    ...{ at: 5, start: "2025-09-22T10:00:05.000Z", duration: 2, why: "gap" },
    ...{ end: "2025-09-22T10:00:07.000Z", cause: "device_gone" },
  }]);
  const path = join(home.path, "work", "20250922T100000Z.flac");
  const pcm = await decodeFile(path, "s16le");
  const [, second] = assertExported({
    ...{ pcm, channels: 2, bits: 16, spans, sampleRate: 48_000 },
    ...{ from: BEGIN, to: BEGIN + 12_000 },
    missing: [{ at: 5, start: BEGIN + 5_000, end: BEGIN + 7_000 }],
  });
  assertEquals(second?.at, 7 * 48_000);
  const joined = await run(
    home.path,
    ...["export", "--gaps", "join", "-o", "joined.wav", "--json"],
  );
  assertEquals(JSON.parse(joined.stdout).samples, 10 * 48_000);
  // The gap keeps its place.
  assertEquals(JSON.parse(joined.stdout).missing_list[0].at, 5);
});

Deno.test("export: exits 3 when the range has no audio, and says why", async () => {
  using home = tempFolder();
  await session(home.path);
  const cases = [
    [
      "2025-09-22T10:00:05.500",
      "2025-09-22T10:00:06",
      "disappeared during the recording; see echolog explain 20250922T100000Z",
    ],
    [
      "2025-09-22T09:00",
      "2025-09-22T09:30",
      "the nearest, 20250922T100000Z, was recorded from 2025-09-22 10:00:00 to 10:00:12",
    ],
    ["2125-09-22T09:00", "2125-09-22T09:30", "that is in the future"],
  ] as const;
  for (const [from, to, why] of cases) {
    const { code, stdout, stderr } = await run(
      home.path,
      ...["export", "--from", from, "--to", to],
    );
    assertEquals([code, stdout], [3, ""], from);
    assertMatch(
      stderr,
      /^echolog: (?:There is no audio|No session was recorded) from .*\n$/,
    );
    assertStringIncludes(stderr, why);
  }
  assertEquals(filesIn(home.path), []);
});

Deno.test("export: a range that is partly empty is silence there, and --strict exits 1", async () => {
  using home = tempFolder();
  await session(home.path);
  const { code, stdout } = await run(
    home.path,
    ...["export", "latest", "--from", "09:59:58", "--for", "4s", "--json"],
  );
  assertEquals(code, 0, stdout);
  const printed = JSON.parse(stdout);
  assertEquals([printed.duration, printed.audio], [4, 2]);
  assertEquals(printed.missing_list.length, 1);
  assertEquals(printed.missing_list[0].why, "not_recorded");
  const strict = await run(
    home.path,
    ...["export", "--from", "2025-09-22T10:00:11", "--to", "10:00:13"],
    ...["--strict", "-o", "strict.flac"],
  );
  assertEquals(strict.code, 1);
  assertStringIncludes(strict.stdout, "1 s: nothing was recorded");
  const whole = await run(
    home.path,
    ...["export", "--from", "2025-09-22T10:00:08", "--for", "2s", "--strict"],
  );
  assertEquals(whole.code, 0);
  assertStringIncludes(whole.stdout, "No audio is missing.");
});

Deno.test("export: refuses bad input in one line, and overwrites nothing without --force", async () => {
  using home = tempFolder();
  await session(home.path);
  const cases = [
    [["--from", "noon"], /^Cannot use --from noon; expected a time/],
    [
      ["--from", "10:00:03", "--to", "2025-09-22T10:00:01"],
      /^Cannot use --to 2025-09-22T10:00:01; it is not after --from/,
    ],
    [["--for", "long"], /^Cannot use --for long; expected a duration/],
    [
      ["--for", "3s", "--to", "10:00:09"],
      /^Cannot use --to and --for together/,
    ],
    [["--gaps", "noise"], /^Cannot use --gaps noise; expected silence/],
    [
      ["-o", "x.ogg"],
      /^Cannot export to x.ogg; expected a name that ends in one of: flac, wav, opus, mp3/,
    ],
    [["-o", "none/x.flac"], /^There is no folder .*none; make it/],
    [["20250101"], /^Unknown session 20250101/],
  ] as const;
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await run(
      home.path,
      ...["export", ...(args[0] === "20250101" ? [] : ["latest"]), ...args],
    );
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr.replace(/^echolog: /, "").trimEnd(), message);
  }
  assertEquals(filesIn(home.path), []);
  const target = join(home.path, "work", "x.flac");
  Deno.writeTextFileSync(target, "precious");
  const refused = await run(home.path, "export", "-o", "x.flac");
  assertEquals(refused.code, 2);
  assertMatch(
    refused.stderr,
    /^echolog: There is a file x.flac; choose another name/,
  );
  assertEquals(Deno.readTextFileSync(target), "precious");
  assertEquals(
    (await run(home.path, "export", "-o", "x.flac", "--force")).code,
    0,
  );
  assertEquals((await decodeFile(target, "s16le")).length, 12 * 48_000 * 4);
  assertEquals(filesIn(home.path), ["x.flac"]);
});

Deno.test("export: takes sessions of one device together, each moment once", async () => {
  using home = tempFolder();
  const rest = { chunk: 1, first: 5 * 48_000 + 1 };
  const one = await session(home.path, {
    ...{ id: "one", device: "pulse:hall", chunk: 1 },
    runs: [{ at: 0, length: 5 }],
  });
  // Begins 20 ms before the end of the first, with the same samples.
  const two = await session(home.path, {
    ...{ id: "two", device: "pulse:hall", start: BEGIN + 4_980, ...rest },
    first: rest.first - 960,
    runs: [{ at: 0, length: 3 }],
  });
  await session(home.path, {
    ...{ id: "other", device: "pulse:yard", start: BEGIN, chunk: 1 },
    runs: [{ at: 0, length: 5 }],
  });
  const range = ["--from", "2025-09-22T10:00:02", "--to", "10:00:07"];
  const several = await run(home.path, "export", ...range);
  assertEquals(several.code, 2);
  assertMatch(
    several.stderr,
    /^echolog: 2 devices were recorded then; choose one with --device: /,
  );
  const { code, stdout } = await run(
    home.path,
    ...["export", ...range, "--device", "pulse:hall", "-o", "hall.flac"],
    "--json",
  );
  assertEquals(code, 0);
  const printed = JSON.parse(stdout);
  assertEquals(printed.session_list, ["one", "two"]);
  assertEquals([printed.complete, printed.missing_list], [true, []]);
  const pcm = await decodeFile(join(home.path, "work", "hall.flac"), "s16le");
  const found = assertExported({
    ...{ pcm, channels: 2, bits: 16, sampleRate: 48_000, missing: [] },
    ...{ from: BEGIN + 2_000, to: BEGIN + 7_000 },
    // The samples of both sessions, the shared ones from the first.
    spans: [
      ...one.spans,
      ...two.spans.map((span, index) =>
        index > 0 ? span : {
          ...span,
          number: span.number + 960,
          samples: span.samples - 960,
          start: span.start + 20,
        }
      ),
    ],
  });
  assertEquals(found.length, 1);
});

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

Deno.test("export: a damaged chunk is silence where it cannot be decoded, and all else is in its place", async () => {
  using home = tempFolder();
  const { folder } = await session(home.path, {
    runs: [{ at: 0, length: 4 }, { at: 5, length: 3 }],
  });
  Deno.truncateSync(join(folder, "chunk_00002.flac"), 9_000);
  const { code, stdout } = await run(home.path, "export", "--json", "--strict");
  assertEquals(code, 1);
  const printed = JSON.parse(stdout);
  assertEquals(printed.damage_list.length, 1);
  assertStringIncludes(
    printed.damage_list[0].file_list.join(),
    "chunk_00002.flac",
  );
  const pcm = await decodeFile(join(home.path, "work", printed.file), "s16le");
  assertEquals(pcm.length, 8 * 48_000 * 4);
  // The second run is where it was.
  const silent = pcm.subarray(4.5 * 48_000 * 4, 5 * 48_000 * 4);
  assertEquals(silent.every((byte) => byte === 0), true);
  assertEquals(
    pcm.subarray(5 * 48_000 * 4, 5 * 48_000 * 4 + 4).every((byte) =>
      byte === 0
    ),
    false,
  );
});

Deno.test("export: killed at any moment, it leaves no file under the final name", async () => {
  using home = tempFolder();
  await session(home.path, {
    ...{ sampleRate: 192_000, channels: 8, bitDepth: 24, chunk: 2 },
    runs: [{ at: 0, length: 8 }],
  });
  const cwd = join(home.path, "work");
  Deno.mkdirSync(cwd);
  const drafts = () =>
    filesIn(home.path).filter((name) => name.endsWith(".tmp"));
  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
    const running = startEcholog(["export", "-o", "x.flac"], {
      home: home.path,
      cwd,
    });
    await waitFor(
      "the file that is being written",
      () =>
        drafts().some((name) => Deno.statSync(join(cwd, name)).size > 0) ||
        null,
    );
    running.signal(signal);
    const { code, stderr } = await running.finished;
    assertEquals(filesIn(home.path).includes("x.flac"), false, signal);
    if (signal === "SIGKILL") {
      for (const name of drafts()) Deno.removeSync(join(cwd, name));
      continue;
    }
    assertEquals(code, signal === "SIGTERM" ? 143 : 130, stderr);
    assertEquals(stderr, "echolog: Stopped; no file was written\n");
    assertEquals(drafts(), []);
  }
});

Deno.test("export: a full disk is one error, and nothing is left on it", async () => {
  using home = tempFolder();
  const disk = join(home.path, "disk");
  await using small = await smallDisk(disk, "size=400k");
  if (small === null) return;
  await session(home.path);
  const { code, stdout, stderr } = await run(
    home.path,
    ...["export", "-o", join(disk, "x.wav")],
  );
  assertEquals([code, stdout], [1, ""]);
  assertMatch(
    stderr,
    /^echolog: Cannot write \S+x\.wav: .*No space left on device.*\n$/,
  );
  assertEquals([...Deno.readDirSync(disk)], []);
});

Deno.test("export: deleted and missing chunks are named, and what comes after them is in its place", async () => {
  using home = tempFolder();
  const { spans } = await session(home.path, {
    ...{ runs: [{ at: 0, length: 10 }], deleted: [1, 2], lost: [4] },
  });
  const { code, stdout } = await run(
    home.path,
    ...["export", "latest", "--from", "10:00:00", "--to", "10:00:10", "--json"],
  );
  assertEquals(code, 0);
  const printed = JSON.parse(stdout);
  assertEquals(
    printed.missing_list.map((
      { at, duration, why }: Record<string, unknown>,
    ) => [at, duration, why]),
    [[0, 4, "deleted"], [6, 2, "lost"]],
  );
  const pcm = await decodeFile(join(home.path, "work", printed.file), "s16le");
  assertExported({
    ...{ pcm, channels: 2, bits: 16, spans, sampleRate: 48_000 },
    ...{ from: BEGIN, to: BEGIN + 10_000 },
    missing: printed.missing_list.map((one: Record<string, string>) => ({
      ...{ at: Number(one.at), start: Date.parse(one.start ?? "") },
      end: Date.parse(one.end ?? ""),
    })),
  });
  // Without a range the file begins with the audio that there is.
  const whole = JSON.parse(
    (await run(home.path, "export", "--json", "-o", "whole.flac")).stdout,
  );
  assertEquals([whole.start, whole.duration], ["2025-09-22T10:00:04.000Z", 6]);
  assertEquals(whole.missing_list[0].why, "deleted");
  const gone = await run(
    home.path,
    ...["export", "latest", "--from", "10:00:01", "--to", "10:00:03"],
  );
  assertEquals(gone.code, 3);
  assertStringIncludes(gone.stderr, "deleted by retention, until");
});

Deno.test("export: opens only the chunks of the range, and starts ffmpeg once for them", async () => {
  using home = tempFolder();
  await session(home.path, { chunk: 1, runs: [{ at: 0, length: 30 }] });
  if (await traced(home.path, ["true"]) === null) return;
  const { path } = home;
  Deno.writeTextFileSync(join(path, "echolog.conf"), "");
  const calls = await traced(path, [
    ...["export", "--output-dir", join(path, "recordings")],
    ...["--from", "2025-09-22T10:00:10.500Z", "--for", "3s", "-o", "x.flac"],
  ]) ?? [];
  const opened = calls.flatMap(({ name, args }) =>
    name === "openat" ? /chunk_(\d+)\.flac/.exec(args)?.[1] ?? [] : []
  );
  // The newest one tells the format of the samples.
  assertEquals([...new Set(opened)].sort(), [
    ...["00011", "00012", "00013", "00014", "00030"],
  ]);
  const started = calls.filter(({ name, args, result }) =>
    name === "execve" && result === "0" && /ffmpeg/.test(args)
  );
  // One tells its version.
  assertEquals(started.length, 2, JSON.stringify(started));
  assertEquals(
    (await decodeFile(join(path, "x.flac"), "s16le")).length,
    3 * 48_000 * 4,
  );
});

Deno.test("export: refuses a file that would be silence for months", async () => {
  using home = tempFolder();
  await session(home.path);
  const { code, stderr } = await run(
    home.path,
    ...["export", "latest", "--from", "2025-09-22T10:00", "--for", "300d"],
  );
  assertEquals(code, 2);
  assertMatch(
    stderr,
    /^echolog: The file would have 300 d of silence; narrow the range/,
  );
});

Deno.test("export: a chunk that is not a file of its own costs only its own audio", async () => {
  using home = tempFolder();
  const { folder } = await session(home.path, { runs: [{ at: 0, length: 8 }] });
  const secret = join(home.path, "secret.flac");
  Deno.renameSync(join(folder, "chunk_00002.flac"), secret);
  Deno.symlinkSync(secret, join(folder, "chunk_00002.flac"));
  const { code, stdout } = await run(home.path, "export", "--json");
  assertEquals(code, 0);
  const { damage_list: damages, file, duration } = JSON.parse(stdout);
  assertEquals(duration, 8);
  assertEquals(damages.length, 1);
  assertStringIncludes(damages[0].message, "link");
  const pcm = await decodeFile(join(home.path, "work", file), "s16le");
  const silent = (from: number, to: number) =>
    pcm.subarray(from * 48_000 * 4, to * 48_000 * 4).every((byte) =>
      byte === 0
    );
  assertEquals(
    [silent(0, 2), silent(2, 4), silent(4, 6), silent(6, 8)],
    [false, true, false, false],
  );
  assertEquals(damages[0].file_list, ["chunk_00002.flac"]);
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

Deno.test("export: a damaged chunk in the middle of one run is found, and costs its own audio", async () => {
  using home = tempFolder();
  const { folder } = await session(home.path, { runs: [{ at: 0, length: 8 }] });
  Deno.truncateSync(join(folder, "chunk_00002.flac"), 100_000);
  const { code, stdout } = await run(home.path, "export", "-o", "x.flac");
  assertEquals(code, 0);
  assertMatch(stdout, /could not be decoded, and are silence, in chunk_00002/);
  assert(!stdout.includes("No audio is missing"), stdout);
  const pcm = await decodeFile(join(home.path, "work", "x.flac"), "s16le");
  assertEquals(pcm.length, 8 * 48_000 * 4);
  assertEquals(
    pcm.subarray(4 * 48_000 * 4),
    numberedPcm(1 + 4 * 48_000, 4 * 48_000, 2, 16),
  );
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

Deno.test("export: writes into no session, and over no file that appears meanwhile", async () => {
  using home = tempFolder();
  const { folder } = await session(home.path, {
    ...{ sampleRate: 192_000, channels: 8, bitDepth: 24 },
    runs: [{ at: 0, length: 8 }],
  });
  const chunk = join(folder, "chunk_00001.flac");
  const before = Deno.readFileSync(chunk);
  const { code, stderr } = await run(
    home.path,
    ...["export", "-o", chunk, "--force"],
  );
  assertEquals(code, 2);
  assertMatch(stderr, /^echolog: Cannot export into a session: /);
  assertEquals(Deno.readFileSync(chunk), before);
  const cwd = join(home.path, "work");
  const running = startEcholog(["export", "-o", "x.flac"], {
    ...{ home: home.path, cwd },
  });
  await waitFor(
    "the file that is being written",
    () => filesIn(home.path).some((name) => name.endsWith(".tmp")) || null,
  );
  Deno.writeTextFileSync(join(cwd, "x.flac"), "precious");
  assertEquals((await running.finished).code, 2);
  assertEquals(Deno.readTextFileSync(join(cwd, "x.flac")), "precious");
  assertEquals(filesIn(home.path), ["x.flac"]);
});

Deno.test("export: an end that is before the beginning is refused, also as a time of day", async () => {
  using home = tempFolder();
  await session(home.path);
  for (const to of ["10:00:02", "10:00:05"]) {
    const { code, stderr } = await run(
      home.path,
      ...["export", "latest", "--from", "10:00:05", "--to", to],
    );
    assertEquals(code, 2, to);
    assertMatch(stderr, /it is not after --from/);
  }
  const utc = await run(
    home.path,
    ...["export", "latest", "--from", "10:00:05Z", "--for", "4s", "--strict"],
  );
  assertEquals(utc.code, 1, utc.stderr);
});

Deno.test("export: a range in a gap says its cause, and chunks without a line are named", async () => {
  using home = tempFolder();
  const { folder } = await session(home.path);
  const gap = await run(
    home.path,
    ...["export", "latest", "--from", "10:00:05.500", "--for", "1s"],
  );
  assertEquals(gap.code, 3);
  assertStringIncludes(
    gap.stderr,
    "disappeared during the recording; see echolog explain 20250922T100000Z",
  );
  // The index and the log have lost the lines of the second chunk.
  for (const name of ["session.log", "chunks.jsonl"]) {
    const path = join(folder, name);
    const lines = Deno.readTextFileSync(path).split("\n")
      .filter((line) => !line.includes("chunk_00002"));
    Deno.writeTextFileSync(path, lines.join("\n"));
  }
  const { stdout } = await run(home.path, "export", "-o", "x.flac");
  assertStringIncludes(
    stdout,
    "1 chunk of 20250922T100000Z without a line in its index or log is left out",
  );
  assert(!stdout.includes("No audio is missing"), stdout);
});
