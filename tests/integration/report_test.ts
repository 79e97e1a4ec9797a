import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { LEVELS_FILE } from "../../src/sessions/folder.ts";
import { onlySession, startEcholog } from "../support/echolog.ts";
import { filesIn, run, session } from "../support/export_session.ts";
import { tempFolder } from "../support/temp.ts";
import { exists } from "../../src/platform/fs.ts";
import { waitFor } from "../support/wait.ts";

const ID = "20250922T100000Z";

Deno.test("report: writes a page of the latest session, and says so in one line", async () => {
  using home = tempFolder();
  await session(home.path);
  const { code, stdout, stderr } = await run(home.path, "report");
  assertEquals([code, stderr], [0, ""]);
  assertMatch(
    stdout,
    /^Wrote 20250922T100000Z\.html: 12 s of 20250922T100000Z, [\d.]+ kB\n$/,
  );
  assertEquals(filesIn(home.path), [`${ID}.html`]);
  const { mode } = Deno.statSync(join(home.path, "work", `${ID}.html`));
  assertEquals((mode ?? 0) & 0o777, 0o600);
});

Deno.test("report: replaces a file only with --force, and leaves nothing else behind", async () => {
  using home = tempFolder();
  await session(home.path);
  const path = join(home.path, "work", "night.html");
  await run(home.path, "report", "-o", "first.html");
  Deno.writeTextFileSync(path, "mine");
  const refused = await run(home.path, "report", "-o", "night.html");
  assertEquals(refused.code, 2);
  assertMatch(
    refused.stderr,
    /^echolog: There is a file night\.html; .*--force\n$/,
  );
  assertEquals(Deno.readTextFileSync(path), "mine");
  const forced = await run(home.path, "report", "-o", "night.html", "--force");
  assertEquals(forced.code, 0, forced.stderr);
  assertMatch(Deno.readTextFileSync(path), /^<!DOCTYPE html>/);
  assertEquals(filesIn(home.path), ["first.html", "night.html"]);
});

Deno.test("report: refuses names, places and logs that cannot be", async () => {
  using home = tempFolder();
  const { folder } = await session(home.path);
  const empty = join(home.path, "empty.log");
  Deno.writeTextFileSync(empty, "hello\n");
  for (
    const [args, code, message] of [
      [["-o", "page.txt"], 2, /Cannot write the report to page\.txt; .*\.html/],
      [["-o", "gone/page.html"], 2, /There is no folder .*gone/],
      [["-o", join(folder, "x.html")], 2, /Cannot report into a session/],
      [["nothing"], 2, /nothing/],
      [[empty], 1, /No line of .*empty\.log can be read/],
    ] as const
  ) {
    const { code: found, stderr } = await run(home.path, "report", ...args);
    assertEquals(found, code, stderr);
    assertMatch(stderr, message);
    assertEquals(stderr.trimEnd().split("\n").length, 1);
  }
});

Deno.test("report: a log alone, compressed or on stdin, gives a page without levels", async () => {
  using home = tempFolder();
  const { folder } = await session(home.path);
  const log = join(home.path, "ticket-4711.log");
  Deno.copyFileSync(join(folder, "session.log"), log);
  const alone = await run(home.path, "report", log, "--json");
  assertEquals(alone.code, 0, alone.stderr);
  const { levels, file, decoded } = JSON.parse(alone.stdout);
  assertEquals([levels, file, decoded], [false, `${ID}.html`, 0]);
  await using piped = startEcholog(["report", "-", "-o", "piped.html"], {
    ...{ home: home.path, cwd: join(home.path, "work") },
    stdin: Deno.readTextFileSync(log),
  });
  const { code, stdout } = await piped.finished;
  assertEquals(code, 0);
  assertMatch(stdout, /without levels: there is only a log/);
  const read = (name: string) =>
    Deno.readTextFileSync(join(home.path, "work", name))
      .replace(/Made by.*/, "");
  // The zone of a mailed log is that of its session.
  assertEquals(read("piped.html"), read(file));
});

Deno.test("report: a second report decodes only what is new", async () => {
  using home = tempFolder();
  const { folder } = await session(home.path);
  const decoded = async () => {
    const { stdout, stderr } = await run(
      ...[home.path, "report", "--force", "--json"] as const,
    );
    assertEquals(stderr, "");
    return JSON.parse(stdout).decoded;
  };
  assertEquals(await decoded(), 10);
  assertEquals(await decoded(), 0);
  const cache = join(folder, LEVELS_FILE);
  assertEquals((Deno.statSync(cache).mode ?? 0) & 0o777, 0o600);
  // A chunk that was changed is decoded again.
  Deno.utimeSync(join(folder, "chunk_00002.flac"), 0, 0);
  assertEquals(await decoded(), 2);
  // What is not a cache is ignored and made again; a torn line costs a chunk.
  const text = Deno.readTextFileSync(cache);
  Deno.writeTextFileSync(cache, text.slice(0, -100));
  assertEquals(await decoded(), 2);
  Deno.writeTextFileSync(cache, `x${text}`);
  assertEquals(await decoded(), 10);
  assertEquals(await decoded(), 0);
});

