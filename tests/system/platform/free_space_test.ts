import { assert, assertEquals } from "@std/assert";
import {
  freeByDf,
  freeBytes,
  isStatfsAsync,
} from "../../../src/platform/free_space.ts";
import { hungFolder } from "../../support/hung_folder.ts";
import { fillDisk, smallDisk } from "../../support/small_disk.ts";
import { tempFolder } from "../../support/temp.ts";

Deno.test("freeBytes: returns what df returns, on an empty and on a full disk", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/disk`;
  await using disk = await smallDisk(path, "size=1m");
  if (disk === null) return;
  const empty = await freeBytes(path);
  assertEquals(empty, await freeByDf(path));
  assert(empty !== null && empty > 900_000 && empty <= 1_048_576, `${empty}`);
  await fillDisk(path);
  assertEquals(await freeBytes(path), 0);
});

Deno.test("freeBytes: returns null for a folder that is missing", async () => {
  using folder = tempFolder();
  assertEquals(await freeBytes(`${folder.path}/missing`), null);
});

Deno.test("freeBytes: does not hold the program while a disk does not answer", async () => {
  using folder = tempFolder();
  const hung = await hungFolder(`${folder.path}/hung`);
  if (hung === null) return;
  const asked = freeBytes(`${folder.path}/hung`);
  // The program is held if this does not come before the answer.
  const first = await Promise.race([
    asked.then(() => "answer"),
    new Promise<string>((done) => setTimeout(() => done("timer"), 50)),
  ]);
  assertEquals(first, "timer");
  await hung[Symbol.asyncDispose]();
  assertEquals(await asked, null);
});

Deno.test("isStatfsAsync: is true from Deno 2.9 on", () => {
  const versions = ["2.4.2", "2.8.3", "2.9.0", "2.10.1", "3.0.0"];
  assertEquals(versions.filter(isStatfsAsync), ["2.9.0", "2.10.1", "3.0.0"]);
});
