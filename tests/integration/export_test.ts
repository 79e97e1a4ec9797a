import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { BEGIN, filesIn, run, session } from "../support/export_session.ts";
import { assertExported, decodeFile } from "../support/exported.ts";
import { tempFolder } from "../support/temp.ts";

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
  const wide = await run(
    home.path,
    ...["export", "latest", "--from", "09:00", "--to", "10:00:03"],
  );
  assertEquals(wide.code, 3);
  assertMatch(
    wide.stderr,
    /; deleted by retention, until .*; see echolog explain /,
  );
});
