import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { startEcholog } from "../support/echolog.ts";
import { filesIn, run, session } from "../support/export_session.ts";
import { decodeFile } from "../support/exported.ts";
import { numberedPcm } from "../support/numbered_session.ts";
import { smallDisk } from "../support/small_disk.ts";
import { tempFolder } from "../support/temp.ts";
import { traced } from "../support/traced.ts";
import { waitFor } from "../support/wait.ts";

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
