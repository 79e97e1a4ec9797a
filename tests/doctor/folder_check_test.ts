import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  checkOutput,
  checkState,
  judgeRoom,
} from "../../src/doctor/folder_check.ts";
import { bytesPerHour } from "../../src/doctor/rate.ts";
import { smallDisk } from "../support/small_disk.ts";
import { tempFolder } from "../support/temp.ts";

const SETTINGS = {
  outputDir: "/rec",
  minFreeBytes: 200_000_000,
  format: "wav",
  sampleRate: 48_000,
  channels: 2,
} as const;

Deno.test("room is told in hours of the format that is recorded", () => {
  const check = judgeRoom(SETTINGS, 6_912_000_000, false);
  assertEquals([check.state, check.text], [
    "ok",
    "/rec can be written to, 6.9 GB free, about 10 h of wav",
  ]);
  const opus = judgeRoom(
    { ...SETTINGS, format: "opus" },
    6_912_000_000,
    true,
  );
  assertEquals(
    opus.text,
    "/rec will be made, 6.9 GB free, about 160 h of opus",
  );
});

Deno.test("less room than the limit is a warning, none at all a failure", () => {
  const low = judgeRoom(SETTINGS, 150_000_000, false);
  assertEquals(low.state, "warning");
  assertMatch(low.text, /150 MB free.*less than disk\.min_free_bytes, 200 MB/);
  const full = judgeRoom(SETTINGS, 100_000, false);
  assertEquals(full.state, "failed");
  assertMatch(full.text, /^\/rec is full: /);
});

Deno.test("where free space cannot be told the folder still counts", () => {
  const check = judgeRoom(SETTINGS, null, false);
  assertEquals([check.state, check.text], ["ok", "/rec can be written to"]);
});

Deno.test("an hour of audio takes what its format needs", () => {
  const of = (format: "wav" | "flac" | "opus", channels: number) =>
    bytesPerHour({ format, sampleRate: 48_000, channels });
  assertEquals(of("wav", 2), 691_200_000);
  assertEquals(of("opus", 2), 43_200_000);
  assertEquals(of("opus", 1), 28_800_000);
  assertEquals(of("flac", 2) < of("wav", 2), true);
});

Deno.test("a folder that can be made is well, and nothing is left behind", async () => {
  using home = tempFolder();
  const outputDir = join(home.path, "a", "b");
  const check = await checkOutput({ ...SETTINGS, minFreeBytes: 0, outputDir });
  assertEquals(check.state, "ok", check.text);
  assertMatch(check.text, /\/a\/b will be made/);
  assertEquals([...Deno.readDirSync(home.path)], []);
  assertEquals(checkState(join(home.path, "state")).state, "ok");
  assertEquals([...Deno.readDirSync(home.path)], []);
});

Deno.test("a file in the folder's place fails", async () => {
  using home = tempFolder();
  const file = join(home.path, "file");
  Deno.writeTextFileSync(file, "");
  for (const outputDir of [file, join(file, "below")]) {
    const check = await checkOutput({ ...SETTINGS, outputDir });
    assertEquals(check.state, "failed");
    assertMatch(check.text, /cannot be written to: a file is in its place$/);
  }
  assertEquals(checkState(join(file, "state")).state, "warning");
});

Deno.test("a folder that is read-only fails", async () => {
  using home = tempFolder();
  const outputDir = join(home.path, "disk");
  await using disk = await smallDisk(outputDir, "size=1m,ro");
  if (disk === null) return;
  const check = await checkOutput({ ...SETTINGS, outputDir });
  assertEquals(check.state, "failed");
  assertMatch(check.text, /Read-only file system \(os error 30\)$/);
});

Deno.test("a disk that is full fails, and nothing is left behind", async () => {
  using home = tempFolder();
  const outputDir = join(home.path, "disk");
  await using disk = await smallDisk(outputDir, "size=64k");
  if (disk === null) return;
  const check = await checkOutput({ ...SETTINGS, outputDir });
  assertEquals(check.state, "failed");
  assertMatch(check.text, /is full: /);
  Deno.writeFileSync(join(outputDir, "ballast"), new Uint8Array(65_536));
  const stuffed = await checkOutput({ ...SETTINGS, outputDir });
  assertEquals(stuffed.state, "failed");
  assertMatch(stuffed.text, /No space left on device/);
  const left = [...Deno.readDirSync(outputDir)].map(({ name }) => name);
  assertEquals(left, ["ballast"]);
});

Deno.test("without a home folder the state has no place, which keeps nobody from recording", () => {
  assertEquals(checkState(null).state, "warning");
});
