import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  checkOutput,
  checkState,
  judgeRoom,
} from "../../../src/doctor/folder_check.ts";
import { tempFolder } from "../../support/temp.ts";

const SETTINGS = {
  outputDir: "/rec",
  minFreeBytes: 200_000_000,
  format: "wav",
  sampleRate: 48_000,
  channels: 2,
  bitDepth: "auto",
  outputArgs: [],
  segmentDuration: 300,
} as const;

Deno.test("judgeRoom: reports for how long free space lasts in the configured format", () => {
  const check = judgeRoom(SETTINGS, 6_912_000_000, false);
  assertEquals([check.state, check.text], [
    "ok",
    "/rec can be written to, 6.91 GB free, about 10 h of wav",
  ]);
  const opus = judgeRoom(
    { ...SETTINGS, format: "opus" },
    6_912_000_000,
    true,
  );
  assertEquals(
    opus.text,
    "/rec will be created, 6.91 GB free, about 6 d 16 h of opus",
  );
});

Deno.test("judgeRoom: warns below the limit and fails when the disk is full", () => {
  const low = judgeRoom(SETTINGS, 150_000_000, false);
  assertEquals(low.state, "warning");
  assertMatch(low.text, /150 MB free.*less than disk\.min_free_bytes, 200 MB/);
  const full = judgeRoom(SETTINGS, 100_000, false);
  assertEquals(full.state, "failed");
  assertMatch(full.text, /^\/rec is full: /);
});

Deno.test("judgeRoom: fails without room for one chunk above what stops a recording", () => {
  const settings = { ...SETTINGS, segmentDuration: 60, minFreeBytes: 0 };
  const minute = 192_000 * 60;
  const tight = judgeRoom(settings, minute + 131_071, false);
  assertEquals([tight.state, tight.text], [
    "failed",
    "/rec has no room for a chunk of 1 min: 11.7 MB free, about 1 min 1 s of wav",
  ]);
  assertEquals(judgeRoom(settings, minute + 131_073, false).state, "ok");
});

Deno.test("judgeRoom: accepts a folder whose free space is unknown", () => {
  const check = judgeRoom(SETTINGS, null, false);
  assertEquals([check.state, check.text], ["ok", "/rec can be written to"]);
});

Deno.test("judgeRoom: counts the bytes of the encoder that the user names", () => {
  const outputArgs = ["-c:a", "pcm_f64le"];
  const check = judgeRoom({ ...SETTINGS, outputArgs }, 6_912_000_000, false);
  assertMatch(check.text, /about 2 h 30 min of wav$/);
});

Deno.test("checkOutput: accepts a folder that can be created and leaves nothing behind", async () => {
  using home = tempFolder();
  const outputDir = join(home.path, "a", "b");
  const check = await checkOutput({ ...SETTINGS, minFreeBytes: 0, outputDir });
  assertEquals(check.state, "ok", check.text);
  assertMatch(check.text, /\/a\/b will be created/);
  assertEquals([...Deno.readDirSync(home.path)], []);
  assertEquals(checkState(join(home.path, "state")).state, "ok");
  assertEquals([...Deno.readDirSync(home.path)], []);
});

Deno.test("checkOutput: fails when a file takes the place of the folder", async () => {
  using home = tempFolder();
  const file = join(home.path, "file");
  Deno.writeTextFileSync(file, "");
  for (const outputDir of [file, join(file, "below")]) {
    const check = await checkOutput({ ...SETTINGS, outputDir });
    assertEquals(check.state, "failed");
    assertMatch(
      check.text,
      /cannot be written to: a file with that name already exists$/,
    );
  }
  assertEquals(checkState(join(file, "state")).state, "warning");
});

Deno.test("checkState: warns when there is no home folder", () => {
  assertEquals(checkState(null).state, "warning");
});