Deno.test("report: the levels of a session that is being recorded grow with it", async () => {
  using home = tempFolder();
  await using recording = startEcholog(
    ["record", "--device", "test", "--segment-duration", "1s", "--quiet"],
    { home: home.path },
  );
  const live = await onlySession(join(home.path, "recordings"));
  await live.waitForEvent("chunk_created", 3);
  const first = await run(home.path, "report", "--force", "--json");
  const one = JSON.parse(first.stdout);
  assert(one.levels && one.decoded >= 3, first.stdout);
  await live.waitForEvent("chunk_created", 5);
  const second = await run(home.path, "report", "--force", "--json");
  const other = JSON.parse(second.stdout);
  // The chunks that were closed meanwhile, and the open one.
  assert(other.decoded >= 1 && other.decoded <= 4.5, second.stdout);
  recording.signal("SIGINT");
  await recording.finished;
});

Deno.test("report: nothing is read or written through a link in the place of the cache", async () => {
  using home = tempFolder();
  const { folder } = await session(home.path);
  const other = join(home.path, "other.txt");
  Deno.writeTextFileSync(other, "mine");
  Deno.symlinkSync(other, join(folder, LEVELS_FILE));
  const { code, stderr } = await run(home.path, "report");
  assertEquals([code, stderr], [0, ""]);
  assertEquals(Deno.readTextFileSync(other), "mine");
});

Deno.test("report: a chunk that cannot be decoded costs no more than itself", async () => {
  using home = tempFolder();
  const { folder } = await session(home.path);
  const damaged = join(folder, "chunk_00002.flac");
  const { size } = Deno.statSync(damaged);
  Deno.writeFileSync(damaged, new Uint8Array(size).fill(7));
  const { code, stdout } = await run(home.path, "report", "--json");
  assertEquals(code, 0);
  const { levels, fault_list } = JSON.parse(stdout);
  assertEquals(levels, true);
  assertEquals(fault_list.length, 1, stdout);
  assertMatch(fault_list[0], /^2 s of chunk_00002\.flac cannot be decoded/);
});

Deno.test("report: verify and retention know the cache as echolog's own", async () => {
  using home = tempFolder();
  await session(home.path);
  const before = await run(home.path, "verify", "--json");
  await run(home.path, "report");
  const after = await run(home.path, "verify", "--json");
  assertEquals(after.stdout, before.stdout);
});

Deno.test("report: --open opens the page, and an opener that fails is reported", async () => {
  using home = tempFolder();
  await session(home.path);
  const bin = join(home.path, "bin");
  Deno.mkdirSync(bin);
  const opened = join(home.path, "opened");
  const opener = join(bin, "xdg-open");
  const open = async (script: string) => {
    Deno.writeTextFileSync(opener, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await using started = startEcholog(["report", "--force", "--open"], {
      ...{ home: home.path, cwd: bin },
      env: { PATH: `${bin}:${Deno.env.get("PATH")}` },
    });
    return await started.finished;
  };
  const good = await open(`printf %s "$1" >'${opened}'`);
  assertEquals(good.code, 0, good.stderr);
  assertEquals(
    Deno.readTextFileSync(opened),
    `file://${join(bin, `${ID}.html`)}`,
  );
  const bad = await open("exit 3");
  assertEquals(bad.code, 1);
  assertMatch(
    bad.stderr,
    /^echolog: Cannot open the page: xdg-open ended with exit code 3; it was written; open .*\.html in a browser\n$/,
  );
});

Deno.test("report: a spectrogram has a tile for each stretch of audio, and none in a gap", async () => {
  using home = tempFolder();
  await session(home.path);
  const { code, stderr } = await run(home.path, "report", "--spectrogram");
  assertEquals(code, 0, stderr);
  const page = Deno.readTextFileSync(join(home.path, "work", `${ID}.html`));
  const tiles = [...page.matchAll(/<image x="([\d.]+)%" width="([\d.]+)%"/g)]
    .map(([, x, width]) => [Math.round(Number(x)), Math.round(Number(width))]);
  // Five of twelve seconds, a gap of two, and five again.
  assertEquals(tiles, [[0, 42], [58, 42]]);
  assertMatch(page, />20 kHz<\/text>/);
});

for (
  const [format, bitDepth] of [
    ...[["flac", 24], ["wav", 16], ["wav", 24], ["wav", 32]] as const,
    ...[["opus", 16], ["mp3", 16]] as const,
  ]
) {
  Deno.test(`report: measures ${format} of ${bitDepth} bits, to the sample`, async () => {
    using home = tempFolder();
    await session(home.path, { format, bitDepth });
    const { stdout } = await run(home.path, "report", "--json");
    const { levels, decoded, fault_list } = JSON.parse(stdout);
    assertEquals([levels, fault_list], [true, []]);
    // Encoders of mp3 add some samples at the end of a run.
    assert(decoded >= 10 && decoded < 10.1, stdout);
  });
}

Deno.test("report: a signal leaves no file", async () => {
  using home = tempFolder();
  await session(home.path, { runs: [{ at: 0, length: 600 }], chunk: 300 });
  await using started = startEcholog(["report", "--spectrogram"], {
    home: home.path,
    cwd: home.path,
  });
  // Its cache shows that it is at work.
  const cache = join(home.path, "recordings", ID, LEVELS_FILE);
  await waitFor("the cache", () => exists(cache) || null);
  started.signal("SIGTERM");
  const { code, stderr } = await started.finished;
  assertEquals([code, stderr], [
    143,
    "echolog: Stopped; no file was written\n",
  ]);
  assertEquals(
    [...Deno.readDirSync(home.path)].filter(({ name }) =>
      /html|tmp/.test(name)
    ),
    [],
  );
});
