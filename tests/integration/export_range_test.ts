import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { BEGIN, filesIn, run, session } from "../support/export_session.ts";
import { assertExported, decodeFile } from "../support/exported.ts";
import { tempFolder } from "../support/temp.ts";

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

Deno.test("export: finds the end of a session during which the clock was set forward", async () => {
  using home = tempFolder();
  const { folder } = await session(home.path);
  // By its length it ends at 10:00:06.
  const path = join(folder, "session.json");
  const state = JSON.parse(Deno.readTextFileSync(path));
  assertEquals(state.wall, 12);
  Deno.writeTextFileSync(
    path,
    JSON.stringify({
      ...state,
      wall: 6,
      last_audio: "2025-09-22T10:00:12.000Z",
    }),
  );
  const { code, stdout } = await run(
    home.path,
    ...["export", "--from", "2025-09-22T10:00:08", "--for", "2s", "--json"],
  );
  assertEquals(code, 0);
  assertEquals(JSON.parse(stdout).complete, true);
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
