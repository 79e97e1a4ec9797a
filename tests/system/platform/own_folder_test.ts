import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { OwnFolder } from "../../../src/platform/guarded/own_folder.ts";
import { tempFolder } from "../../support/temp.ts";

Deno.test("OwnFolder: a folder that was deleted is made again", async () => {
  using home = tempFolder();
  const path = join(home.path, "session");
  Deno.mkdirSync(path);
  const folder = new OwnFolder(path);
  assert(await folder.isThere());
  Deno.removeSync(path);
  assert(!await folder.isThere());
  assert(await folder.make());
  assert(await folder.isThere());
});

Deno.test("OwnFolder: a link or another folder in its place is not used", async () => {
  using home = tempFolder();
  const path = join(home.path, "session");
  const elsewhere = join(home.path, "elsewhere");
  Deno.mkdirSync(path);
  Deno.mkdirSync(elsewhere);
  const folder = new OwnFolder(path);
  Deno.renameSync(path, `${path}.old`);
  Deno.symlinkSync(elsewhere, path);
  assert(!await folder.isThere());
  assert(!await folder.make());
  Deno.removeSync(path);
  Deno.renameSync(elsewhere, path);
  assert(!await folder.isThere());
  assertEquals([...Deno.readDirSync(path)].length, 0);
});
