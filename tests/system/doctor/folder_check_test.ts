import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { checkOutput } from "../../../src/doctor/folder_check.ts";
import { smallDisk } from "../../support/small_disk.ts";
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

Deno.test("checkOutput: fails for a read-only folder", async () => {
  using home = tempFolder();
  const outputDir = join(home.path, "disk");
  await using disk = await smallDisk(outputDir, "size=1m,ro");
  if (disk === null) return;
  const check = await checkOutput({ ...SETTINGS, outputDir });
  assertEquals(check.state, "failed");
  assertMatch(check.text, /Read-only file system \(os error 30\)$/);
});

Deno.test("checkOutput: fails for a full disk and leaves nothing behind", async () => {
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
