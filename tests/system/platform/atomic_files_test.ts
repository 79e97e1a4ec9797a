import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { replaceTextFile } from "../../../src/platform/atomic_files.ts";
import { smallDisk } from "../../support/small_disk.ts";
import { tempFolder } from "../../support/temp.ts";

Deno.test("replaceTextFile: keeps the old file and leaves no other on a full disk", async () => {
  using home = tempFolder();
  const path = join(home.path, "disk");
  await using disk = await smallDisk(path, "size=64k");
  if (disk === null) return;
  const file = join(path, "echolog.toml");
  Deno.writeTextFileSync(file, "old");
  assertThrows(() => replaceTextFile(file, "x".repeat(100_000)), "No space");
  assertEquals(Deno.readTextFileSync(file), "old");
  assertEquals([...Deno.readDirSync(path)].length, 1);
});
